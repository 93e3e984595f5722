using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using NetworkingCourse.Host.Grading;
using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>The solutions, run in the embedded kernel as a learner runs them.</summary>
public sealed class SolutionTests
{
    public static TheoryData<string> Names => [.. Repository.SolutionNames];

    private static List<string> CodeOf(string name) =>
        [.. Notebook.Read(Path.Combine(Repository.Notebooks, name)).CodeCells.Select(cell => cell.Source)];

    private static IEnumerable<string> Checked(IEnumerable<string> notebooks) => notebooks
        .SelectMany(name => Notebook.Read(Path.Combine(Repository.Notebooks, name)).CodeCells)
        .SelectMany(cell => Exercises.All
            .Where(exercise => cell.Source.Contains($"Exercises.{exercise.Name}.Check(", StringComparison.Ordinal))
            .Select(exercise => exercise.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_answer_is_right(string name)
    {
        var notebook = Notebook.Read(Path.Combine(Repository.Notebooks, name));
        using var kernel = new KernelSession(notebook.Folder);
        foreach (var cell in notebook.CodeCells)
        {
            var value = await kernel.ValueAsync(cell.Source);
            if (cell.Source.Contains(".Check(", StringComparison.Ordinal))
            {
                Assert.True(value?.StartsWith("[right]", StringComparison.Ordinal) == true, value); // shows the whole verdict
                Assert.Contains("keep: false", cell.Source);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_answer_compiles_in_its_lesson(string name)
    {
        var solutions = CodeOf(name);
        var exercises = Exercises.All.Where(exercise => name == $"solutions/{exercise.Notebook}").ToList();
        // The lesson, with each answer pasted over its stub, but without the first cell of the solutions and its usings.
        var lesson = CodeOf(exercises[0].Notebook)
            .Where(cell => !cell.Contains("throw new NotImplementedException()", StringComparison.Ordinal));
        var pasted = lesson.SelectMany(cell => exercises
            .Where(exercise => SampleClass.Checks(cell, exercise))
            .SelectMany(exercise => SampleClass.AnswerIn(solutions, exercise))
            .Append(cell));
        var plan = new CheckPlan([.. pasted.Select((cell, i) => CellCode.Of(i + 1, cell))]);
        Assert.Equal(exercises, plan.Checks.Select(check => check.Exercise));

        var options = ScriptOptions.Default
            .WithLanguageVersion(CellLanguage.Version)
            .WithReferences(Framework.References)
            .WithImports(Submissions.DefaultUsings)
            .WithMetadataResolver(new CellReferences(Repository.Notebooks));
        Script<object> last = CSharpScript.Create<object>("", options);
        foreach (var cell in plan.CodeFor(plan.Checks, new HashSet<int>()).OrderBy(cell => cell.Key))
        {
            last = last.ContinueWith<object>(cell.Value, options);
            Assert.Empty(last.GetCompilation().GetDiagnostics().Where(each => each.Severity == DiagnosticSeverity.Error));
        }
    }

    [Fact]
    public void Every_exercise_is_set_in_its_lesson_and_solved_once()
    {
        Assert.Equal(Exercises.All.Select(exercise => exercise.Name).Order(), Checked(Repository.NotebookNames).Order());
        Assert.Equal(Exercises.All.Select(exercise => exercise.Name).Order(), Checked(Repository.SolutionNames).Order());
        Assert.All(Exercises.All, exercise =>
        {
            Assert.Contains(exercise.Name, Checked([exercise.Notebook]));
            Assert.Contains(exercise.Name, Checked([$"solutions/{exercise.Notebook}"]));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_answer_has_the_number_and_the_title_of_its_exercise_and_leads_back_to_its_lesson(string name)
    {
        var notebook = Notebook.Read(Path.Combine(Repository.Notebooks, name));
        var lesson = Notebook.Read(Path.Combine(Repository.Notebooks, name["solutions/".Length..]));
        var title = lesson.Cells[0].Source.Split('\n')[0]["# ".Length..];
        var first = notebook.Cells[0].Source.Split('\n');
        Assert.Equal($"# Solutions to {title}", first[0]);
        Assert.StartsWith("The exercises are in the lesson [", first[2]);

        var heading = "";
        foreach (var cell in notebook.Cells)
        {
            if (!cell.IsCode)
            {
                var headings = cell.Source.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal));
                heading = headings.LastOrDefault(heading);
                Assert.DoesNotContain("\nTypical mistakes:", "\n" + cell.Source);
            }
            else if (Exercises.All.FirstOrDefault(exercise => SampleClass.Checks(cell.Source, exercise)) is { } exercise)
            {
                Assert.Equal($"## {exercise.Number} · {exercise.Title}", heading);
            }
        }
    }

    [Fact]
    public void Every_lesson_has_at_least_two_exercises() => Assert.All(
        Repository.NotebookNames.Where(name => name.Contains('/', StringComparison.Ordinal)),
        name => Assert.InRange(Exercises.All.Count(exercise => exercise.Notebook == name), 2, 5));
}
