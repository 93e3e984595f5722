using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>How the longest packet was found that gets through in one piece.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class PathMtuRun : IShown
{
    private const int Headers = 28; // IPv4 and ICMP
    private const int Least = 68; // every link takes this much (RFC 791, section 3.2)

    private readonly Internet _internet;
    private readonly IpNode _from;
    private readonly List<(int Size, string Outcome)> _tries = [];

    internal PathMtuRun(Internet internet, IpNode from, string to) => (_internet, _from, To) = (internet, from, to);

    /// <summary>To whom the path leads.</summary>
    public string To { get; }

    /// <summary>How long a packet may be; null if nothing came through.</summary>
    public int? Mtu { get; private set; }

    /// <summary>How many packets that took.</summary>
    public int Tries => _tries.Count;

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <summary>The packets that were tried, a line each.</summary>
    public override string ToString() => AsTable().ToString();

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

    // Nobody says anything: a router on the way is silent, or a wall keeps its messages away. Then only trying helps (RFC 4821).
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
        _tries.Add((size, reply.RoundTrip is not null ? "gets through" : reply.Error ?? "nobody says anything"));
        return reply;
    }

    private Table AsTable() => new(
        ["packet of", "don't fragment; what came of it"],
        _tries.Select(IReadOnlyList<object?> (t) => [Octets.Count(t.Size), t.Outcome]),
        Mtu is { } mtu ? InvariantText.Format($"The path from {_from.Name} to {To} takes packets of up to {mtu:N0} bytes; it took {Tries} to find that out.") : $"Nothing gets from {_from.Name} to {To}.");
}
