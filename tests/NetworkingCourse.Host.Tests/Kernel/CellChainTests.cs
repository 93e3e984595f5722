using System.Collections.Concurrent;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>Cells of every shape, one after another: what each adds to those before it, without taking anything away.</summary>
public sealed class CellChainTests : IDisposable
{
    private readonly EmbeddedKernel _kernel = new(AppContext.BaseDirectory);
    private readonly ConcurrentQueue<KernelEvent> _events = new();

    public void Dispose() => _kernel.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("// a remark")]
    [InlineData("using System.IO;")]
    public async Task A_cell_without_statements_succeeds_shows_nothing_and_keeps_the_variables(string code)
    {
        await SucceedAsync("var kept = 41;");
        var before = _events.Count;
        await SucceedAsync(code);
        Assert.Equal(before, _events.Count);
        Assert.Equal("42", await ValueAsync("kept + 1"));
    }

    [Fact]
    public async Task Usings_of_a_cell_of_nothing_else_are_there_in_later_cells_also_as_the_first_cell()
    {
        await SucceedAsync("using System.IO;");
        Assert.Equal("x.txt", await ValueAsync("Path.GetFileName(\"a/x.txt\")"));
    }

    [Fact]
    public async Task A_wrong_using_alone_is_a_compile_error_and_leaves_no_trace()
    {
        var result = await RunAsync("using No.Such.Thing;");
        Assert.Equal(CellError.Compilation, result.Error?.Name);
        Assert.Equal("1", await ValueAsync("1"));
    }

    [Fact]
    public async Task Forty_cells_find_each_others_variables()
    {
        for (var i = 0; i < 40; i++)
        {
            await SucceedAsync(i == 0 ? "var v0 = 1;" : $"var v{i} = v{i - 1} + v0;");
        }

        Assert.Equal("41", await ValueAsync("v39 + v0"));
    }

    [Fact]
    public async Task Each_frame_of_an_exception_is_named_with_its_own_cell_and_line()
    {
        await SucceedAsync(
            "int Down(int n)\n{\n    if (n == 0) throw new InvalidOperationException(\"deep\");\n    return Down(n - 1);\n}");
        var result = await RunAsync("var x = 1;\nDown(1)");
        Assert.Equal(
            [
                "System.InvalidOperationException: deep",
                "   at Down() in cell 1, line 3",
                "   at Down() in cell 1, line 4",
                "   at cell 2, line 2",
            ],
            result.Error?.Traceback);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("1.5")]
    [InlineData("2m")]
    [InlineData("true")]
    [InlineData("'c'")]
    [InlineData("\"text\"")]
    [InlineData("(object)3")]
    [InlineData("\"{0}\", 4")]
    public async Task A_line_is_written_in_one_piece(string value)
    {
        await SucceedAsync($"Console.WriteLine({value});");
        Assert.EndsWith("\n", Assert.Single(_events.OfType<KernelEvent.Stream>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_kernel_that_is_closed_gives_the_console_back()
    {
        using (var other = new EmbeddedKernel(AppContext.BaseDirectory))
        {
            await other.ExecuteAsync("Console.Write(\"mine\");", _events.Enqueue);
        }

        // This one is still open: what its cells write must continue to reach it.
        await SucceedAsync("Console.Write(\"still\");");
        Assert.Equal(["mine", "still"], _events.OfType<KernelEvent.Stream>().Select(stream => stream.Text));
    }

    private Task<CellResult> RunAsync(string code) => _kernel.ExecuteAsync(code, _events.Enqueue);

    private async Task SucceedAsync(string code)
    {
        var result = await RunAsync(code);
        Assert.True(result.Succeeded, string.Join('\n', result.Error?.Traceback ?? []));
    }

    private async Task<string?> ValueAsync(string code)
    {
        await SucceedAsync(code);
        return _events.OfType<KernelEvent.Result>().Last().Data.ToString();
    }
}
