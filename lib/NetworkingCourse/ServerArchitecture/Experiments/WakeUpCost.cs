using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What it costs an event loop to be woken by one client, while ever more others are connected and say nothing: the time that one question
/// takes on one connection beside them.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class WakeUpCost : IShown
{
    private static readonly ServerOptions Patient = new() { QuestionDeadline = TimeSpan.FromMinutes(10), ConnectionLimit = 100_000 };

    private WakeUpCost(IReadOnlyList<WakeUpResult> results) => Results = results;

    /// <summary>One for each architecture and number of idle connections.</summary>
    public IReadOnlyList<WakeUpResult> Results { get; }

    /// <summary>Measures each architecture in a process of its own.</summary>
    /// <param name="idle">The numbers of idle connections, rising.</param>
    /// <param name="duration">For how long each is measured.</param>
    /// <param name="architectures">Which.</param>
    public static async Task<WakeUpCost> MeasureAsync(IReadOnlyList<int> idle, TimeSpan duration, params IReadOnlyList<Architecture> architectures)
    {
        ArgumentNullException.ThrowIfNull(idle);
        ArgumentOutOfRangeException.ThrowIfZero(architectures.Count);
        var results = new List<WakeUpResult>();
        foreach (var architecture in architectures)
        {
            await using var server = await StandaloneServer.StartAsync(architecture, Patient).ConfigureAwait(false);
            await using (await IdleConnections.OpenAsync(server, idle.DefaultIfEmpty(0).Max()).ConfigureAwait(false))
            {
                // Not counted: the server compiles, and what it does once for each connection is compiled well only after it was done often.
                _ = await ClosedLoop.RunAsync(server, 1, duration).ConfigureAwait(false);
            }

            foreach (var count in idle)
            {
                await using var held = await IdleConnections.OpenAsync(server, count).ConfigureAwait(false);
                results.Add(new WakeUpResult(architecture, count, await ClosedLoop.RunAsync(server, 1, duration).ConfigureAwait(false)));
            }
        }

        return new WakeUpCost(results);
    }

    /// <summary>The time a question takes against the number of idle connections.</summary>
    public Figure Chart() => QuestionTimeByIdle.Draw(this);

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <summary>A line for each measurement.</summary>
    public override string ToString() => AsTable().ToString();

    private Table AsTable() => new(
        ["architecture", "idle connections", "a question takes (median)", "against none idle"],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Architecture.Name, result.Idle, InvariantText.Of(result.Median),
            InvariantText.Format($"× {result.Median / Results.First(first => first.Architecture == result.Architecture).Median:0.0}"),
        ]));
}

/// <summary>One measurement of the cost of a wake-up.</summary>
/// <param name="Architecture">Which.</param>
/// <param name="Idle">How many idle connections there were.</param>
/// <param name="Active">What the one active connection saw.</param>
public sealed record WakeUpResult(Architecture Architecture, int Idle, ClosedLoopRun Active)
{
    /// <summary>How long a question takes: half of them less, half of them more.</summary>
    public TimeSpan Median => Active.Latencies.Quantile(0.5);
}
