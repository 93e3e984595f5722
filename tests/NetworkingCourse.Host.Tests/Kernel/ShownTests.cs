using System.Text.RegularExpressions;
using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>What a cell shows: its value, however it ends; each value read once; the compiler's warnings.</summary>
public sealed class ShownTests
{
    [Theory]
    [InlineData("return 5;", "5")]
    [InlineData("return await Task.FromResult(5);", "5")]
    [InlineData("for (var i = 0; ; i++) { if (i == 5) return i; }", "5")]
    [InlineData("if (false) { } else return 5;", "5")]
    [InlineData("switch (1) { case 1: return 5; }", "5")]
    [InlineData("try { throw new Exception(); } catch { return 5; }", "5")]
    [InlineData("return;", null)]
    [InlineData("int F() { return 5; }\nF();", null)]
    [InlineData("{ int F() { return 5; } F(); }", null)]
    [InlineData("Func<int> f = () => { return 5; };", null)]
    [InlineData("class C { public int F() { return 5; } }", null)]
    [InlineData("5", "5")]
    [InlineData("5.ToString();", null)]
    public async Task A_cell_shows_what_its_end_says(string code, string? shown)
    {
        using var kernel = new KernelSession();
        Assert.Equal(shown, await kernel.ValueAsync(code));
    }

    [Fact]
    public async Task A_sequence_is_gone_through_once()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("Enumerable.Range(1, 3).Select(i => { Console.WriteLine($\"probe {i}\"); return i; })");
        Assert.Equal("probe 1\nprobe 2\nprobe 3\n", kernel.Output);
        await kernel.ValueAsync("display(Enumerable.Range(4, 1).Select(i => { Console.WriteLine($\"probe {i}\"); return i; }));");
        Assert.EndsWith("probe 3\nprobe 4\n", kernel.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_property_is_read_once_and_both_formats_tell_the_same()
    {
        using var kernel = new KernelSession();
        var text = await kernel.ValueAsync("class Counter { int n; public int Count => ++n; }\nvar c = new Counter();\nc");
        var html = kernel.Events.OfType<KernelEvent.Result>().Single().Data[MimeBundle.Html];
        Assert.Contains("<pre>1</pre>", html, StringComparison.Ordinal);
        Assert.Contains("Count  1", text, StringComparison.Ordinal);
        Assert.Equal("2", await kernel.ValueAsync("c.Count"));
    }

    [Theory]
    [InlineData("1.5", "1.5")]
    [InlineData("\"<b>&amp;</b>\"", "<b>&amp;</b>")]
    [InlineData("null", "<null>")]
    [InlineData("new[] { 1, 2 }", "[ 1, 2 ]")]
    [InlineData("HTML(\"<p>one</p><p>t<b>w</b>o &lt;3</p>\")", "one\ntwo <3")]
    [InlineData("new Dictionary<string, int> { [\"a\"] = 1, [\"bb\"] = 22 }", "key  value\na    1\nbb   22")]
    [InlineData("new { A = 1, B = \"two\" }", "{ A = 1, B = two }\n  A  1\n  B  two")]
    public async Task Beside_HTML_there_is_text_for_those_who_show_none(string code, string text)
    {
        using var kernel = new KernelSession();
        Assert.Equal(text, await kernel.ValueAsync(code));
    }

    [Theory]
    [InlineData("\"# hi\".DisplayAs(\"text/markdown\");", "text/markdown", "# hi")]
    [InlineData("\"<svg/>\".DisplayAs(\"image/svg+xml\");", "image/svg+xml", "<svg/>")]
    [InlineData("Convert.ToBase64String(new byte[] { 137, 80 }).DisplayAs(\"image/png\");", "image/png", "iVA=")]
    [InlineData("new[] { new { A = 1 } }.DisplayTable();", "text/html", "<table")]
    [InlineData("Javascript(\"f()\");", "text/html", "<script type=\"text/javascript\">f()</script>")]
    [InlineData("CSS(\"p { color: red }\");", "text/html", "<style>p { color: red }</style>")]
    public async Task Every_way_to_display_works(string code, string mimeType, string content)
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(code);
        var shown = kernel.Events.OfType<KernelEvent.Display>().Single().Data;
        Assert.Contains(content, shown[mimeType], StringComparison.Ordinal);
        Assert.NotNull(shown[MimeBundle.PlainText]);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_there_is_no_input()
    {
        using var kernel = new KernelSession();
        Assert.Equal(
            "True True",
            await kernel.ValueAsync("$\"{await GetInputAsync(\"name?\") is null} {await GetPasswordAsync() is null}\""));
    }

    [Theory]
    [InlineData("#nullable enable\nstring s = null;", "cell 1, line 2, column 12: warning CS8625")]
    [InlineData(
        "async Task F() { await Task.Yield(); }\nasync Task G() { F(); await Task.Yield(); }",
        "cell 1, line 2, column 18: warning CS4014")]
    [InlineData("#warning mind this", "cell 1, line 1, column 10: warning CS1030")]
    [InlineData("int F()\n{\n    return 1;\n    Console.Write(0);\n}", "cell 1, line 4, column 5: warning CS0162")]
    public async Task A_warning_is_shown_and_the_cell_runs(string code, string start)
    {
        using var kernel = new KernelSession();
        Assert.True((await kernel.RunAsync(code + "\nConsole.Write(\"ran\");")).Succeeded);
        var streams = kernel.Events.OfType<KernelEvent.Stream>().ToList();
        Assert.True(streams[0].IsError);
        Assert.StartsWith(start, streams[0].Text, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(streams[0].Text, "warning CS"));
        Assert.Equal("ran", streams[1].Text);
    }

    [Fact]
    public async Task The_course_is_loaded_without_a_warning()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("#r \"bin/NetworkingCourse.dll\"\nusing NetworkingCourse;\nRunningServers.Status();");
        Assert.Equal("", kernel.Output);
    }

    [Theory]
    [InlineData("var union = new HashSet<int> { 1 };\nunion.UnionWith([2]);\nunion.Count", "2")]
    [InlineData("class P { public int Half { get => field; set => field = value / 2; } }\nnew P { Half = 10 }.Half", "5")]
    public async Task Cells_are_written_in_the_SDKs_version_of_the_language(string code, string value)
    {
        using var kernel = new KernelSession();
        Assert.Equal(value, await kernel.ValueAsync(code));
        Assert.Equal("14.0", (string?)Host.Jupyter.Messages.KernelInfo.Content()["language_info"]!["version"]);
    }

    [Fact]
    public async Task The_end_of_too_many_outputs_is_kept()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(
            "for (var i = 0; i < 1000; i++) { Console.WriteLine(i); Console.Error.WriteLine(i); }\n"
            + "Console.WriteLine(\"SUMMARY\");\n"
            + "42");
        var outputs = Gathered(kernel);
        Assert.InRange(outputs.Count, 1, OutputLimits.MaxOutputs + 2);
        Assert.Contains("42", outputs[^1], StringComparison.Ordinal);
        Assert.Contains("SUMMARY", outputs[^2], StringComparison.Ordinal);
        Assert.Single(outputs, output => output.Contains("the rest is left out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_fits_is_left_as_it_is()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("for (var i = 0; i < 95; i++) { Console.WriteLine(i); Console.Error.WriteLine(i); }\n42");
        var outputs = Gathered(kernel);
        Assert.Equal(191, outputs.Count);
        Assert.DoesNotContain(outputs, output => output.Contains("left out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_end_of_too_much_text_is_kept()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(
            "for (var i = 0; i < 50_000; i++) Console.WriteLine(new string('x', 99));\nConsole.WriteLine(\"SUMMARY\");\n42");
        var outputs = Gathered(kernel);
        Assert.Contains("42", outputs[^1], StringComparison.Ordinal);
        Assert.Contains("SUMMARY", outputs[^2], StringComparison.Ordinal);
        Assert.Contains(outputs, output => output.Contains("the rest is left out", StringComparison.Ordinal));
        Assert.InRange(outputs.Sum(output => output.Length), OutputLimits.MaxText, OutputLimits.MaxText * 1.2);
    }

    private static List<string> Gathered(KernelSession kernel)
    {
        var outputs = new CellOutputs();
        foreach (var happened in kernel.Events)
        {
            outputs.Add(happened);
        }

        return [.. outputs.ToJson(1).Select(output => output!.ToJsonString())];
    }
}
