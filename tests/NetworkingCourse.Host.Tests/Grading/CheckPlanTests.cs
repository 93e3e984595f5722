using NetworkingCourse.Host.Grading;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Grading;

/// <summary>What of a notebook has to run for its checks.</summary>
public sealed class CheckPlanTests
{
    private const string Library = "#r \"../bin/NetworkingCourse.dll\"\nusing System;\nusing NetworkingCourse;\nCourse.Begin()";

    [Fact]
    public void What_an_answer_names_runs_and_what_that_names_and_nothing_else()
    {
        var code = CodeOf(
            Library,
            "const int Offset = 1;",
            "static int Helper(int x) => x + Offset;\nvar measured = await MeasureAsync();",
            "class Unused { }",
            "static int FindEnd(ReadOnlySpan<byte> received) => Helper(received.Length);",
            "Console.WriteLine(FindEnd(default));",
            "Exercises.FindEnd.Check(FindEnd)");
        Assert.Equal([1, 2, 3, 5], code.Keys);
        Assert.Equal("static int Helper(int x) => x + Offset;", code[3]);
        Assert.DoesNotContain("Course.Begin", code[1]);
        Assert.Contains("using System;", code[1]);
        Assert.Equal("static int FindEnd(ReadOnlySpan<byte> received) => Helper(received.Length);", code[5]);
    }

    [Fact]
    public void A_name_means_its_last_declaration_before_it()
    {
        var code = CodeOf(
            "static int Offset() => 0;",
            "static int Offset() => 1;",
            "static int FindEnd(ReadOnlySpan<byte> received) => Offset();",
            "static int Offset() => 2;",
            "Exercises.FindEnd.Check(FindEnd)");
        Assert.Equal([2, 3], code.Keys);
    }

    [Fact]
    public void A_statement_beside_a_declaration_in_use_runs_too()
    {
        const string Cell = "Prepare();\nstatic int FindEnd(ReadOnlySpan<byte> received) => 1;";
        var code = CodeOf("Prepare();", Cell, "Exercises.FindEnd.Check(FindEnd)");
        Assert.Equal(Cell, Assert.Single(code).Value);
    }

    [Fact]
    public void A_statement_about_a_variable_in_use_runs_too()
    {
        var code = CodeOf(
            "var ends = new List<int>();\nvar others = new List<int>();",
            "ends.Add(1);",
            "others.Add(1);",
            "Exercises.FindEnd.Check(received => ends[0])",
            "ends.Clear();");
        Assert.Equal([1, 2], code.Keys);
        Assert.Equal("var ends = new List<int>();", code[1]);
    }

    [Fact]
    public void A_statement_about_an_earlier_variable_of_the_same_name_does_not_run()
    {
        var code = CodeOf(
            "var ends = new List<int>();",
            "ends.Add(1);",
            "var ends = new List<int> { 2 };",
            "ends.Add(3);",
            "Exercises.FindEnd.Check(received => ends[0])");
        Assert.Equal([3, 4], code.Keys);
    }

    [Fact]
    public void Several_variables_can_be_declared_at_once()
    {
        var code = CodeOf("var (first, second) = (1, 2);", "Exercises.FindEnd.Check(received => second)");
        Assert.Equal("var (first, second) = (1, 2);", code[1]);
    }

    [Theory]
    [InlineData("Exercises.FindEnd.Check(A, keep: false)")]
    [InlineData("NetworkingCourse.Exercises.FindEnd.Check(A)")]
    [InlineData("var verdict = Exercises.FindEnd.Check(A);\nverdict")]
    [InlineData("FindEnd.Check(A)")]
    public void A_check_is_found_however_it_is_written(string cell)
    {
        var check = Assert.Single(Plan("static int A(ReadOnlySpan<byte> received) => 1;", cell).Checks);
        Assert.Equal(("FindEnd", 2, "A"), (check.Exercise.Name, check.Cell, check.Answer));
    }

    [Theory]
    [InlineData("// Exercises.FindEnd.Check(A)")]
    [InlineData("\"Exercises.FindEnd.Check(A)\"")]
    [InlineData("Exercises.Nothing.Check(A)")]
    [InlineData("Exercises.FindEnd.Check()")]
    public void What_is_no_check_is_not_taken_for_one(string cell) => Assert.Empty(Plan(cell).Checks);

    [Theory]
    [InlineData("../bin/NetworkingCourse.dll")]
    [InlineData("C:\\\\somewhere\\\\NetworkingCourse.dll")]
    [InlineData("NetworkingCourse.dll")]
    public void Wherever_the_notebook_looks_for_the_library_it_gets_this_one(string path)
    {
        var cell = CellCode.Of(1, $"#r \"{path}\"\nusing System;");
        Assert.Equal($"#r \"{CellCode.LibraryPath}\"\nusing System;", cell.Source);
    }

    [Fact]
    public void Another_library_stays_as_it_is() =>
        Assert.Equal("#r \"MyNetworkingCourse.dll\"", CellCode.Of(1, "#r \"MyNetworkingCourse.dll\"").Source);

    // How deep the parser gets is a matter of the stack and of how its own code is compiled just then. Whatever it gives up must
    // not look like an empty cell.
    [Fact]
    public void Code_that_is_too_deep_for_the_stack_is_told_from_an_empty_cell()
    {
        const int Depth = 5000;
        var nested = string.Concat(Enumerable.Repeat("Exercises.FindEnd.Check(", Depth)) + "1" + new string(')', Depth);
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => CellCode.Of(1, nested)), 1 << 20);
        thread.Start();
        thread.Join();
        Assert.IsType<InsufficientExecutionStackException>(thrown);
    }

    [Fact]
    public void Cells_that_are_not_the_lessons_run_too_if_that_is_wanted_but_not_the_notebooks_own_checks()
    {
        var lessons = new HashSet<string> { "await MeasureAsync()" };
        var plan = Plan(
            "1", "2", "await MeasureAsync()", "var kept = Exercises.FindEnd.Check(null)", "Exercises.FindEnd.Check(null)", "3");
        Assert.Equal([1, 2, 4], plan.CodeFor(plan.Checks, new HashSet<int>(), lessons).Keys);
        Assert.Equal([1, 4], plan.CodeFor(plan.Checks, new HashSet<int> { 2 }, lessons).Keys);
    }

    [Fact]
    public void References_to_libraries_of_the_course_name_those_of_this_program_wherever_the_notebook_was()
    {
        var folder = Path.GetDirectoryName(CellCode.LibraryPath);
        var cell = CellCode.Of(
            1, "#r \"../bin/HtmlAgilityPack.dll\"\n#r \"C:\\\\x\\\\NetworkingCourse.dll\"\n#r \"other.dll\"\n1");
        Assert.Equal(
            [
                $"#r \"{Path.Combine(folder!, "HtmlAgilityPack.dll")}\"",
                $"#r \"{Path.Combine(folder!, "NetworkingCourse.dll")}\"",
                "#r \"other.dll\"",
            ],
            cell.Directives);
    }

    [Fact]
    public void A_second_look_is_worth_it_if_a_cell_of_the_students_own_did_not_run()
    {
        const string Check = "Exercises.FindEnd.Check(FindEnd)";
        const string Answer = "static int FindEnd(ReadOnlySpan<byte> received) => State.End;";
        var lessons = new HashSet<string> { "await MeasureAsync()", Check };
        Assert.False(HasMore("await MeasureAsync()", Answer, Check));
        Assert.True(HasMore("await MeasureAsync()", "State.End = 1;", Answer, Check));
        // A line in a cell of the lesson is the student's; a helper that nothing calls does nothing.
        Assert.True(HasMore("await MeasureAsync()\nState.End = 1;", Answer, Check));
        Assert.False(HasMore("static int Unused() => 1;", Answer, Check));
        // The answer to another exercise ran before its own check.
        const string Other = "static int Other(ReadOnlySpan<byte> received) => 1;";
        Assert.False(HasMore(Other, Answer, "Exercises.FindEnd.Check(Other)", Check));

        bool HasMore(params string[] cells) => Plan(cells) is var plan && plan.HasMore(plan.Checks[^1], lessons);
    }

    [Fact]
    public void Many_cells_and_names_take_no_quadratic_time()
    {
        // One cell that declares a name 50,000 times, 50,000 statements about it, each in a cell, and as many that follow from
        // each other.
        var cells = Enumerable.Range(0, 50_000).SelectMany(i => new[] { "a.Use();", $"b{i + 1} = b{i};", $"var c{i} = 1;" })
            .Prepend(string.Concat(Enumerable.Repeat("int a;", 50_000)))
            .Append("Exercises.FindEnd.Check(_ => a + b0)");
        var plan = new CheckPlan([.. cells.Select((cell, i) => CellCode.Of(i + 1, cell))]);
        Assert.Equal(50_001, plan.Needs(plan.Checks[0]).Count);
    }

    [Fact]
    public void In_every_solution_each_exercise_of_its_lesson_is_found() => Assert.All(Repository.SolutionNames, name =>
    {
        var plan = CheckPlan.Of(Notebook.Read(Path.Combine(Repository.Notebooks, name)));
        Assert.Equal(
            Exercises.All.Where(exercise => name == $"solutions/{exercise.Notebook}"),
            plan.Checks.Select(check => check.Exercise));
    });

    private static CheckPlan Plan(params string[] cells)
    {
        using var folder = new TemporaryFolder();
        return CheckPlan.Of(Notebook.Read(folder.Notebook("x.ipynb", [.. cells.Select(cell => (cell, Array.Empty<string>()))])));
    }

    private static IReadOnlyDictionary<int, string> CodeOf(params string[] cells)
    {
        var plan = Plan(cells);
        return plan.CodeFor(plan.Checks, new HashSet<int>());
    }
}
