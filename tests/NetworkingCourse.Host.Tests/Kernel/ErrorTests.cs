using NetworkingCourse.Host.Jupyter.Messages;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>How errors are reported: each with its place, and without anything beside the point.</summary>
public sealed class ErrorTests
{
    [Fact]
    public async Task A_compile_error_in_a_loaded_file_has_the_files_name_and_line()
    {
        using var folder = new TemporaryFolder();
        folder.File("helper.csx", "var a = 1;\nvar b = a + missing;\n");
        using var kernel = new KernelSession(folder.Path);
        var error = await kernel.ErrorAsync("#load \"helper.csx\"\n1");
        Assert.StartsWith("helper.csx, line 2, column 13: CS0103", error.Traceback[0], StringComparison.Ordinal);
        Assert.Equal("    var b = a + missing;", error.Traceback[1]);
    }

    [Fact]
    public async Task An_exception_in_a_loaded_file_has_the_files_name_and_line()
    {
        using var folder = new TemporaryFolder();
        folder.File("helper.csx", "int Divide(int a, int b)\n{\n    return a / b;\n}\n");
        using var kernel = new KernelSession(folder.Path);
        var error = await kernel.ErrorAsync("#load \"helper.csx\"\nDivide(1, 0)");
        Assert.Equal(["   at Divide() in helper.csx, line 3", "   at cell 1, line 2"], error.Traceback.Skip(1));
    }

    [Fact]
    public async Task Lines_are_counted_as_the_code_says()
    {
        using var kernel = new KernelSession();
        var compiled = await kernel.ErrorAsync("#line 100 \"lesson.cs\"\nvar b = missing;");
        Assert.StartsWith("lesson.cs, line 100, column 9: CS0103", compiled.Traceback[0], StringComparison.Ordinal);
        var thrown = await kernel.ErrorAsync("#line 100 \"lesson.cs\"\nthrow new InvalidOperationException();");
        Assert.Equal("   at lesson.cs, line 100", thrown.Traceback[1]);
    }

    [Theory]
    [InlineData("int F(int n) => F(n + 1) + 1; F(0)")]
    [InlineData("int F(int n) { return F(n + 1) + 1; } F(0)")]
    [InlineData("Func<int, int> f = null; f = n => f(n + 1) + 1; f(0)")]
    [InlineData("Func<int, int> f = null; f = n => { return f(n + 1) + 1; }; f(0)")]
    [InlineData("int F(int n) { int G(int m) => F(m) + 1; return G(n) + 1; } F(0)")]
    [InlineData("class C { public int P => P + 1; } new C().P")]
    [InlineData("class C { public int P { get { return P + 1; } } } new C().P")]
    [InlineData("class C { public C() { _ = new C(); } } new C()")]
    [InlineData("class C { public int this[int i] => this[i] + 1; } new C()[0]")]
    [InlineData("class C { public static C operator +(C a, C b) => (a + b) ?? a; } new C() + new C()")]
    [InlineData("class C { public override string ToString() => $\"{this}\"; } new C().ToString()")]
    [InlineData("using System.Threading.Tasks; async Task<int> F(int n) => await F(n + 1) + 1; await F(0)")]
    public async Task Recursion_without_end_is_an_error_and_the_session_goes_on(string code)
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("using System; var kept = 2;");
        var error = await kernel.ErrorAsync(code);
        Assert.Equal(nameof(InsufficientExecutionStackException), error.Name);
        Assert.InRange(error.Traceback.Count, 2, 50);
        Assert.Equal("2", await kernel.ValueAsync("kept"));
    }

    [Fact]
    public async Task Recursion_without_end_leaves_nothing_open_behind()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(
            """
            using System;
            static int open, most;
            class Resource : IDisposable
            {
                public Resource() => most = Math.Max(most, ++open);
                public void Dispose() => open--;
            }
            int Recurse()
            {
                using var resource = new Resource();
                try { return Recurse() + 1; }
                finally { Noop(); }
            }
            void Noop() { }
            """);
        var error = await kernel.ErrorAsync("Recurse()");
        Assert.Equal(nameof(InsufficientExecutionStackException), error.Name);
        Assert.Equal("0", await kernel.ValueAsync("open"));
        Assert.Equal("True", await kernel.ValueAsync("most > 1_000"));
    }

    [Fact]
    public async Task Where_the_grammar_is_broken_only_that_is_told()
    {
        using var kernel = new KernelSession();
        var error = await kernel.ErrorAsync("var 😀=1;\nmissing");
        Assert.StartsWith("cell 1, line 1, column 5: CS1056", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Traceback, line => line.Contains("CS0103", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_method_with_other_types_than_wanted_is_compared_with_the_stub()
    {
        using var kernel = new KernelSession();
        var error = await kernel.ErrorAsync("int Twice(string text) => 2;\nvoid Use(Func<int, int> twice) { }\nUse(Twice);");
        Assert.Contains("A stub has the right ones.)", error.Message, StringComparison.Ordinal);
        error = await kernel.ErrorAsync("void Take(int number) { }\nTake(\"text\");");
        Assert.DoesNotContain("A stub has the right ones.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_missing_may_come_from_a_cell_above_which_is_said_once()
    {
        using var kernel = new KernelSession();
        var error = await kernel.ErrorAsync("Console.WriteLine(think);\nvar server = Start(think);\nMissing missing = new();");
        var advice = error.Traceback.Select(line => line.Replace('\n', ' '))
            .Where(line => line.EndsWith("run that cell first.)", StringComparison.Ordinal));
        Assert.Collection(
            advice,
            name => Assert.Contains("line 1, column 19: CS0103", name, StringComparison.Ordinal),
            type => Assert.Contains("line 3, column 1: CS0246", type, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("#r nosuch", "CS7010")]
    [InlineData("#r", "CS7010")]
    [InlineData("#r \"\"", "names no library")]
    [InlineData("#r \"  \"", "names no library")]
    [InlineData("#r \".\"", "is a folder")]
    [InlineData("#r \"../\"", "is a folder")]
    [InlineData("#r \"nosuch.dll\"", "There is no library ")]
    [InlineData("#r \"No.Such.Assembly\"", "There is no library ")]
    [InlineData("#load \"nosuch.csx\"", "CS1504")]
    [InlineData("#load nosuch", "CS7010")]
    [InlineData("#load \"\"", "CS1504")]
    public async Task A_wrong_directive_is_told_as_what_it_is(string code, string complaint)
    {
        using var kernel = new KernelSession();
        var error = await kernel.ErrorAsync(code + "\n1");
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.Contains("line 1, column ", error.Traceback[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_causes_all_are_told()
    {
        using var kernel = new KernelSession();
        var error = await kernel.ErrorAsync(
            "throw new AggregateException(new InvalidOperationException(\"one\"), "
            + "new ArgumentException(\"two\", new Exception(\"deeper\")));");
        Assert.Equal(
            [
                "caused by (1 of 2) System.InvalidOperationException: one",
                "caused by (2 of 2) System.ArgumentException: two",
                "caused by System.Exception: deeper",
            ],
            error.Traceback.Where(line => line.StartsWith("caused by", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stop_points_do_not_show_in_stack_traces_and_messages()
    {
        using var kernel = new KernelSession();
        const string code = """
            async Task<int> Fail() { await Task.Yield(); throw new InvalidOperationException("mine"); }
            try { await Fail(); } catch (Exception e) { Console.WriteLine(e); }
            try { await new Custom(); } catch (Exception e) { Console.WriteLine(e); }
            try { ArgumentNullException.ThrowIfNull(Enumerable.Empty<string>().FirstOrDefault(x => x == "a")); }
            catch (Exception e) { Console.WriteLine(e.Message); }
            class Custom { public Waiter GetAwaiter() => new(); }
            class Waiter : System.Runtime.CompilerServices.INotifyCompletion
            {
                public bool IsCompleted => false;
                public void OnCompleted(Action c) => c();
                public int GetResult() => throw new InvalidOperationException("custom");
            }
            """;
        await kernel.ValueAsync(code);
        Assert.Contains("mine", kernel.Output, StringComparison.Ordinal);
        Assert.Contains("custom", kernel.Output, StringComparison.Ordinal);
        Assert.Contains("FirstOrDefault(x => x == \"a\")", kernel.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Stop", kernel.Output, StringComparison.Ordinal);
    }

    public static TheoryData<string> Wordy =>
    [
        "#r \"a/folder/that/is/not/there/and/has/a/name/that/is/rather/long/bin/NetworkingCourse.dll\"",
        "#!import a.ipynb",
        "#!time",
        "#i \"nuget:https://packages.test/index.json\"",
        "using var a_name_of_many_words = new System.IO.MemoryStream();",
        "Span<byte> bytes = new byte[10];",
        "string.Join(1, new System.Text.StringBuilder(), "
        + "(System.Collections.Generic.Dictionary<string, System.Collections.Generic.List<int>>)5);",
        "throw new ArgumentException(string.Join(\", \", Enumerable.Range(1000, 200)));",
        "throw new AggregateException(new Exception(new string('a', 90) + \" \" + new string('b', 90)), new Exception(\"two\"));",
        "var before = \"" + new string('x', 150) + "\"; missing(); var after = \"" + new string('y', 150) + "\";",
    ];

    [Theory]
    [MemberData(nameof(Wordy))]
    public async Task An_error_comes_in_lines_that_an_output_shows_whole(string code)
    {
        using var kernel = new KernelSession();
        var error = await kernel.ErrorAsync(code);
        var lines = error.Traceback.SelectMany(entry => entry.Split('\n')).ToList();
        Assert.All(lines, line => Assert.True(
            line.Length <= ShortLines.Widest || !line.Contains(' ', StringComparison.Ordinal), $"{line.Length}: {line}"));
        // Nothing is lost where lines are broken.
        Assert.Contains(error.Message, string.Join(' ', lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_long_line_of_code_the_part_around_the_error_is_shown_with_the_mark_below_it()
    {
        using var kernel = new KernelSession();
        foreach (var (before, after) in new[] { (0, 300), (40, 200), (150, 150), (300, 0) })
        {
            var error = await kernel.ErrorAsync($"/*{new string('b', before)}*/missing();/*{new string('a', after)}*/");
            Assert.Equal(3, error.Traceback.Count);
            Assert.StartsWith(
                "missing();",
                error.Traceback[1][error.Traceback[2].IndexOf('^', StringComparison.Ordinal)..],
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Warnings_come_in_short_lines_too()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync($"[Obsolete(\"{string.Join(' ', Enumerable.Range(1000, 50))}\")] int Old() => 1;\nOld()");
        Assert.Contains("CS0618", kernel.Output, StringComparison.Ordinal);
        Assert.All(kernel.Output.Split('\n'), line => Assert.InRange(line.Length, 0, ShortLines.Widest));
    }

    [Fact]
    public async Task In_the_record_of_a_run_a_missing_library_is_told_with_the_notebook_to_open()
    {
        using var folder = new TemporaryFolder();
        folder.File("notebooks/4/lesson.ipynb", "{}");
        folder.File("artifacts/run.json", "{}");
        var record = Path.GetDirectoryName(folder.File("artifacts/notebooks/4/lesson.ipynb", "{}"))!;
        using var kernel = new KernelSession(record);
        var error = await kernel.ErrorAsync("#r \"../bin/NetworkingCourse.dll\"");
        Assert.EndsWith(
            "This notebook is the record of a run. To run its cells, open the notebook of the same name in the folder "
            + $"{Path.Combine(folder.Path, "notebooks", "4")}.",
            error.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet build", error.Message, StringComparison.Ordinal);

        Directory.Delete(Path.Combine(folder.Path, "notebooks"), recursive: true);
        error = await kernel.ErrorAsync("#r \"../bin/NetworkingCourse.dll\"");
        Assert.EndsWith("in the course's folder 'notebooks'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Front_ends_are_sent_what_is_said_in_red_line_by_line_and_code_and_frames_as_they_are()
    {
        var error = new CellError(
            "CompilationError",
            "wrong",
            [
                "cell 1, line 1, column 5: " + new string('a', 60) + " " + new string('b', 60),
                "    code",
                "    ^",
                "   at F() in cell 1, line 2",
                "",
            ]);
        var shown = Errors.Of(error)["traceback"]!.AsArray().Select(entry => (string?)entry);
        Assert.Equal(
            [
                $"\e[31mcell 1, line 1, column 5: {new string('a', 60)}\e[0m\n\e[31m{new string('b', 60)}\e[0m",
                "    code",
                "    ^",
                "   at F() in cell 1, line 2",
                "",
            ],
            shown);
        Assert.Equal("wrong", (string?)Errors.Of(error)["evalue"]);
    }
}
