using System.Diagnostics;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Grading;

/// <summary>Grades classes, several notebooks at a time, and says how far it has come.</summary>
internal sealed class GradingRun(NotebookGrader grader, int jobs)
{
    private readonly Lock _gate = new();
    private int _done;

    /// <summary>Grades the notebooks of all classes.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public async Task<List<ClassGrades>> RunAsync(IReadOnlyList<ClassFolder> classes, CancellationToken cancellation)
    {
        var all = classes.Sum(of => of.Notebooks.Count);
        var grades = new List<ClassGrades>();
        foreach (var of in classes)
        {
            var outcomes = new (GradedNotebook? Graded, string Reason)[of.Notebooks.Count];
            await Parallel.ForAsync(
                0,
                of.Notebooks.Count,
                new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation },
                async (i, token) => outcomes[i] = await GradeAsync(of.Notebooks[i], all, token).ConfigureAwait(false))
                .ConfigureAwait(false);
            var graded = outcomes.Where(outcome => outcome.Graded is not null).Select(outcome => outcome.Graded!);
            var refused = of.Notebooks.Zip(outcomes).Where(each => each.Second.Graded is null)
                .Select(each => new RefusedFile(each.First.Student, each.First.Name, each.Second.Reason));
            grades.Add(ClassGrades.Of(of.Title, [.. graded], [.. of.Refused, .. refused]));
        }

        return grades;
    }

    private async Task<(GradedNotebook? Graded, string Reason)> GradeAsync(HandIn handIn, int all, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        (GradedNotebook? Graded, string Reason) outcome;
        try
        {
            outcome = (await grader.GradeAsync(handIn, cancellation).ConfigureAwait(false), "");
        }
        catch (NotebookException exception)
        {
            outcome = (null, exception.Message.Replace(handIn.FilePath, "It"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            outcome = (null, $"It cannot be read: {exception.Message}");
        }

        var words = outcome.Graded is { } graded
            ? string.Join(", ", graded.Grades.GroupBy(grade => grade.State).OrderBy(of => of.Key)
                .Select(of => FormattableString.Invariant($"{of.Count()} {Grade.Of(of.Key)}")))
            : "not graded: " + outcome.Reason;
        lock (_gate)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"[{++_done}/{all}] {handIn.Name}: {words}, {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s"));
        }

        return outcome;
    }
}
