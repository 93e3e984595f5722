using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The clients of a run. They use the load generator's connections, on Linux on one thread. Otherwise the cost of a hundred
/// clients would make up most of the extra time that a hundred answers take compared with one.
/// </summary>
internal sealed class LoadClients
{
    // How long the server may take to accept the clients whose handshake is complete.
    private static readonly TimeSpan AcceptPatience = TimeSpan.FromSeconds(2);

    private readonly Server _server;
    private readonly int _questions;
    private readonly bool _connectFirst;
    private readonly bool _epoll;
    private readonly int _atOnce; // how many clients the server serves at the same time
    private readonly bool _othersWait; // whether some clients are served only after another has closed
    private readonly LoadConnection[] _connections;
    private readonly List<long>[] _answers;

    /// <param name="server">The server to ask.</param>
    /// <param name="clients">The number of clients.</param>
    /// <param name="questions">How many questions each client asks, one after the other.</param>
    /// <param name="connectFirst">
    /// Whether they arrive together, as queueing theory assumes: all of them connect first, and once the server has accepted as
    /// many as it will, all ask at the same instant. Otherwise each asks as soon as it is connected.
    /// </param>
    /// <param name="epoll">Whether to use epoll where the system has it; otherwise the awaitable calls of .NET are used.</param>
    public LoadClients(Server server, int clients, int questions, bool connectFirst, bool epoll = true)
    {
        (_server, _questions, _connectFirst, _epoll) = (server, questions, connectFirst, epoll);
        _atOnce = server.Architecture.AtOnce(server.Options, clients);
        // What a server of the learner's claims need not be true.
        _othersWait = _atOnce < clients || server.Architecture.IsOwn;
        _connections = [.. Enumerable.Range(1, clients).Select(number => new LoadConnection(number))];
        _answers = [.. _connections.Select(_ => new List<long>(questions))];
    }

    /// <summary>
    /// When the run began, in ticks of <see cref="Stopwatch"/>: when the clients began to connect, or, if all connected first,
    /// when they asked.
    /// </summary>
    public long Began { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>Connects, asks and closes, on a dedicated thread.</summary>
    /// <param name="cancellation">Ends the run early.</param>
    public Task ConverseAsync(CancellationToken cancellation)
    {
        using (Detached.Begin())
        {
            return Task.Factory.StartNew(
                () => Converse(cancellation),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
    }

    /// <summary>The record of each client.</summary>
    /// <param name="late">The reason to give for a client that ran out of time before its answer came.</param>
    public ClientRecord[] Records(string late) =>
    [
        .. _connections.Select((connection, i) => new ClientRecord(
            i + 1,
            connection.Port,
            _connectFirst ? TimeSpan.Zero : Since(connection.Started),
            connection.Connected is { } time ? Since(time) : null,
            [.. _answers[i].Select(Since)],
            connection.Failure is SocketFailure.NotConnected or SocketFailure.NoAnswer ? late : connection.Failure)),
    ];

    private void Converse(CancellationToken cancellation)
    {
        using ILoadConnections connections = _epoll && SystemFeatures.Epoll
            ? new EpollConnections(_connections, cancellation)
            : new AwaitedConnections(_connections, cancellation);
        // The cancellation token alone decides when to give up.
        const long never = long.MaxValue;
        Began = Stopwatch.GetTimestamp();
        if (!_connectFirst)
        {
            connections.Connect(_server.EndPoint, Answered, never);
            return;
        }

        var firstEvent = _server.Log.Written;
        connections.Connect(_server.EndPoint, answered: null, never);
        var connected = _connections.Count(connection => connection.IsReady);
        // A server of the learner's may serve fewer clients than it claims.
        if (!_server.Architecture.IsOwn)
        {
            Accepted(firstEvent, Math.Min(connected, _atOnce), cancellation);
        }

        Began = Stopwatch.GetTimestamp();
        connections.Ask(0, _connections.Length, Answered, never);
    }

    private NextStep Answered(LoadConnection connection, long now)
    {
        var answers = _answers[connection.Number - 1];
        answers.Add(now);
        return answers.Count < _questions ? NextStep.AskAgain
            : !_connectFirst || _othersWait ? NextStep.Close
            : NextStep.Stay;
    }

    // The last handshake may be complete before the server has taken the first connection from the accept queue: starting a
    // thread for each connection, for example, takes longer than a handshake.
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
            // The server is busy with other clients, or is stopping; these clients will notice when they ask.
        }
    }

    private TimeSpan Since(long timestamp) => Stopwatch.GetElapsedTime(Began, timestamp);
}
