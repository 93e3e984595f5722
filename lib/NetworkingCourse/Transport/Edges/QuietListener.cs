using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// A server that listens but does not accept until told to. Until then, connections wait in the accept
/// queue, or outside it if it is full.
/// </summary>
public sealed class QuietListener : NetworkService
{
    private readonly Listener _listener;
    private readonly ConcurrentBag<IDisposable> _held = [];

    private QuietListener(string name, int backlog)
    {
        (Name, Backlog) = (name, backlog);
        _listener = new Listener(port: 0, backlog);
        EndPoint = _listener.EndPoint;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The backlog passed to <c>listen</c>.</summary>
    public int Backlog { get; }

    /// <summary>The number of established connections waiting to be accepted; null where the system does not report it.</summary>
    public int? Waiting => TcpQueues.Waiting(EndPoint.Port);

    private protected override string LogSummary => $"backlog {Backlog}";

    /// <summary>Starts to listen on 127.0.0.1.</summary>
    /// <param name="backlog">The length of the accept queue. Linux lets in one more (listen(2)).</param>
    /// <param name="name">The server's name. A running server of the same name is replaced.</param>
    public static QuietListener Start(int backlog, string name = "quiet") =>
        NetworkService.Start(name, () => new QuietListener(name, backlog));

    /// <summary>
    /// Connects clients, one after the other. Those that are not connected in time go on trying in the background.
    /// </summary>
    /// <param name="clients">The number of clients.</param>
    /// <param name="patience">How long to wait for each client before the next.</param>
    /// <param name="deadline">The timeout for those that go on trying; 10 seconds by default.</param>
    public async Task<ConnectAttempts> ConnectManyAsync(int clients, TimeSpan patience, TimeSpan? deadline = null)
    {
        var attempts = new List<ConnectAttempt>();
        for (var number = 1; number <= clients; number++)
        {
            ConnectAttempt attempt;
            using (Detached.Begin())
            {
                attempt = new ConnectAttempt(number, ConnectAsync(deadline ?? TimeSpan.FromSeconds(10)), patience);
            }

            await Task.WhenAny(attempt.Connected, Task.Delay(patience)).ConfigureAwait(false);
            attempts.Add(attempt with { WasPrompt = attempt.Connected.IsCompletedSuccessfully });
        }

        return new ConnectAttempts(attempts);
    }

    /// <summary>Accepts the next connection from the accept queue.</summary>
    /// <exception cref="TimeoutException">There was none within 5 seconds.</exception>
    public async Task<IPEndPoint> AcceptAsync()
    {
        using var timer = new CancellationTokenSource(TcpEnd.DefaultDeadline);
        try
        {
            var socket = await _listener.Socket.AcceptAsync(timer.Token).ConfigureAwait(false);
            _held.Add(socket);
            return (IPEndPoint)socket.RemoteEndPoint!;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format(
                $"The accept queue stayed empty for {TcpEnd.DefaultDeadline.TotalSeconds:0} s."));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format(
        $"{Name}: listening on {EndPoint} with a backlog of {Backlog}, accepting no connections");

    private protected override void StopListening() => _listener.Dispose();

    private protected override ValueTask ReleaseAsync()
    {
        while (_held.TryTake(out var held))
        {
            held.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task<TimeSpan> ConnectAsync(TimeSpan deadline)
    {
        var start = Stopwatch.GetTimestamp();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _held.Add(socket);
        using var timer = new CancellationTokenSource(deadline);
        await socket.ConnectAsync(EndPoint, timer.Token).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(start);
    }
}

/// <summary>A client's attempt to connect to a server.</summary>
/// <param name="Number">The client's number, from 1.</param>
/// <param name="Connected">Completes with the duration of the handshake when that is finished, or fails.</param>
/// <param name="Timeout">How long the client was observed.</param>
public sealed record ConnectAttempt(int Number, Task<TimeSpan> Connected, TimeSpan Timeout)
{
    /// <summary>Whether the client was connected while it was observed.</summary>
    public bool WasPrompt { get; init; }

    /// <summary>The outcome so far, in words.</summary>
    public string Outcome => Connected switch
    {
        { IsCompletedSuccessfully: true } => $"connected after {InvariantText.Of(Connected.Result)}",
        { IsFaulted: true } =>
            Connected.Exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? "refused"
                : Connected.Exception.InnerException!.Message,
        { IsCanceled: true } => "given up",
        _ => $"still trying after {InvariantText.Of(Timeout)}",
    };
}

/// <summary>Several clients' attempts to connect, with their outcomes so far.</summary>
public sealed class ConnectAttempts : Shown
{
    internal ConnectAttempts(IReadOnlyList<ConnectAttempt> all) => All = all;

    /// <summary>The attempts, in the order in which they began.</summary>
    public IReadOnlyList<ConnectAttempt> All { get; }

    /// <summary>Waits until every client is connected or has failed.</summary>
    public async Task<ConnectAttempts> SettleAsync()
    {
        await Task
            .WhenAll(All.Select(Task (attempt) => attempt.Connected))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return this;
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["client", "outcome so far"],
        All.Select(IReadOnlyList<object?> (attempt) => [attempt.Number, attempt.Outcome]));
}
