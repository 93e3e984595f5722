using System.CommandLine;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// Lesson 2.2's counter behind an unreliable link: <c>echo -n '1 add 5' | nc -u -w 1 127.0.0.1 PORT</c>, and again if there is no
/// answer. The log is the link's: every datagram and what happened to it.
/// </summary>
internal sealed class ServedLossy()
    : ServedDatagrams("udp-lossy", "UDP: a counter (1 add 5, 2 get) behind a link that loses, delays and corrupts datagrams")
{
    private static readonly Option<double> Loss = NumberOption.Create(
        "--loss", "PERCENT", 30.0, 0, 100, "a loss in per cent", "The percentage of datagrams that are lost, each way.");

    private static readonly Option<double> Corruption = NumberOption.Create(
        "--corruption", "PERCENT", 0.0, 0, 100, "a share in per cent",
        "The percentage of datagrams that arrive with a flipped bit, each way.");

    private static readonly Option<double> Delay = NumberOption.Create(
        "--delay", "MS", 0, 0, TimeSpan.FromMinutes(1).TotalMilliseconds, "a delay in milliseconds",
        "The delay of a datagram in milliseconds, each way.");

    private static readonly Option<int> Seed = NumberOption.Create(
        "--seed", "N", 1, 0, int.MaxValue, "a number",
        "The seed of the random numbers: the same seed gives the same run.");

    public override IReadOnlyList<Option> Options { get; } = [ServeOptions.Port, Loss, Corruption, Delay, Seed];

    public override Serving Start(ParseResult parsed)
    {
        var options = new LinkOptions
        {
            Loss = parsed.GetValue(Loss) / 100,
            Corruption = parsed.GetValue(Corruption) / 100,
            Delay = TimeSpan.FromMilliseconds(parsed.GetValue(Delay)),
        };
        var counter = CounterServer.Start(remembersRequests: true);
        var relay = LinkRelay.Start(
            counter.EndPoint, options, options, parsed.GetValue(Seed), port: parsed.GetValue(ServeOptions.Port));
        return Of(relay, $"{Name}: each way {options}") with { Besides = [counter] };
    }
}
