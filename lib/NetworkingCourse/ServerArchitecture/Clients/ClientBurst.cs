using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Clients that arrive together in the sense of theory: all connect first, and once the server has accepted all it will accept, all ask in
/// the same instant. They are the load generator's, on one thread: what a hundred of them cost would otherwise be the greatest part of
/// what a hundred answers take longer than one.
/// </summary>
internal sealed class ClientBurst
{
    // How long the server may take to accept those whose handshake is done.
    private static readonly TimeSpan AcceptPatience = TimeSpan.FromSeconds(2);

    private readonly Server _server;
    private readonly int _questions;
    private readonly bool _epoll;
    private readonly int _atOnce; // how many of them the server serves at once
    private readonly bool _othersWait; // for the place of one who has closed
    private readonly LoadConnection[] _connections;
    private readonly List<long>[] _answers;

    /// <param name="server">Whom they ask.</param>
    /// <param name="clients">How many they are.</param>
    /// <param name="questions">How many questions each asks, one after the other.</param>
    /// <param name="epoll">Whether on epoll, where there is one; elsewhere on the awaitable calls of .NET.</param>
    public ClientBurst(Server server, int clients, int questions, bool epoll = true)
    {
        (_server, _questions, _epoll) = (server, questions, epoll);
        _atOnce = server.Architecture.AtOnce(server.Options, clients);
        _othersWait = _atOnce < clients;
        _connections = [.. Enumerable.Range(1, clients).Select(number => new LoadConnection(number))];
        _answers = [.. _connections.Select(_ => new List<long>(questions))];
    }

    /// <summary>When all asked, in ticks of <see cref="Stopwatch"/>; before that, when they began to connect.</summary>
    public long Began { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>Connects, asks and closes, on a thread of its own.</summary>
    /// <param name="firstEvent">The number of the first event in the server's log that can be about these clients.</param>
    /// <param name="cancellation">Ends it early.</param>
    public Task ConverseAsync(long firstEvent, CancellationToken cancellation)
    {
        using (Detached.Begin())
        {
            return Task.Factory.StartNew(() => Converse(firstEvent, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>What each client lived through.</summary>
    /// <param name="late">Why one has no answer, if its time was over before one came.</param>
    public ClientRecord[] Records(string late) =>
    [
        .. _connections.Select((connection, i) => new ClientRecord(
            i + 1, connection.Port, TimeSpan.Zero, connection.Connected is { } time ? Since(time) : null, [.. _answers[i].Select(Since)],
            connection.Failure is SocketFailure.NotConnected or SocketFailure.NoAnswer ? late : connection.Failure)),
    ];

    private void Converse(long firstEvent, CancellationToken cancellation)
    {
        using ILoadConnections connections = _epoll && SystemFeatures.Epoll ? new EpollConnections(_connections, cancellation) : new AwaitedConnections(_connections, cancellation);
        // When it is time to give up is the token's business.
        const long never = long.MaxValue;
        connections.Connect(_server.EndPoint, never);
        var connected = _connections.Count(connection => connection.IsReady);
        Accepted(firstEvent, Math.Min(connected, _atOnce), cancellation);
        Began = Stopwatch.GetTimestamp();
        connections.Ask(0, _connections.Length, Answered, never);
    }

    private NextStep Answered(LoadConnection connection, long now)
    {
        var answers = _answers[connection.Number - 1];
        answers.Add(now);
        return answers.Count < _questions ? NextStep.AskAgain : _othersWait ? NextStep.Close : NextStep.Stay;
    }

    // The last handshake may be done before the server has taken the first connection from the accept queue; a thread for each, say, takes
    // longer to start.
    private void Accepted(long first, int wanted, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(AcceptPatience);
        try
        {
            _server.Log.WaitForAcceptedAsync(first, wanted, timer.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // The server is busy with others, or stops; the clients will see.
        }
    }

    private TimeSpan Since(long timestamp) => Stopwatch.GetElapsedTime(Began, timestamp);
}
