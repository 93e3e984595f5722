using System.Net.Sockets;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>A server without a network that does what a script says. Its clock moves only while a call waits.</summary>
internal sealed class ScriptedMonitoredServer : MonitoredServer
{
    public const string Question = "Alive?";
    public const string Answer = "Alive.";

    private const int MaxCalls = 20_000;
    private const int MaxCallsAfterTheEnd = 100;

    // For how long Linux tries to connect.
    private static readonly TimeSpan SystemLimit = TimeSpan.FromSeconds(127);

    private static readonly TimeSpan AsGoodAsForEver = TimeSpan.FromHours(1);

    private readonly MonitorScript _script;
    private readonly TimeSpan _start;
    private readonly Queue<(TimeSpan At, MonitorPiece Piece)> _pieces;
    private readonly List<Connection> _connections = [];
    private readonly List<SocketException> _thrown = [];
    private int _calls;
    private int _callsAfterTheEnd;

    public ScriptedMonitoredServer(MonitorScript script, TimeSpan start)
    {
        (_script, _start, Clock) = (script, start, start);
        _pieces = new(script.Pieces.Select(piece => (start + piece.At, piece)));
    }

    public override TimeSpan Now
    {
        get
        {
            HasReadTheClock = true;
            Count();
            return Clock;
        }
    }

    public TimeSpan Clock { get; private set; }

    public bool HasReadTheClock { get; private set; }

    /// <summary>All that was sent, in one piece.</summary>
    public string Sent { get; private set; } = "";

    /// <summary>All that was received, in one piece.</summary>
    public string Received { get; private set; } = "";

    public int Receives { get; private set; }

    /// <summary>Whether the last call has returned the end of the stream.</summary>
    public bool EndWasLast { get; private set; }

    public bool EndWasSeen { get; private set; }

    /// <summary>When a call without a limit was made.</summary>
    public TimeSpan? WithoutLimit { get; private set; }

    /// <summary>How far beyond the deadline the longest wait could have lasted, and how long it could have lasted.</summary>
    public (TimeSpan Beyond, TimeSpan Timeout) Longest { get; private set; }

    public int Connections => _connections.Count;

    public int Open => _connections.Count(connection => !connection.IsClosed);

    public Said? Stuck { get; private set; }

    private TimeSpan End => _start + _script.Deadline;

    public bool HasThrown(Exception exception) => _thrown.Contains(exception.GetBaseException());

    public override MonitoredConnection Connect(TimeSpan timeout)
    {
        Count();
        var isLimited = IsLimited(timeout);
        if (_script.ConnectsAt is { } at && (!isLimited || _start + at <= Clock + timeout))
        {
            Clock = Later(Clock, _start + at);
            if (_script.Refuses)
            {
                throw Failure(SocketError.ConnectionRefused);
            }

            var connection = new Connection(this);
            _connections.Add(connection);
            return connection;
        }

        Clock += isLimited ? timeout : SystemLimit;
        throw Failure(SocketError.TimedOut);
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Send(string question)
    {
        Count();
        Sent += question;
        if (_script.ResetsAtOnce)
        {
            throw Failure(SocketError.ConnectionReset);
        }
    }

    private string? Receive(TimeSpan timeout)
    {
        Count();
        Receives++;
        var isLimited = IsLimited(timeout);
        EndWasLast = false;
        if (Sent != Question || !_pieces.TryPeek(out var next))
        {
            Clock += isLimited ? timeout : throw GetStuck("waiting for ever");
            return null;
        }

        if (isLimited && next.At > Clock + timeout)
        {
            Clock += timeout;
            return null;
        }

        Clock = Later(Clock, next.At);
        switch (next.Piece.Text)
        {
            case null:
                throw Failure(SocketError.ConnectionReset);
            case "":
                EndWasLast = EndWasSeen = true;
                return ++_callsAfterTheEnd < MaxCallsAfterTheEnd
                    ? ""
                    : throw GetStuck(InvariantText.Format(
                        $"`Receive` called {MaxCallsAfterTheEnd} times after the server had closed"));
            case var text:
                _pieces.Dequeue();
                Received += text;
                return text;
        }
    }

    private bool IsLimited(TimeSpan timeout)
    {
        var isLimited = timeout > TimeSpan.Zero && timeout < AsGoodAsForEver;
        WithoutLimit ??= isLimited ? null : Clock;
        if (isLimited && Clock + timeout - End > Longest.Beyond)
        {
            Longest = (Clock + timeout - End, timeout);
        }

        return isLimited;
    }

    private void Count()
    {
        if (++_calls > MaxCalls)
        {
            throw GetStuck(InvariantText.Format($"still going on after {MaxCalls:N0} calls"));
        }
    }

    private SocketException Failure(SocketError error)
    {
        var failure = new SocketException((int)error);
        _thrown.Add(failure);
        return failure;
    }

    private ScriptEndedException GetStuck(string what)
    {
        Stuck = new Said(what);
        return new ScriptEndedException();
    }

    private sealed class Connection(ScriptedMonitoredServer server) : MonitoredConnection
    {
        public bool IsClosed { get; private set; }

        public override void Send(string question)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            server.Send(question);
        }

        public override string? Receive(TimeSpan timeout)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return server.Receive(timeout);
        }

        public override void Close() => IsClosed = true;
    }
}

/// <summary>What a monitored server does.</summary>
/// <param name="Text">The server in words.</param>
/// <param name="Deadline">The deadline of the check.</param>
/// <param name="ConnectsAt">When it accepts a connection, or refuses it; null for never.</param>
/// <param name="Pieces">What arrives, counted from the call of the learner's method, provided that the question was sent.</param>
internal sealed record MonitorScript(
    string Text, TimeSpan Deadline, TimeSpan? ConnectsAt, params IReadOnlyList<MonitorPiece> Pieces)
{
    public bool Refuses { get; init; }

    public bool ResetsAtOnce { get; init; }
}

/// <summary>A piece of what a monitored server sends.</summary>
/// <param name="At">When it arrives.</param>
/// <param name="Text">The text; empty if the server closes; null if it resets the connection.</param>
internal sealed record MonitorPiece(TimeSpan At, string? Text);
