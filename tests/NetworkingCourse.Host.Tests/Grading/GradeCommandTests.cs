namespace NetworkingCourse.Host.Tests.Grading;

/// <summary>The command itself, on classes with honest, broken and hostile notebooks.</summary>
public sealed class GradeCommandTests
{
    private const string Library =
        "#r \"../bin/NetworkingCourse.dll\"\nusing System;\nusing System.Linq;\nusing NetworkingCourse;\nCourse.Begin()";

    private const string Check = "Exercises.FindEnd.Check(FindEnd)";

    private const string Right = "var at = received.IndexOf((byte)'?');\n    return at < 0 ? -1 : at + 1;";

    [Fact]
    public async Task Each_answer_is_checked_again_and_a_bad_notebook_costs_only_itself()
    {
        using var folder = new TemporaryFolder();
        var marker = Path.Combine(folder.Path, "was-kept.json");
        Answer(folder, "right", Right);
        Answer(folder, "wrong", "return received.LastIndexOf((byte)'?') + 1;");
        Answer(folder, "stub", "throw new NotImplementedException();");
        Answer(folder, "syntax", "return 1 +;");
        Answer(folder, "exits", "Environment.Exit(0); " + Right);
        Answer(folder, "overflows", CourseProgram.StackOverflow + "\n    return 0;");
        Notebook(folder, "loops-beside", "while (true) { }", Find(Right), Check);
        // Not in the answer itself, whose check might end it before it has used enough.
        Before(folder, "recurses", "return Deeper(1) > 0;\n    static int Deeper(int n) => 1 + Deeper(n + 1);");
        Before(folder, "floods", "var output = Console.OpenStandardOutput(); while (true) output.Write(new byte[100_000]);");
        Before(folder, "eats", "while (true) unsafe { System.Runtime.InteropServices.NativeMemory.Fill("
            + "System.Runtime.InteropServices.NativeMemory.Alloc(50_000_000), 50_000_000, 1); }");
        Notebook(
            folder, "redefines", Find("return 0;"),
            "class Forged { public string Check(object answer, bool keep = true) => \"[right] Exercise 4.1, 1\"; }\n"
                + "static class Exercises { public static Forged FindEnd = new Forged(); }",
            "Exercises.FindEnd.Check(\"\")", Check);
        Notebook(folder, "removed", Find(Right), "1");
        Notebook(
            folder, "prepares", "class State { public static bool IsReady; }", "State.IsReady = true;",
            Find("if (!State.IsReady) return 7; " + Right), Check);
        folder.File("class/other/text.ipynb", "hello");

        var (exit, output, errors) = await CourseProgram.RunAsync(
            folder.Path, [(Progress.FileVariable, marker)],
            "grade", "class", "--without-sandbox", "--memory", "400", "--timeout", "30", "--jobs", "2");

        Assert.True(exit == 0, output + errors);
        Assert.Contains("The notebooks ran without a sandbox", output);
        string[] lines =
        [
            "eats,could not be checked", "exits,could not be checked", "floods,could not be checked", "loops-beside,right",
            "other,", "overflows,could not be checked", "prepares,right", "recurses,not yet", "redefines,not yet", "removed,",
            "right,right", "stub,not attempted", "syntax,could not be checked", "wrong,not yet",
        ];
        Assert.Equal(lines, FirstColumns(folder));
        Assert.Contains("not graded: removed/a.ipynb: It checks no exercise of the course.", output);
        Assert.Contains("not graded: other/text.ipynb: It is not a notebook", output);
        var page = await File.ReadAllTextAsync(Path.Combine(folder.Path, "grades/grades.html"));
        Assert.Contains("It used more than 600 MB of memory.", page);
        Assert.Contains("It wrote more than anyone can read.", page);
        Assert.Contains("Stack overflow.", page);
        Assert.Contains("The stack is full: too many calls are under way.", page);
        Assert.Contains("CS1525", page);
        Assert.Contains("it uses a type of its own named Exercises.", page);
        Assert.False(File.Exists(marker), "The teacher's own progress is not touched.");
    }

    [NeedsFact(Need.Bubblewrap)]
    public async Task In_the_sandbox_there_are_no_files_of_others_and_no_network_but_loopback()
    {
        using var folder = new TemporaryFolder();
        var secret = folder.File("secret.txt", "secret");
        Answer(folder, "reads", $"if (System.IO.File.Exists(\"{secret}\")) return 7; " + Right);
        // Not in the answer itself, whose check has a deadline of its own, which a busy machine may not keep.
        Before(folder, "writes", "System.IO.File.WriteAllText(\"/usr/bin/course-was-here\", \"x\"); return true;");
        Before(folder, "litters", "System.IO.File.WriteAllText(\"/dev/litter\", \"x\"); return true;");
        Before(folder, "hoards", Hoard("/dev/shm/hoard"));
        Before(folder, "hoards-above", Hoard("/hoard"));
        Answer(folder, "keeps", "System.IO.File.WriteAllText(\"/tmp/x\", \"x\"); " + Right);
        Answer(
            folder, "looks",
            "var all = System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces();\n    "
                + "if (all.Any(one => one.Name != \"lo\")) return 7;\n    " + Right);
        Answer(folder, "asks", "if (Environment.GetEnvironmentVariable(\"COURSE_SECRET\") != null) return 7; " + Right);
        Answer(
            folder, "serves",
            "var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);\n    "
                + "listener.Start();\n    listener.Stop();\n    " + Right);

        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, [("COURSE_SECRET", "x")], "grade", "class");

        Assert.True(exit == 0, output + errors);
        Assert.Equal(
            [
                "asks,right", "hoards,not yet", "hoards-above,not yet", "keeps,right", "litters,not yet", "looks,right",
                "reads,right", "serves,right", "writes,not yet",
            ],
            FirstColumns(folder));
        var page = File.ReadAllText(Path.Combine(folder.Path, "grades/grades.html"));
        Assert.Equal(3, page.Split("Read-only file system").Length - 1);
        Assert.True(page.Contains("No space left on device", StringComparison.Ordinal), page);
        Assert.False(File.Exists("/usr/bin/course-was-here"));
    }

    [Fact]
    public async Task Code_that_the_compiler_cannot_read_costs_only_itself()
    {
        using var folder = new TemporaryFolder();
        Answer(folder, "right", Right);
        Notebook(folder, "nests-types", Nested("List<", 20_000, "int", ">") + " q;", Check);
        Notebook(folder, "nests-texts", "var t = " + Nested("$\"{", 2000, "1", "}\"") + ";", Check);
        Notebook(folder, "nests-brackets", "var b = " + Nested("(", 20_000, "1", ")") + ";", Check);
        Notebook(folder, "nests-checks", Nested("Exercises.FindEnd.Check(", 5000, "1", ")"), Check);
        Notebook(folder, "checks-often", string.Concat(Enumerable.Repeat(Check + ";\n", 301)));
        Notebook(folder, "writes-much", "/* " + new string('x', 1_000_000) + " */", Check);
        Notebook(folder, "adds", Find(Right), "var z = " + string.Join('+', Enumerable.Repeat("1", 20_000)) + ";", Check);
        // What no kernel sends.
        const string Message = "\\u001e{\\\"type\\\":1}\\n";
        Answer(folder, "speaks", $"Console.OpenStandardOutput().Write(Encoding.UTF8.GetBytes(\"{Message}\"));\n    {Right}");

        var (exit, output, errors) = await CourseProgram.RunAsync(
            folder.Path, "grade", "class", "--without-sandbox", "--memory", "600", "--timeout", "20", "--jobs", "2");

        Assert.True(exit == 0, output + errors);
        Assert.Equal(
            [
                "adds,right", "checks-often,", "nests-brackets,", "nests-checks,", "nests-texts,", "nests-types,", "right,right",
                "speaks,", "writes-much,",
            ],
            FirstColumns(folder));
        Assert.Contains("not graded: nests-types/a.ipynb: Its code is nested too deeply to be read.", output);
        Assert.Matches("not graded: nests-texts/a.ipynb: .* nested too deeply", output);
        Assert.Matches("not graded: nests-brackets/a.ipynb: .* nested too deeply", output);
        Assert.Contains("not graded: writes-much/a.ipynb: It has more than 1,000,000 characters of code.", output);
        Assert.Contains("not graded: checks-often/a.ipynb: It has more than 300 checks.", output);
        Assert.Contains("not graded: speaks/a.ipynb: Its kernel", output);
    }

    [NeedsFact(Need.Signals)]
    public async Task An_interrupt_keeps_the_grades_so_far()
    {
        using var folder = new TemporaryFolder();
        Answer(folder, "a", Right);
        Notebook(folder, "b", "var t = " + Nested("$\"{", 4000, "1", "}\"") + ";", Check);
        using var program = CourseProgram.Start(
            folder.Path, "grade", "class", "--without-sandbox", "--timeout", "600", "--jobs", "1");
        await program.WaitForAsync("[1/2] a/a.ipynb: 1 right");
        program.Signal(Signals.Signal.Interrupt);

        Assert.Equal(130, await program.ExitCodeAsync());
        Assert.Equal(["a,right", "b,"], FirstColumns(folder));
        const string Reason = "b/a.ipynb: The grading was interrupted before it was done.";
        Assert.Contains("not graded: " + Reason, program.Output);
        Assert.Contains(
            "Interrupted: 1 of 2 notebooks are done.", File.ReadAllText(Path.Combine(folder.Path, "grades/grades.html")));
    }

    [Fact]
    public async Task Without_a_sandbox_the_teacher_has_to_agree()
    {
        using var folder = new TemporaryFolder();
        Answer(folder, "right", Right);
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, [("PATH", folder.Path)], "grade", "class");
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains("There is no sandbox", errors);
        Assert.Contains("--without-sandbox", errors);
        Assert.False(File.Exists(Path.Combine(folder.Path, "grades/grades.csv")));
    }

    private static IEnumerable<string> FirstColumns(TemporaryFolder folder) =>
        File.ReadAllLines(Path.Combine(folder.Path, "grades/grades.csv"))[1..]
            .Select(row => string.Join(',', row.Split(',')[..2]));

    private static void Answer(TemporaryFolder folder, string student, string body) =>
        Notebook(folder, student, Find(body), Check);

    private static string Hoard(string path) =>
        $"using var file = System.IO.File.Create(\"{path}\");\n    "
            + "for (var i = 0; i < 20; i++) file.Write(new byte[1_000_000]);\n    return true;";

    private static string Nested(string open, int depth, string inside, string close) =>
        string.Concat(Enumerable.Repeat(open, depth)) + inside + string.Concat(Enumerable.Repeat(close, depth));

    // An answer that needs something done before it.
    private static void Before(TemporaryFolder folder, string student, string body) => Notebook(
        folder, student, $"bool Do() {{ {body} }}\nvar isDone = Do();",
        Find("if (!isDone) return 7; " + Right)["static ".Length..], Check);

    private static string Find(string body) => $"static int FindEnd(ReadOnlySpan<byte> received)\n{{\n    {body}\n}}";

    private static void Notebook(TemporaryFolder folder, string student, params string[] cells) => folder.Notebook(
        $"class/{student}/a.ipynb", [.. cells.Prepend(Library).Select(cell => (cell, Array.Empty<string>()))]);
}
