using System.Net;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>A server, its clients, and who attacks it.</summary>
public sealed record SynFloodOptions
{
    /// <summary>The number of SYNs per second with made-up senders; 100 by default.</summary>
    public int FloodPerSecond { get; init; } = 100;

    /// <summary>The number of acknowledgments per second with guessed numbers; none by default.</summary>
    public int GuessesPerSecond { get; init; }

    /// <summary>How many half-open connections the server keeps; 128 by default.</summary>
    public int HalfOpenLimit { get; init; } = 128;

    /// <summary>What the server uses instead of keeping half-open connections; null if it keeps them.</summary>
    public Func<OwnSynCookies>? Cookies { get; init; }
}

/// <summary>
/// Simulates a SYN flood: three minutes in which a client comes every second, beside many who never finish the handshake.
/// </summary>
internal sealed class SynFlood
{
    /// <summary>The number of clients.</summary>
    public const int Clients = 180;

    /// <summary>The time simulated.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(Clients);

    private const int SegmentSize = 1460;

    // Linux sends a SYN-ACK again after 1, 2, 4, 8 and 16 s, and gives the connection up 32 s after the last (tcp(7),
    // tcp_synack_retries).
    private static readonly TimeSpan HalfOpenTime = TimeSpan.FromSeconds(63);
    private static readonly TimeSpan RoundTrip = TimeSpan.FromSeconds(0.05);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(64);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(0.5);
    private static readonly IPEndPoint ServerEnd = new(IPAddress.Parse("192.0.2.1"), 443);

    // Half a period, so that the flood begins in the middle of one.
    private static readonly TimeSpan Before = Period / 2;

    private readonly Simulator _simulator = new();
    private readonly SynFloodOptions _options;
    private readonly OwnSynCookies? _cookies;
    private readonly SeededRandom _addresses;
    private readonly SeededRandom _guesses;
    private readonly List<SynFloodSample> _samples = [];
    private int _halfOpen;
    private int _connected;
    private int _atFirst;
    private int _maxHalfOpen;
    private int _guessed;

    private SynFlood(SynFloodOptions options)
    {
        _options = options;
        _cookies = options.Cookies?.Invoke();
        (_addresses, _guesses) = (_simulator.NewRandom(), _simulator.NewRandom());
    }

    private int CurrentPeriod => (int)((Before + _simulator.Now) / Period);

    public static SynFloodRun Run(SynFloodOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.FloodPerSecond, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.GuessesPerSecond, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.HalfOpenLimit, nameof(options));
        return new SynFlood(options).Simulate();
    }

    private SynFloodRun Simulate()
    {
        for (var client = 0; client < Clients; client++)
        {
            var end = new IPEndPoint(IPAddress.Parse("198.51.100.7"), 40_000 + client);
            _simulator.After(
                TimeSpan.FromSeconds(client + 0.5),
                () => Ask(end, TimeSpan.FromSeconds(1), isFirst: true));
        }

        Every(_options.FloodPerSecond, () => Syn(Anyone(_addresses)));
        Every(_options.GuessesPerSecond, Guess);
        for (var at = TimeSpan.Zero; at <= Duration; at += Glance)
        {
            _simulator.After(at, Sample);
        }

        _simulator.RunUntil(Duration);
        return new SynFloodRun(_options, _samples, _connected, _atFirst, _maxHalfOpen, _guessed);
    }

    private void Sample() => _samples.Add(new SynFloodSample(_simulator.Now, _halfOpen, _connected));

    private void Every(int perSecond, Action action)
    {
        for (var i = 1; i <= perSecond * Duration.TotalSeconds; i++)
        {
            _simulator.After(TimeSpan.FromSeconds((double)i / perSecond), action);
        }
    }

    // A client sends its SYN again after 1, 2, 4, … seconds (RFC 6298, section 5).
    private void Ask(IPEndPoint client, TimeSpan timeout, bool isFirst)
    {
        if (Syn(client) is not { } answer)
        {
            _simulator.After(timeout, () => Ask(client, 2 * timeout, isFirst: false));
            return;
        }

        _simulator.After(RoundTrip, () =>
        {
            if (IsOpened(client, answer))
            {
                _connected++;
                _atFirst += isFirst ? 1 : 0;
            }
        });
    }

    // The answer to a SYN: a sequence number, and the timer of the half-open connection if there is
    // one. Null if there is no room, and the SYN is dropped.
    private (uint Number, SimulatedTimer Timer)? Syn(IPEndPoint client)
    {
        if (_cookies is not null)
        {
            return (_cookies.Make(client, ServerEnd, SegmentSize, CurrentPeriod), default);
        }

        if (_halfOpen >= _options.HalfOpenLimit)
        {
            return null;
        }

        _maxHalfOpen = Math.Max(_maxHalfOpen, ++_halfOpen);
        return (0, _simulator.After(HalfOpenTime, () => _halfOpen--));
    }

    // The acknowledgment arrives: the connection is open if the server still knows of it, or if its
    // cookie is right.
    private bool IsOpened(IPEndPoint client, (uint Number, SimulatedTimer Timer) answer)
    {
        if (_cookies is not null)
        {
            var acknowledgment = unchecked(answer.Number + 1);
            return _cookies.Check(client, ServerEnd, acknowledgment, CurrentPeriod) is not null;
        }

        _halfOpen--;
        return _simulator.Cancel(answer.Timer);
    }

    private void Guess()
    {
        var number = (uint)_guesses.NextBits();
        _guessed += _cookies?.Check(Anyone(_guesses), ServerEnd, number, CurrentPeriod) is not null ? 1 : 0;
    }

    private static IPEndPoint Anyone(SeededRandom random) =>
        new(new IPAddress([203, 0, 113, (byte)random.Below(256)]), random.Below(65_535) + 1);
}
