namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Whether a notebook gives the same outputs in two hosts: of the same kinds, which say the same (<see cref="CellText"/>). A busy machine
/// can change what a cell says, who was first for instance; then the notebook is run again in both. A cell passes if it said the same in
/// any two runs of the two hosts. One that says something else each time it runs in the embedded kernel need only say most of it elsewhere.
/// </summary>
internal static class SameOutputs
{
    private const int MaxRepeats = 3;

    /// <summary>Cells that say something else whenever they run, by their ids, and why. They must have most of their words in common.</summary>
    private static readonly Dictionary<string, string> Chance = new()
    {
        ["tunnel-21"] = "shows encrypted records",
        ["tunnel-25"] = "shows the random bytes and the keys of a ClientHello",
        ["levels-18"] = "shows encrypted records",
        ["sequential-17"] = "a server is stopped while it thinks, or a moment after",
        ["compared-07"] = "names the run that was farthest from theory",
    };

    /// <summary>Fails if a cell does not say the same.</summary>
    /// <param name="name">The notebook.</param>
    /// <param name="embedded">Its runs in the embedded kernel.</param>
    /// <param name="others">Its runs in the other host.</param>
    /// <param name="again">Runs it there once more.</param>
    public static async Task AssertAsync(string name, NotebookRuns embedded, IReadOnlyList<OneRun> others, Func<Task<OneRun>> again)
    {
        var here = await embedded.OfAsync(name);
        for (var repeats = 0; Differences(here, others) is { Count: > 0 } differences; repeats++)
        {
            Assert.True(repeats < MaxRepeats, $"{name}:\n{string.Join('\n', differences)}");
            (here, others) = (await embedded.AgainAsync(name), [.. others, await again()]);
        }
    }

    /// <summary>The cells that did not say the same in any two runs.</summary>
    public static List<string> Differences(IReadOnlyList<OneRun> here, IReadOnlyList<OneRun> there)
    {
        var (ours, theirs) = (here.Select(Cells).ToList(), there.Select(Cells).ToList());
        return
        [
            .. Enumerable.Range(0, ours[0].Count)
                .Select(cell => (Cell: cell, Varies: Chance.ContainsKey(ours[0][cell].Id) || ours.Skip(1).Any(run => Difference(run[cell], ours[0][cell], varies: false) is not null)))
                .Select(asked => ours.SelectMany(_ => theirs, (our, their) => Difference(our[asked.Cell], their[asked.Cell], asked.Varies)).MinBy(difference => difference?.Length ?? 0))
                .OfType<string>(),
        ];
    }

    private static List<Said> Cells(OneRun run) => [.. run.Notebook.CodeCells.Select(cell => new Said(cell.Id, CellText.KindsOf(cell.Outputs), CellText.Of(cell.Outputs)))];

    private static string? Difference(Said one, Said other, bool varies)
    {
        if (one.Kinds != other.Kinds)
        {
            return $"{one.Id}: {one.Kinds} | {other.Kinds}";
        }

        var (missing, added) = (Without(one.Pieces, other.Pieces), Without(other.Pieces, one.Pieces));
        var allowed = varies ? one.Pieces.Count / 2 : 0;
        return missing.Count <= allowed && added.Count <= allowed ? null : $"{one.Id}:\n  - {string.Join("\n  - ", missing)}\n  + {string.Join("\n  + ", added)}";
    }

    private static List<string> Without(IEnumerable<string> pieces, IEnumerable<string> others)
    {
        var left = pieces.ToList();
        foreach (var other in others)
        {
            left.Remove(other);
        }

        return left;
    }

    private sealed record Said(string Id, string Kinds, IReadOnlyList<string> Pieces);
}
