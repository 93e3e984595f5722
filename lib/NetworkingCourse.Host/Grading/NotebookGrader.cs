using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NetworkingCourse.Checking;
using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Grading;

/// <summary>What a notebook may take while it is graded.</summary>
/// <param name="Cell">How long one cell, or one check, may take, and to read the notebook.</param>
/// <param name="MemoryBytes">How much memory its processes may use together.</param>
internal sealed record GradingLimits(TimeSpan Cell, long MemoryBytes)
{
    /// <summary>A notebook may take this many times the time of a cell.</summary>
    public const int CellsInARow = 5;

    /// <summary>How many characters a notebook's processes may write.</summary>
    public const long MaxOutput = 50_000_000;

    /// <summary>How many bytes a notebook may write to files, where that can be limited.</summary>
    public const long MaxFileBytes = 200_000_000;
}

/// <summary>
/// Runs what a notebook's answers need in a kernel of its own, and makes the course's checks again: what the notebook's outputs
/// say does not matter, nor what its cells call <c>Exercises</c>. An answer that is wrong, or cannot be checked, gets a second
/// look if other code of the student's own comes before it: it may prepare what the answer needs.
/// </summary>
/// <param name="limits">What a notebook may take.</param>
/// <param name="sandbox">Where its kernel is started; null for nowhere in particular.</param>
/// <param name="lessons">The folder of the course's own notebooks; null if it is not there.</param>
internal sealed partial class NotebookGrader(GradingLimits limits, KernelSandbox? sandbox, string? lessons) : IAsyncDisposable
{
    private const int MaxStory = 10_000;

    private readonly NotebookReader _reader = new(limits);

    /// <summary>Grades a notebook.</summary>
    /// <exception cref="NotebookException">The file is not a C# notebook, or cannot be graded.</exception>
    /// <exception cref="OperationCanceledException">The grading was cancelled.</exception>
    public async Task<GradedNotebook> GradeAsync(HandIn handIn, CancellationToken cancellation)
    {
        var plan = await _reader.ReadAsync(handIn.FilePath, cancellation).ConfigureAwait(false);
        var ofLessons = plan.Checks.Select(check => check.Exercise.Notebook).Distinct().ToList();
        var known = CellsOf(ofLessons);
        var parts = known.SelectMany(cell => cell.Parts).Select(part => part.Code).ToHashSet();
        var made = await new Attempt(limits, sandbox, plan, parts, handIn).RunAsync(cancellation).ConfigureAwait(false);
        var notes = RiskyCode.In(plan, known.Select(cell => cell.Source).ToHashSet()).ToList();
        var grades = new List<Grade>();
        foreach (var lesson in ofLessons)
        {
            foreach (var exercise in Exercises.All.Where(exercise => exercise.Notebook == lesson))
            {
                var of = made.Where(grade => grade.Exercise == exercise).ToList();
                if (of.Count > 1)
                {
                    notes.Add(FormattableString.Invariant(
                        $"{exercise.Name} is checked {of.Count} times. The best of these answers counts."));
                }

                grades.Add(of.MinBy(grade => grade.State)
                    ?? new Grade(exercise, GradeState.NoCheck, "The notebook has no check of this exercise.", handIn.Name));
            }
        }

        return new GradedNotebook(handIn, grades, notes);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    private List<CellCode> CellsOf(IEnumerable<string> names) => lessons is null ? [] :
    [
        .. names.Select(name => Path.Combine(lessons, name)).Where(File.Exists)
            .SelectMany(file => Notebook.Read(file).CodeCells)
            .Select(cell => CellCode.Of(1, cell.Source)),
    ];

    /// <summary>One notebook's way through its kernels: a cell that ends a kernel is left out in the next.</summary>
    private sealed partial class Attempt(
        GradingLimits limits, KernelSandbox? sandbox, CheckPlan plan, IReadOnlySet<string> known, HandIn handIn)
    {
        // The kernel's answer to a check carries it, so that other output is not taken for a verdict.
        private readonly string _token = Guid.NewGuid().ToString("N");
        private readonly long _began = Stopwatch.GetTimestamp();
        private readonly List<PlannedCheck> _left = [.. plan.Checks];
        private readonly Dictionary<int, string> _failed = [];
        private readonly HashSet<int> _deadly = [];
        private readonly List<Grade> _grades = [];
        private readonly List<(PlannedCheck Check, Grade Grade)> _doubtful = [];

        public async Task<IReadOnlyList<Grade>> RunAsync(CancellationToken cancellation)
        {
            await RunAllAsync(null, cancellation).ConfigureAwait(false);
            var first = _doubtful.Where(each => plan.HasMore(each.Check, known)).ToList();
            if (first.Count > 0)
            {
                _left.AddRange(first.Select(each => each.Check));
                _grades.RemoveAll(grade => first.Exists(each => each.Grade == grade));
                _doubtful.Clear();
                await RunAllAsync(known, cancellation).ConfigureAwait(false);
            }

            return _grades;
        }

        private async Task RunAllAsync(IReadOnlySet<string>? lessons, CancellationToken cancellation)
        {
            while (_left.Count > 0)
            {
                if (TimeLeft() == TimeSpan.Zero)
                {
                    var max = limits.Cell * GradingLimits.CellsInARow;
                    var why = FormattableString.Invariant($"The notebook took longer than {max.TotalSeconds:0.#} s.");
                    Conclude([.. _left], why);
                    break;
                }

                await RunInOneKernelAsync(lessons, cancellation).ConfigureAwait(false);
            }
        }

        private async Task RunInOneKernelAsync(IReadOnlySet<string>? lessons, CancellationToken cancellation)
        {
            using var folder = new ScratchFolder();
            await using var kernel = await StartAsync(folder.Path).ConfigureAwait(false);
            using var watch = new KernelWatch(kernel, limits.MemoryBytes * 3 / 2);
            var code = plan.CodeFor(_left, _deadly, lessons);
            _failed.Clear();
            for (var cell = 1; cell <= _left.Max(check => check.Cell) && !HasEnded(kernel, watch); cell++)
            {
                if (code.TryGetValue(cell, out var source))
                {
                    var error = await kernel.ExecuteAsync(source, _ => { }, TimeOfCell(), cancellation).ConfigureAwait(false);
                    if (error is not null)
                    {
                        var where = FormattableString.Invariant($"Code cell {cell}");
                        _failed[cell] = $"{where}: {watch.Reason ?? Story(error)}";
                    }

                    if (HasEnded(kernel, watch))
                    {
                        _deadly.Add(cell);
                        _failed.TryAdd(cell, FormattableString.Invariant($"Code cell {cell}: {watch.Reason}"));
                        Conclude([.. _left.Where(check => plan.Needs(check).Contains(cell))], _failed[cell]);
                        return;
                    }
                }

                foreach (var check in _left.Where(check => check.Cell == cell).ToList())
                {
                    await CheckAsync(kernel, watch, check, cancellation).ConfigureAwait(false);
                    if (HasEnded(kernel, watch) || _left.Count == 0)
                    {
                        return;
                    }
                }
            }
        }

        // A kernel that was just killed has not ended yet, and must not be given more to run.
        private static bool HasEnded(KernelProcess kernel, KernelWatch watch) => kernel.HasEnded || watch.Reason is not null;

        private async Task CheckAsync(
            KernelProcess kernel, KernelWatch watch, PlannedCheck check, CancellationToken cancellation)
        {
            string? answer = null;
            var error = await kernel.ExecuteAsync(
                CodeOf(check),
                happened => answer = happened is KernelEvent.Result { Data: var data } ? data.ToString() : answer,
                TimeOfCell(),
                cancellation).ConfigureAwait(false);
            // If a cell that it needs has failed, that is the reason.
            var needs = plan.Needs(check);
            var reasons = _failed.Where(cell => needs.Contains(cell.Key)).Select(cell => cell.Value);
            if (error is null && VerdictIn(answer) is { } verdict)
            {
                var story = verdict.State == GradeState.NotYet ? reasons.Prepend(verdict.Story) : [verdict.Story];
                var grade = new Grade(check.Exercise, verdict.State, Short(string.Join('\n', story)), handIn.Name);
                Conclude(check, grade, isDoubtful: verdict.State == GradeState.NotYet);
                return;
            }

            var own = FormattableString.Invariant($"Code cell {check.Cell}: ")
                + (watch.Reason ?? (error is null ? "The check gave no verdict." : Story(error)));
            Conclude([check], string.Join('\n', reasons.DefaultIfEmpty(own)), isDoubtful: !HasEnded(kernel, watch));
        }

        private void Conclude(IReadOnlyList<PlannedCheck> checks, string why, bool isDoubtful = false)
        {
            foreach (var check in checks)
            {
                Conclude(check, new Grade(check.Exercise, GradeState.Broken, Short(why), handIn.Name), isDoubtful);
            }
        }

        private void Conclude(PlannedCheck check, Grade grade, bool isDoubtful)
        {
            _left.Remove(check);
            _grades.Add(grade);
            if (isDoubtful)
            {
                _doubtful.Add((check, grade));
            }
        }

        private string CodeOf(PlannedCheck check) =>
            $$"""
            ((global::System.Func<global::NetworkingCourse.Checking.Verdict, string>)(verdict =>
                global::System.Text.Json.JsonSerializer.Serialize(
                    new[] { "{{_token}}", verdict.State.ToString(), verdict.ToText() })))(
            global::NetworkingCourse.Exercises.{{check.Exercise.Name}}.Check(
            {{check.Answer}}
            , keep: false))
            """;

        private (GradeState State, string Story)? VerdictIn(string? answer)
        {
            try
            {
                return answer is not null && JsonSerializer.Deserialize<string[]>(answer) is [var token, var state, var story]
                    && token == _token
                    ? (Enum.Parse<VerdictState>(state) switch
                    {
                        VerdictState.Right => GradeState.Right,
                        VerdictState.NotYet => GradeState.NotYet,
                        _ => GradeState.NotAttempted,
                    }, story)
                    : null;
            }
            catch (Exception exception) when (exception is JsonException or ArgumentException)
            {
                return null;
            }
        }

        private TimeSpan TimeLeft()
        {
            var left = limits.Cell * GradingLimits.CellsInARow - Stopwatch.GetElapsedTime(_began);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        private TimeSpan TimeOfCell() => TimeLeft() < limits.Cell ? TimeLeft() : limits.Cell;

        private Task<KernelProcess> StartAsync(string folder)
        {
            var heap = limits.MemoryBytes.ToString("X", CultureInfo.InvariantCulture);
            KeyValuePair<string, string?>[] environment =
            [
                new("DOTNET_GCHeapHardLimit", "0x" + heap),
                new(Progress.FileVariable, ""),
            ];
            if (!OperatingSystem.IsLinux() || sandbox is null)
            {
                return Task.FromResult(KernelProcess.Start(
                    KernelProcess.StartInfo(folder, ahead: false, environment), GradingLimits.MaxOutput));
            }

            var inside = KernelProcess.StartInfo(KernelSandbox.Folder, ahead: false, environment);
            var start = sandbox.Around(inside);
            return KernelSandbox.StartAsync(() => KernelProcess.Start(start, GradingLimits.MaxOutput));
        }

        // The compiler counts the cells and lines of what was run, and those are not the notebook's.
        private static string Story(CellError error) => string.Join(
            '\n', error.Traceback.DefaultIfEmpty(error.Message).Select(line => PlaceOfCompiler().Replace(line, "")));

        [GeneratedRegex("^cell [0-9]+, line [0-9]+, column [0-9]+: ", RegexOptions.Multiline)]
        private static partial Regex PlaceOfCompiler();

        private static string Short(string story) => story.Length <= MaxStory ? story : story[..MaxStory] + "…";
    }
}
