using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Links;

/// <summary>
/// What passed a tap or a link, in order, with times and bytes. Bounded: the oldest passages make room for new ones, and of the bytes only the
/// first are kept; all are counted. Safe for use by any number of threads.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Recording : IShown
{
    /// <summary>How many bytes are kept unless told otherwise.</summary>
    public const int DefaultBytes = 1 << 20;

    private const int MaxEvents = 16_384;

    private readonly BoundedLog<StreamEvent> _log = new(MaxEvents);
    private readonly string[] _parties;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _bytesFrom = [];
    private int _room;
    private int _connections;

    internal Recording(string left, string right, int mostBytes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(left);
        ArgumentException.ThrowIfNullOrWhiteSpace(right);
        ArgumentOutOfRangeException.ThrowIfNegative(mostBytes);
        (_parties, _room) = ([left, right], mostBytes);
    }

    /// <summary>The two parties, from left to right.</summary>
    public IReadOnlyList<string> Parties => _parties;

    /// <summary>What passed, as far as it is kept, oldest first: a copy.</summary>
    public IReadOnlyList<StreamEvent> Events => _log.Events;

    /// <summary>How many connections there were.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many bytes a party has sent, those not kept included.</summary>
    public long CountFrom(string party)
    {
        Known(party);
        lock (_gate)
        {
            return _bytesFrom.GetValueOrDefault(party);
        }
    }

    /// <summary>The bytes that a party has sent, as far as they are kept, in order.</summary>
    /// <param name="party">Who.</param>
    /// <param name="connection">On which connection, counted from 1; on all unless told otherwise.</param>
    public byte[] BytesFrom(string party, int connection = 0)
    {
        Known(party);
        return [.. Events.Where(passage => passage.From == party && (connection == 0 || passage.Connection == connection)).SelectMany(passage => passage.Bytes.ToArray())];
    }

    /// <summary>Waits until something has passed, be it before the call or after.</summary>
    /// <param name="kind">What is waited for.</param>
    /// <param name="from">Who sends it; anybody unless told otherwise.</param>
    /// <param name="count">How many of that kind.</param>
    /// <param name="deadline">How long to wait; 10 seconds unless told otherwise.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The passage, the last of the <paramref name="count"/>.</returns>
    /// <exception cref="TimeoutException">It has not passed within the deadline.</exception>
    public Task<StreamEvent> WaitForAsync(StreamEventKind kind, string? from = null, int count = 1, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        _log.WaitForAsync(passage => passage.Kind == kind && (from is null || passage.From == from), ($"{kind} {from}".TrimEnd(), Summary), count, deadline ?? TimeSpan.FromSeconds(10), cancellation);

    /// <summary>How much passed, in a line: <c>2 connections, 174 bytes from client, 1,204 bytes from server</c>.</summary>
    public string Summary() =>
        $"{(Connections == 1 ? "1 connection" : InvariantText.Format($"{Connections:N0} connections"))}, {string.Join(", ", _parties.Select(party => $"{Octets.Count(CountFrom(party))} from {party}"))}";

    /// <summary>What passed as a ladder. Pieces that came directly one after the other are one arrow.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="spacing">How far apart moments are drawn.</param>
    /// <param name="label">Says what bytes are; null for those that are to be left out. The first line of text, or the kinds of TLS records, unless told otherwise.</param>
    public LadderDiagram Ladder(string? title = null, LadderSpacing spacing = LadderSpacing.Even, Func<StreamEvent, string?>? label = null) =>
        Ladder(title ?? $"What passed between {_parties[0]} and {_parties[1]}", [this], spacing, label);

    /// <summary>What passed at several points, in one ladder: a tap between client and proxy, say, and one between proxy and origin.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="recordings">The recordings; their parties, in this order, from left to right.</param>
    /// <param name="spacing">How far apart moments are drawn.</param>
    /// <param name="label">Says what bytes are; null for those that are to be left out.</param>
    public static LadderDiagram Ladder(string title, IReadOnlyList<Recording> recordings, LadderSpacing spacing = LadderSpacing.Even, Func<StreamEvent, string?>? label = null)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        return RecordedLadder.Draw(title, recordings, spacing, label);
    }

    /// <inheritdoc/>
    public string ToHtml() => Ladder().ToHtml();

    /// <summary>The ladder as a list of lines.</summary>
    public override string ToString() => Ladder().ToString();

    /// <summary>The number of a new connection.</summary>
    internal int NextConnection() => Interlocked.Increment(ref _connections);

    internal void Write(int connection, bool fromLeft, StreamEventKind kind, ReadOnlySpan<byte> bytes = default, string detail = "", long? sent = null)
    {
        var now = Stopwatch.GetTimestamp();
        var (from, to) = fromLeft ? (_parties[0], _parties[1]) : (_parties[1], _parties[0]);
        lock (_gate)
        {
            _bytesFrom[from] = _bytesFrom.GetValueOrDefault(from) + bytes.Length;
            var kept = bytes[..Math.Min(_room, bytes.Length)].ToArray();
            _room -= kept.Length;
            _log.Write(new StreamEvent(sent ?? now, now, connection, from, to, kind, kept, bytes.Length, detail));
        }
    }

    private void Known(string party)
    {
        if (!_parties.Contains(party))
        {
            throw new ArgumentException($"There is no party '{party}' here. There is: {string.Join(", ", _parties)}.", nameof(party));
        }
    }
}
