using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A search for the path MTU: the length of the longest packet that reaches a destination unfragmented.</summary>
public sealed class PathMtuRun : Shown
{
    private const int Headers = 28; // IPv4 and ICMP
    private const int Least = 68; // every link accepts packets of this length (RFC 791, section 3.2)

    private readonly Internet _internet;
    private readonly IpNode _from;
    private readonly List<(int Size, string Outcome)> _tries = [];

    internal PathMtuRun(Internet internet, IpNode from, string to) => (_internet, _from, To) = (internet, from, to);

    /// <summary>The destination of the path.</summary>
    public string To { get; }

    /// <summary>The path MTU, in bytes; null if no packet got through.</summary>
    public int? Mtu { get; private set; }

    /// <summary>The number of packets that the search took.</summary>
    public int Tries => _tries.Count;

    internal PathMtuRun Run()
    {
        var size = _from.Routes.Find(_internet.AddressOf(To).ToUInt32(), out var match) > 0 ? match.Value.Out.Cable.Mtu : Least;
        while (true)
        {
            var reply = Try(size);
            if (reply.RoundTrip is not null)
            {
                Mtu = size;
                return this;
            }

            var told = _from.PathMtus.GetValueOrDefault(_internet.AddressOf(To), int.MaxValue);
            if (told < size && told >= Least)
            {
                size = told;
            }
            else
            {
                return reply.Error is null ? Search(Least, size) : this;
            }
        }
    }

    // No ICMP error arrives: a router on the path is silent, or a firewall drops its messages. The only way left is to probe (RFC
    // 4821).
    private PathMtuRun Search(int passes, int fails)
    {
        if (Try(passes).RoundTrip is null)
        {
            return this;
        }

        while (fails - passes > 1)
        {
            var middle = (passes + fails) / 2;
            (passes, fails) = Try(middle).RoundTrip is null ? (passes, middle) : (middle, fails);
        }

        Mtu = passes;
        return this;
    }

    private PingReply Try(int size)
    {
        var reply = _internet.Ping(_from.Name, To, count: 1, size: size - Headers, dontFragment: true).Replies[0];
        _tries.Add((size, reply.RoundTrip is not null ? "gets through" : reply.Error ?? "no answer"));
        return reply;
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["packet size", "outcome, with don't fragment set"],
        _tries.Select(IReadOnlyList<object?> (t) => [Octets.Count(t.Size), t.Outcome]),
        Mtu is { } mtu
            ? InvariantText.Format(
                $"The path MTU from {_from.Name} to {To} is {mtu:N0} bytes; it took {Tries} packets to find it.")
            : $"No packet gets from {_from.Name} to {To}.");
}
