using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A server that listens and does not accept, until it is told to: whoever connects meanwhile is in the accept queue, or before it.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class QuietListener : IStoppable, IAsyncDisposable, IShown
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<IDisposable> _held = [];

    private QuietListener(string name, int backlog)
    {
        (Name, Backlog) = (name, backlog);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(backlog);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IPEndPoint EndPoint { get; }

    /// <summary>What was said to <c>listen</c>.</summary>
    public int Backlog { get; }

    /// <summary>How many finished handshakes wait to be accepted; null where the system does not tell.</summary>
    public int? Waiting => TcpQueues.Waiting(EndPoint.Port);

    string IStoppable.LogSummary => $"backlog {Backlog}";

    /// <summary>Starts to listen on 127.0.0.1.</summary>
    /// <param name="backlog">How long the accept queue may be. Linux lets one more in (listen(2)).</param>
    /// <param name="name">Its name; one of that name is replaced.</param>
    public static QuietListener Start(int backlog, string name = "quiet") => RunningServers.Replace(name, () => new QuietListener(name, backlog));

    /// <summary>Lets clients connect, one after the other. Those who are not connected yet when their patience is at its end go on trying.</summary>
    /// <param name="clients">How many.</param>
    /// <param name="patience">How long each is watched.</param>
    /// <param name="deadline">When those who go on give up; 10 seconds unless told otherwise.</param>
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

    /// <summary>Takes the next connection from the accept queue.</summary>
    /// <exception cref="TimeoutException">There was none within 5 seconds.</exception>
    public async Task<IPEndPoint> AcceptAsync()
    {
        using var timer = new CancellationTokenSource(TcpEnd.DefaultDeadline);
        try
        {
            var socket = await _listener.AcceptAsync(timer.Token).ConfigureAwait(false);
            _held.Add(socket);
            return (IPEndPoint)socket.RemoteEndPoint!;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format($"Nobody was in the accept queue within {TcpEnd.DefaultDeadline.TotalSeconds:0} s."));
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(TimeSpan? grace = null)
    {
        _listener.StopListening();
        while (_held.TryTake(out var held))
        {
            held.Dispose();
        }

        RunningServers.Forget(this);
        return Task.CompletedTask;
    }

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format($"{Name}: listening on {EndPoint} with a backlog of {Backlog}, accepting nobody");

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

/// <summary>A client that attempts at a server.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Connected">Ends when its handshake is finished, with how long that took; or fails.</param>
/// <param name="Timeout">How long it was watched.</param>
public sealed record ConnectAttempt(int Number, Task<TimeSpan> Connected, TimeSpan Timeout)
{
    /// <summary>Whether it was connected while it was watched.</summary>
    public bool WasPrompt { get; init; }

    /// <summary>What has become of it until now, in words.</summary>
    public string Outcome => Connected switch
    {
        { IsCompletedSuccessfully: true } => $"connected after {InvariantText.Of(Connected.Result)}",
        { IsFaulted: true } => Connected.Exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "refused" : Connected.Exception.InnerException!.Message,
        { IsCanceled: true } => "given up",
        _ => $"still trying after {InvariantText.Of(Timeout)}",
    };
}

/// <summary>Clients that attempt, and what has become of them until now.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class ConnectAttempts : IShown
{
    internal ConnectAttempts(IReadOnlyList<ConnectAttempt> all) => All = all;

    /// <summary>The clients, in the order in which they came.</summary>
    public IReadOnlyList<ConnectAttempt> All { get; }

    /// <summary>Waits until every client is connected, or has failed.</summary>
    public async Task<ConnectAttempts> SettleAsync()
    {
        await Task.WhenAll(All.Select(Task (attempt) => attempt.Connected)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return this;
    }

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => AsTable().ToString();

    private Table AsTable() => new(["client", "until now"], All.Select(IReadOnlyList<object?> (attempt) => [attempt.Number, attempt.Outcome]));
}
