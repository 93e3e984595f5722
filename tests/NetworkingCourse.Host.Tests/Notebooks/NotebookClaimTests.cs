using NetworkingCourse.Display;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>The check of the claims is itself checked: it finds them in what a kernel shows, and notices a false one.</summary>
public sealed class NotebookClaimTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static readonly string Library = $"#r \"{typeof(Claim).Assembly.Location}\"\nusing NetworkingCourse.Display;\n";

    [Fact]
    public async Task A_claim_that_holds_in_no_run_is_named_with_what_was_measured_and_one_that_was_disturbed_once_is_not()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Notebook(
            "claims.ipynb",
            (Library + "var run = AppDomain.CurrentDomain.GetData(\"run\") is null ? 1 : 2;\n"
                + "AppDomain.CurrentDomain.SetData(\"run\", \"seen\");", []),
            ("Claim.AtLeast(\"always true\", times: 2, measured: 3)", []),
            ("Claim.AtLeast(\"true but for the first run\", times: 2, measured: run)", []),
            ("Claim.AtMost(\"shown < in passing\", times: 2, measured: 9).Display();\n"
                + "Claim.Show(Claim.AtLeast(\"true as well\", 2, 3), Claim.About(\"half\", 0.5, 0.9 - (0.01 * run)))", []));
        await using var kernel = KernelProcess.Start(folder.Path);
        var first = await RunAsync(path, kernel);
        var second = await RunAsync(path, kernel);

        Assert.Equal(
            ["cell-3: 'true but for the first run' should be at least 2×; measured: 1×.", .. Faults("0.89×")],
            NotebookClaims.Failures([first]));
        Assert.Equal(Faults("0.89×, 0.88×", "9×, 9×"), NotebookClaims.Failures([first, second]));
    }

    [Fact]
    public async Task Every_claim_of_a_cell_is_found()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Notebook(
            "claims.ipynb",
            (Library + "Claim.AtLeast(\"a\", 2, 3, \"turns\").Display();\n5.Display();\nClaim.AtMost(\"b\", 2, 3)", []));
        await using var kernel = KernelProcess.Start(folder.Path);
        var run = await RunAsync(path, kernel);

        Assert.Equal(
            [
                new NotebookClaims.Shown("a", "at least 2 turns", "3 turns", true),
                new NotebookClaims.Shown("b", "at most 2×", "3×", false),
            ],
            run.Notebook.CodeCells.SelectMany(NotebookClaims.Of));
    }

    private static string[] Faults(string half, string passing = "9×") =>
    [
        $"cell-4: 'shown < in passing' should be at most 2×; measured: {passing}.",
        $"cell-4: 'half' should be about 0.5× (± 25 %); measured: {half}.",
    ];

    private static async Task<OneRun> RunAsync(string path, KernelProcess kernel)
    {
        var notebook = Notebook.Read(path);
        var result = await NotebookRunner.RunAsync(notebook, kernel, Timeout);
        Assert.Null(result.Failure);
        return new OneRun(notebook, null, []);
    }
}
