using System.Text.Json;
using System.Text.Json.Serialization;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>
/// Which exercises the learner has done. It is kept in one file in the user's application data, and nowhere else.
/// </summary>
public static class Progress
{
    /// <summary>The environment variable that names another file; an empty value keeps nothing.</summary>
    public const string FileVariable = "NETWORKING_COURSE_PROGRESS";

    // How long another kernel may hold the file.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>The path of the file; null if there is no folder for it.</summary>
    public static string? File
    {
        get
        {
            if (Environment.GetEnvironmentVariable(FileVariable) is { } file)
            {
                return file.Length == 0 ? null : file;
            }

            var folder = Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return folder.Length == 0 ? null : Path.Combine(folder, "NetworkingCourse", "progress.json");
        }
    }

    /// <summary>How many exercises of each chapter the learner has done.</summary>
    public static Table Show()
    {
        var kept = Read();
        var right = Exercises.All.Count(exercise => kept.GetValueOrDefault(Key(exercise))?.Right == true);
        return new Table(
            ["chapter", "✓ right", "✗ not yet", "○ not attempted yet"],
            Exercises.All.GroupBy(ChapterOf).OrderBy(chapter => chapter.Key).Select(IReadOnlyList<object?> (chapter) =>
            {
                var entries = chapter.Select(exercise => kept.GetValueOrDefault(Key(exercise))).ToList();
                return
                [
                    chapter.Key,
                    entries.Count(entry => entry?.Right == true),
                    entries.Count(entry => entry?.Right == false),
                    entries.Count(entry => entry is null),
                ];
            }),
            InvariantText.Format($"{right} of {Exercises.All.Count} exercises are right. ")
                + "Progress.Show(1) lists the exercises of chapter 1. "
                + (File is null ? "Nothing is kept: there is no file for it." : "Progress.Clear() forgets all of this."));
    }

    /// <summary>The exercises of a chapter and how far the learner has come with each.</summary>
    /// <param name="chapter">The number of the chapter.</param>
    /// <exception cref="ArgumentOutOfRangeException">No chapter with exercises has that number.</exception>
    public static Table Show(int chapter)
    {
        var kept = Read();
        var exercises = Exercises.All.Where(exercise => ChapterOf(exercise) == chapter).ToList();
        if (exercises.Count == 0)
        {
            var chapters = string.Join(", ", Exercises.All.Select(ChapterOf).Distinct().Order());
            throw new ArgumentOutOfRangeException(nameof(chapter), chapter, $"The chapters with exercises are {chapters}.");
        }

        return new Table(
            ["lesson", "exercise", "state", "checks", "last"],
            exercises.Select(IReadOnlyList<object?> (exercise) =>
            {
                var entry = kept.GetValueOrDefault(Key(exercise));
                return
                [
                    InvariantText.Format($"{exercise.Lesson}, {exercise.Number}"),
                    exercise.Title,
                    entry is null ? "○ not attempted yet" : entry.Right ? "✓ right" : "✗ not yet",
                    entry?.Checks,
                    entry is null ? "" : InvariantText.Format($"{entry.Last.ToLocalTime():yyyy-MM-dd HH:mm}"),
                ];
            }));
    }

    /// <summary>Forgets the state of every exercise.</summary>
    /// <returns>A sentence that says what was done.</returns>
    public static string Clear()
    {
        if (File is not { } file || !System.IO.File.Exists(file))
        {
            return "Nothing was kept.";
        }

        System.IO.File.Delete(file);
        return "The state of all exercises is forgotten.";
    }

    /// <summary>Keeps a verdict. An exercise that was right once stays right.</summary>
    internal static void Keep(Verdict verdict)
    {
        if (verdict.State == VerdictState.NotAttempted || File is not { } file)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            using var held = Hold(file + ".lock");
            var kept = Read();
            var key = Key(verdict.Exercise);
            var before = kept.GetValueOrDefault(key);
            kept[key] = new Entry(
                before?.Right == true || verdict.State == VerdictState.Right, (before?.Checks ?? 0) + 1, DateTimeOffset.UtcNow);
            AtomicFile.WriteText(file, JsonSerializer.Serialize(kept, ProgressJson.Default.DictionaryStringEntry));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full or read-only disk must not cost the learner the verdict.
        }
    }

    private static int ChapterOf(Exercise exercise) => Version.Parse(exercise.Lesson).Major;

    private static string Key(Exercise exercise) => $"{exercise.Lesson} {exercise.Name}";

    private static Dictionary<string, Entry> Read()
    {
        try
        {
            return File is { } file && System.IO.File.Exists(file)
                ? JsonSerializer.Deserialize(System.IO.File.ReadAllText(file), ProgressJson.Default.DictionaryStringEntry) ?? []
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    // Another kernel may keep a verdict at the same time.
    private static FileStream Hold(string file)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(
                    file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (System.Diagnostics.Stopwatch.GetElapsedTime(began) < Timeout)
            {
                Thread.Sleep(10);
            }
        }
    }

    /// <summary>What is kept of an exercise.</summary>
    /// <param name="Right">Whether an answer was right once.</param>
    /// <param name="Checks">How many answers were checked.</param>
    /// <param name="Last">When the last one was.</param>
    internal sealed record Entry(bool Right, int Checks, DateTimeOffset Last);
}

/// <summary>How progress is written.</summary>
[JsonSerializable(typeof(Dictionary<string, Progress.Entry>))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ProgressJson : JsonSerializerContext;
