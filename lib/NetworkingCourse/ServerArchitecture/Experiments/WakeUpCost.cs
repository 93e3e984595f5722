using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Measures the cost of waking an event loop: how long one question takes on one connection, while a growing number of
/// other connections are open and idle.
/// </summary>
public sealed class WakeUpCost : Shown
{
    private static readonly ServerOptions Patient =
        new() { QuestionDeadline = TimeSpan.FromMinutes(10), ConnectionLimit = 100_000 };

    private WakeUpCost(IReadOnlyList<WakeUpResult> results) => Results = results;

    /// <summary>One result per architecture and number of idle connections.</summary>
    public IReadOnlyList<WakeUpResult> Results { get; }

    /// <summary>Measures each architecture in its own process.</summary>
    /// <param name="idle">The numbers of idle connections, in ascending order.</param>
    /// <param name="duration">The duration of each measurement.</param>
    /// <param name="architectures">The architectures to measure.</param>
    public static async Task<WakeUpCost> MeasureAsync(
        IReadOnlyList<int> idle, TimeSpan duration, params IReadOnlyList<Architecture> architectures)
    {
        ArgumentNullException.ThrowIfNull(idle);
        ArgumentOutOfRangeException.ThrowIfZero(architectures.Count);
        var results = new List<WakeUpResult>();
        foreach (var architecture in architectures)
        {
            await using var server = await StandaloneServer.StartAsync(architecture, Patient).ConfigureAwait(false);
            results.AddRange(await MeasureAsync(server, idle, duration).ConfigureAwait(false));
        }

        return new WakeUpCost(results);
    }

    /// <summary>A chart of the time that a question takes, against the number of idle connections.</summary>
    public Figure Chart() => QuestionTimeByIdle.Draw(this);

    // From the most idle connections to the fewest: they are all opened once, and then closed step by step.
    private static async Task<IEnumerable<WakeUpResult>> MeasureAsync(
        StandaloneServer server, IReadOnlyList<int> idle, TimeSpan duration)
    {
        var held = new Stack<IdleConnections>();
        var results = new Stack<WakeUpResult>();
        try
        {
            foreach (var more in idle.Zip(idle.Prepend(0), (count, before) => count - before))
            {
                held.Push(await IdleConnections.OpenAsync(server, more).ConfigureAwait(false));
            }

            // Warm-up: the JIT compiles, and it optimizes code that runs once per connection only after it has run often.
            _ = await ClosedLoop.RunAsync(server, 1, duration).ConfigureAwait(false);
            foreach (var count in idle.Reverse())
            {
                results.Push(new WakeUpResult(
                    server.Architecture, count, await ClosedLoop.RunAsync(server, 1, duration).ConfigureAwait(false)));
                await held.Pop().DisposeAsync().ConfigureAwait(false);
            }

            return results;
        }
        finally
        {
            foreach (var connections in held)
            {
                await connections.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["architecture", "idle connections", "a question takes (median)", "relative to the first"],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Architecture.Name,
            result.Idle,
            InvariantText.Of(result.Median),
            InvariantText.Format(
                $"× {result.Median / Results.First(first => first.Architecture == result.Architecture).Median:0.0}"),
        ]));
}

/// <summary>One measurement of the cost of a wake-up.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Idle">The number of idle connections.</param>
/// <param name="Active">The run on the one active connection.</param>
public sealed record WakeUpResult(Architecture Architecture, int Idle, ClosedLoopRun Active)
{
    /// <summary>The median time that a question takes.</summary>
    public TimeSpan Median => Active.Latencies.Quantile(0.5);
}
