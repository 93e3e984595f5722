using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>An answer from a name server.</summary>
/// <param name="Name">The name queried.</param>
/// <param name="Addresses">The addresses of the name, in the order in which a client should try them.</param>
/// <param name="TimeToLive">The time-to-live: how long the answer may be cached (RFC 1035, section 3.2.1).</param>
public sealed record NameAnswer(string Name, IReadOnlyList<IPEndPoint> Addresses, TimeSpan TimeToLive)
{
    /// <summary>The answer as a single line: <c>shop.test: 127.0.0.1:4001, 127.0.0.1:4003 (for 0.5 s)</c>.</summary>
    public override string ToString() =>
        InvariantText.Format($"{Name}: {string.Join(", ", Addresses)} (for {TimeToLive.TotalSeconds:0.###} s)");
}

/// <summary>
/// A name server in this process, with one name and one address for each origin. It rotates the addresses by one place with every
/// answer, which is DNS round robin (RFC 1794). It does not know which origins are up.
/// </summary>
/// <remarks>
/// Real address records contain no ports. These do, because all origins are on the same machine. The name is in <c>.test</c>, a
/// top-level domain reserved for testing (RFC 6761, section 6.2), and no query leaves this process.
/// </remarks>
public sealed class NameServer : IHttpTarget
{
    private readonly Lock _gate = new();
    private readonly List<Origin> _records;
    private readonly string[] _origins;
    private int _asked;

    /// <param name="name">The domain name.</param>
    /// <param name="origins">The origins that the name stands for.</param>
    /// <param name="timeToLive">How long answers may be cached.</param>
    public NameServer(string name, IReadOnlyList<Origin> origins, TimeSpan timeToLive)
    {
        ArgumentNullException.ThrowIfNull(origins);
        ArgumentOutOfRangeException.ThrowIfZero(origins.Count, nameof(origins));
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.Zero);
        (Name, TimeToLive, _records, _origins) = (name, timeToLive, [.. origins], [.. origins.Select(origin => origin.Name)]);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>How long answers may be cached.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>Whether clients try the next address of an answer when one refuses them. Real clients differ in this.</summary>
    public bool ClientsTryAll { get; init; }

    /// <summary>The number of queries so far.</summary>
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

    /// <summary>The clock for the clients' caches; the system clock, except in tests.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Queries the name.</summary>
    public NameAnswer Ask()
    {
        lock (_gate)
        {
            var first = _asked++;
            return new NameAnswer(
                Name,
                [.. Enumerable.Range(0, _records.Count).Select(i => _records[(first + i) % _records.Count].EndPoint)],
                TimeToLive);
        }
    }

    /// <summary>
    /// Removes an origin's record, as an operator would after a failure. Answers cached by clients do not change.
    /// </summary>
    /// <exception cref="InvalidOperationException">The record is the last one.</exception>
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
