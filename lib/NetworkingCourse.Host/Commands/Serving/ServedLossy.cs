using System.CommandLine;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// Lesson 2.2: a counter behind a link that misbehaves: <c>echo -n '1 add 5' | nc -u -w 1 127.0.0.1 PORT</c>, and again if there was no answer. The log is the link's: every datagram and what became of it.
/// </summary>
internal sealed class ServedLossy() : ServedDatagrams("udp-lossy", "UDP: a counter (1 add 5, 2 get) behind a link that loses, delays and harms")
{
    private static readonly Option<double> Loss = NumberOption.Create(
        "--loss", "PERCENT", 30.0, 0, 100, "a loss in per cent", "How many per cent of the datagrams are lost, each way.");

    private static readonly Option<double> Corruption = NumberOption.Create(
        "--corruption", "PERCENT", 0.0, 0, 100, "a share in per cent", "How many per cent of the datagrams arrive with a flipped bit, each way.");

    private static readonly Option<double> Delay = NumberOption.Create(
        "--delay", "MS", 0, 0, TimeSpan.FromMinutes(1).TotalMilliseconds, "a delay in milliseconds", "How many milliseconds a datagram is under way, each way.");

    private static readonly Option<int> Seed = NumberOption.Create("--seed", "N", 1, 0, int.MaxValue, "a number", "What chance begins with: the same number is the same run.");

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
        return Of(LinkRelay.Start(counter.EndPoint, options, options, parsed.GetValue(Seed), port: parsed.GetValue(ServeOptions.Port)), $"{Name}: each way {options}") with { Besides = [counter] };
    }
}
