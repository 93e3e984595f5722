using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Tests.Commands;

public sealed class CheckCommandTests
{
    [Fact]
    public async Task A_server_that_survives_gets_a_table_and_exit_code_0()
    {
        await using var server = Architecture.Async.Start(
            new ServerOptions { QuestionDeadline = TimeSpan.FromSeconds(1), Name = "checked" });
        var (exit, output, errors) = await CourseProgram.RunAsync(
            Repository.Root, "check", server.EndPoint.ToString(), "--deadline", "1");

        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains($"{server.EndPoint}: survives 11 of 11 faults.", output);
        Assert.StartsWith("none: asks and closes: survived\ncloses at once: survived\n", output);
    }

    [Fact]
    public async Task One_that_does_not_is_told_what_is_wrong_with_exit_code_1()
    {
        // Its deadline is ten times as long as the one that it is checked for.
        await using var server = Architecture.Async.Start(
            new ServerOptions { QuestionDeadline = TimeSpan.FromSeconds(10), Name = "checked and patient" });
        var (exit, output, _) = await CourseProgram.RunAsync(
            Repository.Root, "check", server.EndPoint.ToString(), "--deadline", "1");

        Assert.Equal(1, exit);
        Assert.Contains("stays idle: its connection was not ended", output);
        Assert.Contains("survives 8 of 11 faults", output);
    }

    [Theory]
    [InlineData("192.0.2.1:80")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1:0")]
    public async Task An_address_that_is_not_on_this_machine_is_refused(string address)
    {
        var (exit, _, errors) = await CourseProgram.RunAsync(Repository.Root, "check", address);
        Assert.Equal(2, exit);
        Assert.Contains("127.0.0.1:PORT", errors);
    }

    [Fact]
    public async Task Where_nothing_listens_it_says_so()
    {
        var server = Architecture.Sequential.Start(name: "gone");
        await server.StopAsync();
        var (exit, _, errors) = await CourseProgram.RunAsync(Repository.Root, "check", server.EndPoint.ToString());
        Assert.Equal(2, exit);
        Assert.Contains("There is no server at", errors);
    }
}
