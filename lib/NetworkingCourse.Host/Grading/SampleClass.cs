using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Checking;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Grading;

/// <summary>
/// A class that does not exist, to measure how long grading takes: its notebooks consist of whole lessons, two thirds of their
/// answers are those of the solutions, and the others return nothing, or are still the stub where an answer must do something.
/// </summary>
/// <param name="notebooks">The course's folder of notebooks, with the solutions.</param>
internal sealed partial class SampleClass(string notebooks)
{
    private readonly List<List<Exercise>> _lessons = [.. Exercises.All
        .GroupBy(exercise => exercise.Notebook)
        .Select(lesson => lesson.ToList())];

    /// <summary>Writes the notebooks.</summary>
    /// <param name="folder">The folder of the class.</param>
    /// <param name="students">The number of students, with a notebook each.</param>
    /// <param name="exercises">The number of exercises in each notebook.</param>
    public void Write(string folder, int students, int exercises)
    {
        for (var student = 0; student < students; student++)
        {
            var cells = new List<string>();
            for (var (lesson, left) = (student, exercises); left > 0; lesson++)
            {
                var of = _lessons[lesson % _lessons.Count].Take(left).ToList();
                cells.AddRange(CellsOf(of, student));
                left -= of.Count;
            }

            var path = Path.Combine(folder, FormattableString.Invariant($"student-{student + 1}.ipynb"));
            File.WriteAllText(path, Json(cells).ToJsonString());
        }
    }

    // The cells up to the check of the last of these exercises, which are the first ones of their lesson.
    private IEnumerable<string> CellsOf(List<Exercise> exercises, int student)
    {
        var solutions = Read(Path.Combine("solutions", exercises[0].Notebook));
        var done = 0;
        foreach (var cell in Read(exercises[0].Notebook))
        {
            if (exercises.Find(exercise => Checks(cell, exercise)) is { } exercise)
            {
                if ((student + ++done) % 3 > 0)
                {
                    foreach (var answer in AnswerIn(solutions, exercise))
                    {
                        yield return answer;
                    }
                }

                yield return cell;
                if (done == exercises.Count)
                {
                    yield break;
                }
            }
            else
            {
                yield return cell.Contains(" void ", StringComparison.Ordinal)
                    ? cell
                    : Throws().Replace(cell, "{ return default!; }");
            }
        }
    }

    /// <summary>The cells of solutions with the answer to an exercise: those since the check before its own.</summary>
    public static IEnumerable<string> AnswerIn(List<string> solutions, Exercise exercise)
    {
        var check = solutions.FindIndex(cell => Checks(cell, exercise));
        var before = solutions.FindLastIndex(check - 1, cell => cell.Contains(".Check(", StringComparison.Ordinal));
        return solutions[Math.Max(before + 1, 1)..check];
    }

    /// <summary>Whether a cell checks an exercise.</summary>
    public static bool Checks(string cell, Exercise exercise) =>
        cell.Contains($"Exercises.{exercise.Name}.Check(", StringComparison.Ordinal);

    private List<string> Read(string name) =>
        [.. Notebook.Read(Path.Combine(notebooks, name)).CodeCells.Select(cell => cell.Source)];

    private static JsonObject Json(IEnumerable<string> cells) => new()
    {
        ["nbformat"] = Notebook.Format,
        ["nbformat_minor"] = Notebook.FormatMinor,
        ["metadata"] = new JsonObject { ["language_info"] = new JsonObject { ["name"] = "C#" } },
        ["cells"] = new JsonArray([.. cells.Select((cell, i) => (JsonNode)new JsonObject
        {
            ["id"] = FormattableString.Invariant($"cell-{i + 1}"),
            ["cell_type"] = "code",
            ["source"] = cell,
            ["metadata"] = new JsonObject(),
            ["execution_count"] = null,
            ["outputs"] = new JsonArray(),
        })]),
    };

    [GeneratedRegex(@"\{\s*(//[^\n]*\s*)*throw new NotImplementedException\(\);\s*\}")]
    private static partial Regex Throws();
}
