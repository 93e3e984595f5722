using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>One answer of a name server.</summary>
/// <param name="Name">The name that was asked for.</param>
/// <param name="Addresses">Its addresses, in the order in which a client should try them.</param>
/// <param name="TimeToLive">How long the answer may be kept and used without asking again (RFC 1035, section 3.2.1).</param>
public sealed record NameAnswer(string Name, IReadOnlyList<IPEndPoint> Addresses, TimeSpan TimeToLive)
{
    /// <summary>The answer as one line: <c>shop.test: 127.0.0.1:4001, 127.0.0.1:4003 (for 0.5 s)</c>.</summary>
    public override string ToString() => InvariantText.Format($"{Name}: {string.Join(", ", Addresses)} (for {TimeToLive.TotalSeconds:0.###} s)");
}

/// <summary>
/// A name server in this process, with one name and an address for each of its origins. With every answer the addresses move on by one
/// place: DNS round robin (RFC 1794). It knows nothing of who is alive.
/// </summary>
/// <remarks>
/// Real address records hold no ports. Here they do, because every origin is on the same machine. The name is in <c>.test</c>, a domain
/// that nobody can own (RFC 6761, section 6.2); no query leaves this process.
/// </remarks>
public sealed class NameServer : IHttpTarget
{
    private readonly Lock _gate = new();
    private readonly List<Origin> _records;
    private readonly string[] _origins;
    private int _asked;

    /// <param name="name">The name.</param>
    /// <param name="origins">Those it stands for.</param>
    /// <param name="timeToLive">How long answers may be kept.</param>
    public NameServer(string name, IReadOnlyList<Origin> origins, TimeSpan timeToLive)
    {
        ArgumentNullException.ThrowIfNull(origins);
        ArgumentOutOfRangeException.ThrowIfZero(origins.Count, nameof(origins));
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.Zero);
        (Name, TimeToLive, _records, _origins) = (name, timeToLive, [.. origins], [.. origins.Select(origin => origin.Name)]);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>How long answers may be kept.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>Whether clients that are refused at the first address of an answer try the next one, as some do and some do not.</summary>
    public bool ClientsTryAll { get; init; }

    /// <summary>How many times it was asked.</summary>
    public int Asked
    {
        get
        {
            lock (_gate)
            {
                return _asked;
            }
        }
    }

    /// <inheritdoc/>
    public string RoutingPolicy => "DNS round robin";

    /// <inheritdoc/>
    public IReadOnlyList<string> OriginNames => _origins;

    /// <summary>What the clients' caches go by; the system's clock, but for tests.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Asks for the name.</summary>
    public NameAnswer Ask()
    {
        lock (_gate)
        {
            var first = _asked++;
            return new NameAnswer(Name, [.. Enumerable.Range(0, _records.Count).Select(i => _records[(first + i) % _records.Count].EndPoint)], TimeToLive);
        }
    }

    /// <summary>Takes an origin's record away, as an operator does who has noticed. Answers that clients have kept stay as they are.</summary>
    /// <exception cref="InvalidOperationException">It is the last one.</exception>
    public void Remove(Origin origin)
    {
        lock (_gate)
        {
            if (_records is [var last] && last == origin)
            {
                throw new InvalidOperationException($"{Name} would have no address left.");
            }

            _records.Remove(origin);
        }
    }

    Func<IReadOnlyList<IPEndPoint>> IHttpTarget.NewClient()
    {
        var resolver = new CachingResolver(this, Clock);
        return () => ClientsTryAll ? resolver.Resolve() : [resolver.Resolve()[0]];
    }
}
