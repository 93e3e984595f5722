using NetworkingCourse.Display;

namespace NetworkingCourse.Tests.Display;

/// <summary>Source code as it is shown.</summary>
public sealed class ReadableCodeTests
{
    [Theory]
    [InlineData("/// <summary>One line.</summary>", "// One line.")]
    [InlineData("/// <summary>\n/// Two\n/// lines.\n/// </summary>", "// Two lines.")]
    [InlineData("/// <summary>As <see cref=\"Other\"/> and <paramref name=\"it\"/>.</summary>", "// As Other and it.")]
    [InlineData("/// <summary>A <see cref=\"Channel{T}\"/>, <see langword=\"null\"/>.</summary>", "// A Channel<T>, null.")]
    [InlineData("/// <summary><see cref=\"System.Net.Sockets.Socket\"/>.</summary>", "// Socket.")]
    [InlineData("/// <summary><see cref=\"Task.Delay(TimeSpan)\"/>.</summary>", "// Task.Delay.")]
    [InlineData("/// <summary>Fewer: <c>a &lt; b</c>, an <em>order</em>.</summary>", "// Fewer: a < b, an order.")]
    [InlineData("/// <summary>The first <c>?</c>.</summary>", "// The first '?'.")]
    [InlineData("/// <summary>What.</summary>\n/// <param name=\"a\">A.</param>\n/// <returns>R.</returns>", "// What.")]
    [InlineData("/// <summary>What.</summary>\n/// <exception cref=\"E\">E.</exception>", "// What.")]
    [InlineData("/// <summary>What.</summary>\n/// <remarks>\n/// Why.\n/// </remarks>", "// What.\n//\n// Why.")]
    public void Documentation_becomes_a_plain_comment(string documentation, string comment) =>
        Assert.Equal($"{comment}\nclass Wheel", ReadableCode.Of($"{documentation}\nclass Wheel"));

    [Theory]
    [InlineData("/// <inheritdoc/>")]
    [InlineData("/// <param name=\"a\">A.</param>")]
    [InlineData("/// <summary>The current phase.</summary>")]
    [InlineData("[SuppressMessage(\"A\", \"B\")]")]
    [InlineData("[AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // reused")]
    [InlineData("[TypeFormatterSource(\n    typeof(ShownAsHtml),\n    PreferredMimeTypes = [A, B])]")]
    [InlineData("#pragma warning disable CA1720 // why")]
    public void What_says_nothing_to_a_reader_is_left_out(string above) =>
        Assert.Equal("    public Phase Phase => 1;", ReadableCode.Of($"{Indented(above)}\n    public Phase Phase => 1;"));

    [Theory]
    [InlineData("await A().ConfigureAwait(false);", "await A();")]
    [InlineData("await A\n    .B()\n    .ConfigureAwait(false);", "await A\n    .B();")]
    [InlineData("F(await A().ConfigureAwait(false), await B().ConfigureAwait(false))", "F(await A(), await B())")]
    [InlineData("await A() // why\n    .ConfigureAwait(false);", "await A() // why\n    ;")]
    public void Where_an_awaited_task_continues_is_left_out(string compiled, string shown) =>
        Assert.Equal(shown, ReadableCode.Of(compiled));

    [Theory]
    [InlineData("var a = \"x.ConfigureAwait(false)\";")]
    [InlineData("// about .ConfigureAwait(false)")]
    [InlineData("await A().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);")]
    [InlineData("var a = \"\"\"\n    /// <summary>A.</summary>\n\n\n    x.ConfigureAwait(false)\n    \"\"\";")]
    [InlineData("var a = \"\"\"\n#pragma warning\n    [SuppressMessage(\"\")]\n    \"\"\";")]
    [InlineData("[Flags]\nenum A;\n\n[MethodImpl(B)]\nvoid C()")]
    public void Everything_else_stays(string code) => Assert.Equal(code, ReadableCode.Of(code));

    [Theory]
    [InlineData("{\n#pragma warning disable A\n\n    int a;", "{\n    int a;")]
    [InlineData("    int a;\n\n#pragma warning disable A\n\n    int b;", "    int a;\n\n    int b;")]
    [InlineData("    int a;\n\n    /// <inheritdoc/>\n    int b;", "    int a;\n\n    int b;")]
    public void No_two_blank_lines_are_left(string compiled, string shown) => Assert.Equal(shown, ReadableCode.Of(compiled));

    [Fact]
    public void A_long_summary_is_wrapped_at_a_hundred_columns()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 60));
        var lines = ReadableCode.Of($"    /// <summary>{words}</summary>\n    int a;").Split('\n');

        Assert.Equal(words, string.Join(' ', lines[..^1].Select(line => line["    // ".Length..])));
        Assert.All(lines[..^2], line => Assert.InRange(line.Length, 96, 100));
    }

    private static string Indented(string lines) =>
        string.Join('\n', lines.Split('\n').Select(line => line.StartsWith('#') ? line : $"    {line}"));
}
