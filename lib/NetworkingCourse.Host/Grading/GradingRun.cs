using System.Diagnostics;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Grading;

/// <summary>Grades classes, several notebooks at a time, and says how far it has come.</summary>
internal sealed class GradingRun(NotebookGrader grader, int jobs)
{
    private const string Interrupted = "The grading was interrupted before it was done.";

    private readonly Lock _gate = new();

    /// <summary>How many notebooks are done: graded, or found to be none.</summary>
    public int Done { get; private set; }

    /// <summary>
    /// Grades the notebooks of all classes. If that is cancelled, the notebooks that are not done are named as not graded.
    /// </summary>
    public async Task<List<ClassGrades>> RunAsync(IReadOnlyList<ClassFolder> classes, CancellationToken cancellation)
    {
        var all = classes.Sum(of => of.Notebooks.Count);
        var grades = new List<ClassGrades>();
        foreach (var of in classes)
        {
            var outcomes = new Outcome?[of.Notebooks.Count];
            try
            {
                await Parallel.ForAsync(
                    0,
                    of.Notebooks.Count,
                    new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation },
                    async (i, token) => outcomes[i] = await GradeAsync(of.Notebooks[i], all, token).ConfigureAwait(false))
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // What is done is worth keeping.
            }

            var graded = outcomes.Select(outcome => outcome?.Graded).OfType<GradedNotebook>();
            var refused = of.Notebooks.Zip(outcomes).Where(each => each.Second?.Graded is null)
                .Select(each => new RefusedFile(each.First.Student, each.First.Name, each.Second?.Reason ?? Interrupted));
            grades.Add(ClassGrades.Of(of.Title, [.. graded], [.. of.Refused, .. refused]));
        }

        return grades;
    }

    private async Task<Outcome> GradeAsync(HandIn handIn, int all, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        Outcome outcome;
        try
        {
            outcome = new Outcome(await grader.GradeAsync(handIn, cancellation).ConfigureAwait(false), "");
        }
        catch (NotebookException exception)
        {
            outcome = new Outcome(null, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            outcome = new Outcome(null, $"It cannot be read: {exception.Message}");
        }
        catch (Exception exception)
            when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Code that speaks to this program in the kernel's place may send what no kernel sends. Whatever a notebook does, it
            // costs only itself.
            outcome = new Outcome(null, $"Its kernel, or this program, made a mistake: {exception.Message}");
        }

        var words = outcome.Graded is { } graded
            ? string.Join(", ", graded.Grades.GroupBy(grade => grade.State).OrderBy(of => of.Key)
                .Select(of => FormattableString.Invariant($"{of.Count()} {Grade.Of(of.Key)}")))
            : "not graded: " + outcome.Reason;
        lock (_gate)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"[{++Done}/{all}] {handIn.Name}: {words}, {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s"));
        }

        return outcome;
    }

    /// <summary>What became of a notebook: its grades, or why there are none.</summary>
    private sealed record Outcome(GradedNotebook? Graded, string Reason);
}
