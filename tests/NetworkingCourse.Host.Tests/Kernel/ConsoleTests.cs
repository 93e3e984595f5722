using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>
/// Cells that redirect the console. It belongs to the whole process: while such a cell runs, the output of every other kernel in
/// the process is lost.
/// </summary>
[Collection(WholeProcess.Name)]
public sealed class ConsoleTests
{
    [Theory]
    [InlineData("Console.SetOut(new System.IO.StringWriter());")]
    [InlineData("Console.SetOut(System.IO.TextWriter.Null); Console.SetError(System.IO.TextWriter.Null);")]
    [InlineData("Console.SetError(new System.IO.StringWriter()); Console.SetOut(Console.Error);")]
    [InlineData("Console.OutputEncoding = Encoding.UTF8; Console.InputEncoding = Encoding.UTF8;")]
    public async Task The_console_is_the_next_cells_again(string code)
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(code);
        await kernel.ValueAsync("Console.Write(\"out\"); Console.Error.Write(\"error\");");
        Assert.Equal(["out", "error"], kernel.Events.OfType<KernelEvent.Stream>().Select(stream => stream.Text));
    }

    [Fact]
    public async Task The_input_is_the_next_cells_again()
    {
        using var kernel = new KernelSession();
        Assert.Equal(
            "mine",
            await kernel.ValueAsync("Console.SetIn(new System.IO.StringReader(\"mine\\nstill\"));\nConsole.ReadLine()"));
        Assert.Equal("True", await kernel.ValueAsync("Console.ReadLine() is null"));
    }
}
