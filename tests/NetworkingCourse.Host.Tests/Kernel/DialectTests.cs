namespace NetworkingCourse.Host.Tests.Kernel;

public sealed class DialectTests
{
    [Theory]
    [InlineData("#!time\n1", "delete the line")]
    [InlineData("#!import \"x.cs\"", "#r \"path/to/library.dll\"")]
    [InlineData("#r \"nuget: Newtonsoft.Json\"", "needs a network")]
    [InlineData("var x = 1;\n#r \"bin/NetworkingCourse.dll\"", "first line of the cell")]
    [InlineData("using var m = new System.IO.MemoryStream();", "using (var m = …) { … }")]
    [InlineData("await using var m = new System.IO.MemoryStream();", "await using (var m = …) { … }")]
    [InlineData("namespace A { class B { } }", "without it")]
    [InlineData("Span<byte> s = new byte[3];", "Memory<T>")]
    public async Task What_some_hosts_do_not_run_is_refused_with_what_to_write_instead(string code, string advice)
    {
        using var kernel = new KernelSession();
        var error = await kernel.ErrorAsync(code);
        Assert.Contains(advice, error.Message);
    }

    [Theory]
    [InlineData("var text = \"#!time #r nuget:\";\ntext.Length")]
    [InlineData("// a comment\n#r \"bin/NetworkingCourse.dll\"\nusing NetworkingCourse;\n1")]
    [InlineData("{ using var m = new System.IO.MemoryStream(); }\n1")]
    [InlineData("using (var m = new System.IO.MemoryStream()) { }\n1")]
    [InlineData("foreach (var i in new[] { 1 }) { await using var m = new System.IO.MemoryStream(); }\n1")]
    public async Task What_all_hosts_run_is_not_refused(string code)
    {
        using var kernel = new KernelSession();
        Assert.NotNull(await kernel.ValueAsync(code));
    }

    [Fact]
    public async Task A_library_that_is_not_there_is_named_with_what_to_do()
    {
        using var kernel = new KernelSession();
        var error = await kernel.ErrorAsync("#r \"bin/Missing.dll\"");
        Assert.Contains("dotnet build", error.Message);
        Assert.Contains(Path.Combine("bin", "Missing.dll"), error.Message);
    }
}
