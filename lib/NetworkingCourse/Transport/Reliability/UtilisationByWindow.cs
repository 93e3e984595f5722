using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>Compares how well protocols utilise a link, by window size: in simulated time, against theory.</summary>
public sealed class UtilisationByWindow : Shown
{
    private const int OwnSeeds = 1000;

    private UtilisationByWindow(TransferOptions link, IReadOnlyList<(double Loss, Transfer Transfer)> runs) =>
        (Link, Runs) = (link, runs);

    /// <summary>The link without loss.</summary>
    public TransferOptions Link { get; }

    /// <summary>The runs: the loss of data, and the transfer.</summary>
    public IReadOnlyList<(double Loss, Transfer Transfer)> Runs { get; }

    /// <summary>
    /// Runs every protocol with every window. The timeout is one and a half times the time that a segment and its acknowledgment
    /// take. Acknowledgments are not lost.
    /// </summary>
    /// <param name="link">The link.</param>
    /// <param name="windows">The windows; stop-and-wait always uses 1.</param>
    /// <param name="losses">The probabilities of losing data, with one panel each.</param>
    /// <param name="segments">The number of segments per run.</param>
    /// <param name="own">A protocol with a sender of your own, to be measured too; null for none.</param>
    public static UtilisationByWindow Measure(
        TransferOptions link,
        IReadOnlyList<int> windows,
        IReadOnlyList<double> losses,
        int segments = 4000,
        ReliableProtocol? own = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(losses);
        var runs =
            from loss in losses
            from protocol in own is { IsOwn: true } ? [.. ReliableProtocol.All, own] : ReliableProtocol.All
            from window in protocol.Like == ReliableProtocol.StopAndWait ? (IReadOnlyList<int>)[1] : windows
            select (loss, protocol.Send(segments, link with
            {
                Window = window,
                // The same losses in every run would put all points on the same side of the line, and those of the
                // learner's sender upon those of the course's.
                Seed = link.Seed + window + (protocol.IsOwn ? OwnSeeds : 0),
                Timeout = 1.5 * link.Cycle,
                MaxTries = 1000,
                Forward = link.Forward with { Loss = loss },
            }));
        return new UtilisationByWindow(link, [.. runs]);
    }

    /// <summary>Plots measured and predicted utilisation, with one panel for each loss.</summary>
    public Figure Chart()
    {
        var max = Runs.Max(run => run.Transfer.Options.Window);
        return new Figure
        {
            Id = "utilisation-by-window",
            Title = "Utilisation of the link, by window",
            Caption = InvariantText.Format($"A segment keeps the link busy for {InvariantText.Of(Link.SegmentTime)}, and its ")
                + $"acknowledgment arrives {InvariantText.Of(Link.Cycle)} after the start of its transmission: "
                + InvariantText.Format($"a window of {Link.Cycle / Link.SegmentTime:F1} segments fills the path. ")
                + "Symbols are simulated; for selective repeat with loss, the line is an upper bound for any protocol.",
            Panels =
            [
                .. Runs.GroupBy(run => run.Loss).Select(runs => Panel(runs.Key, [.. runs.Select(run => run.Transfer)], max)),
            ],
        };
    }

    private static Panel Panel(double loss, IReadOnlyList<Transfer> transfers, int max) => new(
        loss == 0 ? "nothing is lost" : InvariantText.Format($"{loss * 100:0.#} % of the data are lost"),
        new Axis("window", "segments") { Min = 0, Max = max + 0.5, Whole = true },
        new Axis("utilisation", "%") { Min = 0, Max = 105 },
        [
            .. transfers.GroupBy(transfer => transfer.Protocol).Select(alike => new Series(
                alike.Key.Name, Role.Measured, Mark.Points, alike.Key.Style,
                [.. alike.Select(transfer => new Point(transfer.Options.Window, 100 * transfer.Utilisation))])),
            Line(
                loss == 0 ? "predicted" : "predicted, Go-Back-N",
                Role.Predicted,
                Series.Ink,
                max,
                transfers[0].Options,
                PredictedUtilisation.GoBackN),
            .. loss == 0
                ? []
                : (Series[])
                [
                    Line("upper bound", Role.Limit, Series.Limit, max, transfers[0].Options, PredictedUtilisation.Bound),
                ],
        ]);

    private static Series Line(
        string name,
        Role role,
        int style,
        int max,
        TransferOptions options,
        Func<TransferOptions, double, double> predicted) => new(
        name, role, Mark.Line, style,
        [
            .. Enumerable.Range(0, 101)
                .Select(i => 1 + ((max - 1) * i / 100.0))
                .Select(window => new Point(window, 100 * predicted(options, window))),
        ]);

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["loss", "protocol", "window", "utilisation", "predicted", "difference", "repetitions"],
        Runs.Select(IReadOnlyList<object?> (run) =>
        [
            InvariantText.Format($"{run.Loss * 100:0.#} %"),
            run.Transfer.Protocol,
            run.Transfer.Options.Window,
            InvariantText.Format($"{run.Transfer.Utilisation * 100:F1} %"),
            PredictedUtilisation.Of(run.Transfer) is { } predicted
                ? InvariantText.Format($"{predicted * 100:F1} %")
                : InvariantText.Format(
                    $"≤ {PredictedUtilisation.Bound(run.Transfer.Options, run.Transfer.Options.Window) * 100:F1} %"),
            PredictedUtilisation.Of(run.Transfer) is { } theory
                ? InvariantText.Difference(run.Transfer.Utilisation / theory)
                : "",
            run.Transfer.Retransmissions,
        ]));
}
