namespace NetworkingCourse.Host.Tests.Bench;

public sealed class BenchNetworkTests
{
    [Fact]
    public async Task It_measures_lookups_and_two_networks()
    {
        using var program = CourseProgram.Start(Repository.Root, "bench", "network", "--routers", "30", "--hops", "2000");

        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.Contains("1,000,000 lookups", program.Output);
        Assert.Contains("30 routers, 30 hosts, 120 links", program.Output);
        Assert.Contains("30 routers, 30 hosts, 75 links", program.Output);
        Assert.DoesNotContain("goal", program.Output);
    }

    [Theory]
    [InlineData("--routers", "3", "--routers 3: give a number from 10 to 4000.")]
    [InlineData("--hops", "0", "--hops 0: give a number from 1 to")]
    public async Task What_cannot_be_measured_is_refused(string option, string value, string message)
    {
        using var program = CourseProgram.Start(Repository.Root, "bench", "network", option, value);

        Assert.Equal(ExitCode.Unusable, await program.ExitCodeAsync());
        Assert.Contains(message, program.Errors);
    }
}
