namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Checks that a notebook gives the same outputs in two hosts: of the same kinds, and with the same text
/// (<see cref="CellText"/>). A busy machine can change what a cell says, for instance who was first; then the notebook is run
/// again, in one host after the other. A cell passes if it said the same in any run of the one and any run of the other. A cell
/// that varies between runs in the embedded kernel need only say half of it in the other host.
/// </summary>
internal static class SameOutputs
{
    private const int MaxRepeats = 6;

    /// <summary>
    /// The ids of cells that say something different in every run, and why. They need only have half of what they say in common.
    /// </summary>
    private static readonly Dictionary<string, string> Chance = new()
    {
        ["tunnel-21"] = "shows encrypted records",
        ["tunnel-25"] = "shows the random bytes and the keys of a ClientHello",
        ["levels-18"] = "shows encrypted records",
        ["frames-16"] = "shows the frames of three streams in the order in which they came",
        ["edges-37b"] = "has a row for each acknowledgment, which the system sends when it likes",
        ["sequential-17"] = "a server is stopped while it thinks, or a moment after",
        ["threads-29"] = "counts events in the order in which they came",
        ["load-05a"] = "names the server that was faster",
        ["compared-07"] = "names the run that was farthest from theory",
        ["compared-17a"] = "names the server that was faster",
        ["compared-17b"] = "names the server that was faster",
    };

    /// <summary>Fails if a cell does not say the same.</summary>
    /// <param name="name">The notebook.</param>
    /// <param name="others">Its runs in the other host.</param>
    /// <param name="again">Runs it in the other host once more.</param>
    public static async Task AssertAsync(string name, IReadOnlyList<OneRun> others, Func<Task<OneRun>> again)
    {
        var here = await NotebookRuns.OfAsync(name);
        for (var repeats = 0; Differences(here, others) is { Count: > 0 } differences; repeats++)
        {
            Assert.True(repeats < MaxRepeats, $"{name}:\n{string.Join('\n', differences)}");
            if (repeats % 2 == 0)
            {
                others = [.. others, await again()];
            }
            else
            {
                here = await NotebookRuns.AgainAsync(name);
            }
        }
    }

    /// <summary>Describes the cells that did not say the same in any run here and any run there.</summary>
    public static List<string> Differences(IReadOnlyList<OneRun> here, IReadOnlyList<OneRun> there)
    {
        var (ours, theirs) = (here.Select(Cells).ToList(), there.Select(Cells).ToList());
        return
        [
            .. Enumerable.Range(0, ours[0].Count)
                .Select(cell => SmallestDifference(
                    [.. ours.Select(run => run[cell])], [.. theirs.Select(run => run[cell])]))
                .OfType<string>(),
        ];
    }

    private static List<Said> Cells(OneRun run) =>
    [
        .. run.Notebook.CodeCells
            .Select(cell => new Said(cell.Id, CellText.KindsOf(cell.Outputs), CellText.Of(cell.Outputs))),
    ];

    private static string? SmallestDifference(List<Said> ours, List<Said> theirs)
    {
        var varies = Chance.ContainsKey(ours[0].Id)
            || ours.Skip(1).Any(our => Difference(our, ours[0], varies: false) is not null);
        return ours.SelectMany(_ => theirs, (our, their) => Difference(our, their, varies))
            .MinBy(difference => difference?.Length ?? 0);
    }

    private static string? Difference(Said one, Said other, bool varies)
    {
        if (one.Kinds != other.Kinds)
        {
            return $"{one.Id}: {one.Kinds} | {other.Kinds}";
        }

        var (missing, added) = (Without(one.Pieces, other.Pieces), Without(other.Pieces, one.Pieces));
        var allowed = varies ? one.Pieces.Count / 2 : 0;
        return missing.Count <= allowed && added.Count <= allowed
            ? null
            : $"{one.Id}:\n  - {string.Join("\n  - ", missing)}\n  + {string.Join("\n  + ", added)}";
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
