using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>
/// Measures how many tries a client needs until it has a reply, on links with increasing loss: over
/// real UDP, compared with theory.
/// </summary>
public sealed class TriesByLoss : Shown
{
    // More would overflow the buffers of real sockets, and be lost in addition to the simulated losses.
    private const int AtOnce = 50;

    private TriesByLoss(IReadOnlyList<(double Loss, double Tries)> measured, int requests) =>
        (Measured, Requests) = (measured, requests);

    /// <summary>The loss in each direction, and the mean number of tries.</summary>
    public IReadOnlyList<(double Loss, double Tries)> Measured { get; }

    /// <summary>The number of requests behind each mean.</summary>
    public int Requests { get; }

    /// <summary>
    /// The expected number of tries. A try fails with probability p = 1 − (1 − loss)², because both the request and the reply can
    /// be lost. The number of tries until the first success is 1/(1 − p) on average (the geometric distribution).
    /// </summary>
    /// <param name="loss">The probability of loss in each direction; less than 1.</param>
    public static double Predicted(double loss) => 1 / ((1 - loss) * (1 - loss));

    /// <summary>Sends requests to a counter over links with different loss, fifty at a time.</summary>
    /// <param name="losses">The probabilities of loss, each applying to both directions; less than 1.</param>
    /// <param name="requests">The number of requests for each loss.</param>
    /// <param name="timeout">The constant retry timeout.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <exception cref="TimeoutException">A request had no reply after 100 tries.</exception>
    public static async Task<TriesByLoss> MeasureAsync(
        IReadOnlyList<double> losses, int requests = 300, TimeSpan? timeout = null, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(losses);
        var measured = new List<(double, double)>();
        await using var server = CounterServer.Start(name: "counter behind links of different loss");
        var wait = timeout ?? TimeSpan.FromMilliseconds(40);
        var policy = new RetryPolicy { Timeout = wait, Longest = wait, Backoff = 1, MaxTries = 100 };
        foreach (var loss in losses)
        {
            var options = new LinkOptions { Loss = loss };
            await using var link = LinkRelay.Start(server.EndPoint, options, options, seed, name: "link of different loss");
            await using var client = new RequestClient(link.EndPoint, policy);
            var tries = 0;
            await Parallel.ForAsync(
                0,
                requests,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (_, cancellation) => Interlocked.Add(
                    ref tries,
                    (await client.AskAsync("get", cancellation).ConfigureAwait(false)).Tries.Count)).ConfigureAwait(false);
            measured.Add((loss, (double)tries / requests));
        }

        return new TriesByLoss(measured, requests);
    }

    /// <summary>Plots the measured and predicted numbers of tries.</summary>
    public Figure Chart() => new()
    {
        Id = "tries-by-loss",
        Title = "Number of tries until an answer arrives, by loss",
        Caption = InvariantText.Format($"A point is the mean of {Requests} requests over real UDP. ")
            + "The line is 1/(1 − p), with p = 1 − (1 − loss)²: the request can be lost, and so can the answer.",
        Panels =
        [
            new Panel("", new Axis("loss in each direction", "%") { Min = 0 }, new Axis("mean number of tries") { Min = 0 },
            [
                new Series(
                    "measured", Role.Measured, Mark.Points, 0,
                    [.. Measured.Select(point => new Point(point.Loss * 100, point.Tries))]),
                new Series("predicted, 1/(1 − p)", Role.Predicted, Mark.Line, Series.Ink,
                    [
                        .. Enumerable.Range(0, 61)
                            .Select(i => Measured.Max(point => point.Loss) * i / 60)
                            .Select(loss => new Point(loss * 100, Predicted(loss))),
                    ]),
            ]),
        ],
    };

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["loss in each direction", "a try fails", "tries, measured", "tries, predicted", "difference"],
        Measured.Select(IReadOnlyList<object?> (point) =>
        [
            InvariantText.Format($"{point.Loss * 100:0.#} %"),
            InvariantText.Format($"{(1 - (1 / Predicted(point.Loss))) * 100:0.#} %"),
            InvariantText.Format($"{point.Tries:F2}"),
            InvariantText.Format($"{Predicted(point.Loss):F2}"),
            InvariantText.Difference(point.Tries / Predicted(point.Loss)),
        ]));
}
