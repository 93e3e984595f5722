namespace NetworkingCourse.Host.Tests.Book;

/// <summary>The book of three lessons, run once for all tests: one without charts, and two with them.</summary>
public sealed class ThreeLessons : IAsyncLifetime, IDisposable
{
    public const string Title = "The book of three lessons";

    public const string StartHere = "0-start-here";
    public const string ByHand = "1-application/1-http-by-hand";
    public const string Sequential = "4-server-architecture/2-sequential";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The output folder.</summary>
    public string Top => Path.Combine(_folder.Path, "artifacts");

    /// <summary>What the command printed.</summary>
    public string Output { get; private set; } = "";

    /// <summary>The pages, as paths below the output folder.</summary>
    public IReadOnlyList<string> Pages =>
        [.. Directory.EnumerateFiles(Top, "*.html", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public string PageOf(string lesson) => Path.Combine(Top, "book", lesson + ".html");

    public async Task InitializeAsync()
    {
        string[] notebooks =
            [.. new[] { StartHere, ByHand, Sequential }.Select(name => Path.Combine(Repository.Notebooks, name + ".ipynb"))];
        var (exit, output, errors) = await CourseProgram.RunAsync(_folder.Path, ["run", .. notebooks]);
        Assert.True(exit == 0, output + errors);
        Output = output;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}

[CollectionDefinition(ThreeLessons.Title)]
public sealed class ThreeLessonsTests : ICollectionFixture<ThreeLessons>;
