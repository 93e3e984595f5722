using System.Globalization;
using NetworkingCourse.Checking;

namespace NetworkingCourse.Tests.Checking;

/// <summary>The one file in which progress is kept. The tests name another one, so that the user's own stays as it is.</summary>
public sealed class ProgressTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("progress").FullName;

    public ProgressTests() =>
        Environment.SetEnvironmentVariable(Progress.FileVariable, Path.Combine(_folder, "new", "progress.json"));

    public void Dispose()
    {
        NoProgress.Keep();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void An_exercise_that_was_right_once_stays_right_and_its_checks_are_counted()
    {
        Assert.Equal("○ not attempted yet", State());
        _ = Exercises.FindEnd.Check(_ => throw new NotImplementedException());
        Assert.False(File.Exists(Progress.File), "a stub is kept");

        _ = Exercises.FindEnd.Check(_ => 42);
        Assert.Equal("✗ not yet", State());
        Assert.Equal(["0", "1"], ChapterFour()[1..3]);
        _ = Exercises.FindEnd.Check(Exercises.FindEnd.Reference);
        _ = Exercises.FindEnd.Check(_ => 42);
        Assert.Equal("✓ right", State());
        Assert.Equal("3", Row()[3]);
        Assert.StartsWith($"1 of {Exercises.All.Count} exercises are right.", Progress.Show().Note);
        Assert.Equal(["1", "0"], ChapterFour()[1..3]);

        Assert.Equal("The state of all exercises is forgotten.", Progress.Clear());
        Assert.Equal("○ not attempted yet", State());
        Assert.Equal("Nothing was kept.", Progress.Clear());
    }

    [Fact]
    public void Answers_that_are_not_the_learners_do_not_count()
    {
        _ = Exercises.FindEnd.Check(Exercises.FindEnd.Reference, keep: false);
        Assert.Equal("○ not attempted yet", State());
    }

    [Fact]
    public async Task Kernels_that_keep_at_the_same_time_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Exercises.FindEnd.Check(_ => 42))));
        Assert.Equal("20", Row()[3]);
        var folder = Path.GetDirectoryName(Progress.File!)!;
        Assert.Equal(["progress.json"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_that_is_damaged_costs_the_progress_but_no_verdict()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Progress.File!)!);
        File.WriteAllText(Progress.File!, "{ this is no JSON");
        Assert.Equal("○ not attempted yet", State());
        Assert.Equal(VerdictState.NotYet, Exercises.FindEnd.Check(_ => 42).State);
        Assert.Equal("✗ not yet", State());
    }

    [Fact]
    public void Without_a_file_nothing_is_kept_and_it_says_so()
    {
        NoProgress.Keep();
        Assert.Equal(VerdictState.NotYet, Exercises.FindEnd.Check(_ => 42).State);
        Assert.Contains("Nothing is kept", Progress.Show().Note);
    }

    [Fact]
    public void Each_chapter_lists_its_own_exercises()
    {
        var counts = Progress.Show().Rows.ToDictionary(
            row => int.Parse(row[0], CultureInfo.InvariantCulture), row => int.Parse(row[3], CultureInfo.InvariantCulture));
        Assert.Equal([1, 2, 3, 4], counts.Keys);
        Assert.Equal(Exercises.All.Count, counts.Values.Sum());
        Assert.All(counts, chapter =>
        {
            var rows = Progress.Show(chapter.Key).Rows;
            Assert.Equal(chapter.Value, rows.Count);
            Assert.All(rows, row => Assert.StartsWith($"{chapter.Key}.", row[0], StringComparison.Ordinal));
        });
        var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => Progress.Show(5));
        Assert.StartsWith("The chapters with exercises are 1, 2, 3, 4.", thrown.Message);
    }

    private static string State() => Row()[2];

    private static string[] ChapterFour() => [.. Progress.Show().Rows.Single(row => row[0] == "4")];

    private static IReadOnlyList<string> Row() =>
        Progress.Show(4).Rows.Single(row => row[0] == "4.1, 1" && row[1] == Exercises.FindEnd.Title);
}
