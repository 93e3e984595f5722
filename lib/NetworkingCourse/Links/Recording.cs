using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Links;

/// <summary>
/// The traffic at a tap or a link, in order, with times and bytes. Its size is bounded: new events replace the oldest ones, and
/// only the first bytes are kept, although all are counted. Safe for use by any number of threads.
/// </summary>
public sealed class Recording : Shown
{
    /// <summary>The default number of bytes that are kept.</summary>
    public const int DefaultBytes = 1 << 20;

    private const int MaxEvents = 16_384;

    private readonly BoundedLog<StreamEvent> _log = new(MaxEvents);
    private readonly string[] _parties;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _bytesFrom = [];
    private int _room;
    private int _connections;

    internal Recording(string left, string right, int maxBytes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(left);
        ArgumentException.ThrowIfNullOrWhiteSpace(right);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        (_parties, _room) = ([left, right], maxBytes);
    }

    /// <summary>The two parties, from left to right.</summary>
    public IReadOnlyList<string> Parties => _parties;

    /// <summary>A copy of the events that are kept, oldest first.</summary>
    public IReadOnlyList<StreamEvent> Events => _log.Events;

    /// <summary>The number of connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Returns the number of bytes that a party has sent, including those not kept.</summary>
    public long CountFrom(string party)
    {
        Known(party);
        lock (_gate)
        {
            return _bytesFrom.GetValueOrDefault(party);
        }
    }

    /// <summary>Returns the bytes that a party has sent, in order, as far as they are kept.</summary>
    /// <param name="party">The name of the party.</param>
    /// <param name="connection">The number of the connection, counted from 1; all connections by default.</param>
    public byte[] BytesFrom(string party, int connection = 0)
    {
        Known(party);
        return [.. Events
            .Where(passage => passage.From == party && (connection == 0 || passage.Connection == connection))
            .SelectMany(passage => passage.Bytes.ToArray())];
    }

    /// <summary>Waits until an event has been recorded, whether before the call or after it.</summary>
    /// <param name="kind">The kind of event.</param>
    /// <param name="from">The sender; any by default.</param>
    /// <param name="count">The number of events of that kind.</param>
    /// <param name="deadline">How long to wait; 10 seconds by default.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The last of the <paramref name="count"/> events.</returns>
    /// <exception cref="TimeoutException">The event was not recorded within the deadline.</exception>
    public Task<StreamEvent> WaitForAsync(
        StreamEventKind kind,
        string? from = null,
        int count = 1,
        TimeSpan? deadline = null,
        CancellationToken cancellation = default) =>
        _log.WaitForAsync(
            passage => passage.Kind == kind && (from is null || passage.From == from),
            ($"{kind} {from}".TrimEnd(), Summary),
            count,
            deadline ?? TimeSpan.FromSeconds(10),
            cancellation);

    /// <summary>
    /// Returns the amount of traffic in one line: <c>2 connections, 174 bytes from client, 1,204 bytes from server</c>.
    /// </summary>
    public string Summary() =>
        $"{(Connections == 1 ? "1 connection" : InvariantText.Format($"{Connections:N0} connections"))}, "
        + string.Join(", ", _parties.Select(party => $"{Octets.Count(CountFrom(party))} from {party}"));

    /// <summary>Draws the traffic as a ladder diagram. Pieces that follow each other directly are one arrow.</summary>
    /// <param name="title">The title.</param>
    /// <param name="spacing">How times are mapped to distances.</param>
    /// <param name="label">
    /// Returns a label for bytes, or null to leave them out. By default it is the first line of text, or the types of the TLS
    /// records.
    /// </param>
    public LadderDiagram Ladder(
        string? title = null, LadderSpacing spacing = LadderSpacing.Even, Func<StreamEvent, string?>? label = null) =>
        Ladder(title ?? $"Traffic between {_parties[0]} and {_parties[1]}", [this], spacing, label);

    /// <summary>
    /// Draws the traffic at several points in one ladder diagram, for example at a tap between client and proxy and at one
    /// between proxy and origin.
    /// </summary>
    /// <param name="title">The title.</param>
    /// <param name="recordings">The recordings, whose parties are drawn from left to right in this order.</param>
    /// <param name="spacing">How times are mapped to distances.</param>
    /// <param name="label">Returns a label for bytes, or null to leave them out.</param>
    public static LadderDiagram Ladder(
        string title,
        IReadOnlyList<Recording> recordings,
        LadderSpacing spacing = LadderSpacing.Even,
        Func<StreamEvent, string?>? label = null)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        return RecordedLadder.Draw(title, recordings, spacing, label);
    }

    /// <inheritdoc/>
    protected override IShown ShownAs => Ladder();

    /// <summary>Returns the number for a new connection.</summary>
    internal int NextConnection() => Interlocked.Increment(ref _connections);

    internal void Write(
        int connection,
        bool fromLeft,
        StreamEventKind kind,
        ReadOnlySpan<byte> bytes = default,
        string detail = "",
        long? sent = null)
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
            throw new ArgumentException(
                $"There is no party '{party}' here. The parties are: {string.Join(", ", _parties)}.", nameof(party));
        }
    }
}
