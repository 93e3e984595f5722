using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A server of HTTP/1.1 on a socket of this chapter's own. It accepts clients, keeps the log, and waits for the conversations
/// when it stops; the class that derives from it converses.
/// </summary>
public abstract class WebServer : NetworkService
{
    private readonly ConcurrentDictionary<Task, byte> _conversations = new();

    private protected WebServer(int port, int backlog)
    {
        Listener = new Listener(port, backlog);
        EndPoint = Listener.EndPoint;
    }

    /// <inheritdoc/>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The address for clients, for example <c>http://127.0.0.1:50123/</c>.</summary>
    public Uri Address => new($"http://{EndPoint}/");

    /// <summary>The log of what the server did and could see.</summary>
    public WebLog Log { get; } = new();

    /// <summary>The number of clients that are connected now.</summary>
    public int OpenConnections => _conversations.Count;

    private protected override string LogSummary => Log.Summary();

    private protected Listener Listener { get; }

    /// <summary>Serves a client until its connection ends; the caller closes it.</summary>
    /// <param name="client">The client.</param>
    /// <param name="others">The number of clients that were connected when it came.</param>
    private protected abstract Task ConverseAsync(ProxyPeer client, int others);

    private protected override async Task ServeAsync()
    {
        while (await AcceptAsync(Listener).ConfigureAwait(false) is { } socket)
        {
            Converse(socket);
        }
    }

    // Not awaited: whatever this client does, the server goes on to accept the next one.
    private protected void Converse(Socket socket)
    {
        var client = new ProxyPeer(socket);
        var others = OpenConnections;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _conversations[ended.Task] = 0;
        _ = Task.Run(async () =>
        {
            await ConverseAsync(client, others).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            client.Dispose();
            _conversations.TryRemove(ended.Task, out _);
            ended.SetResult();
        });
    }

    private protected override void LogListening() => Log.Write(WebEventKind.Listening, what: EndPoint.ToString());

    private protected override void LogStopping() => Log.Write(WebEventKind.Stopping);

    private protected override void LogStopped() => Log.Write(WebEventKind.Stopped);

    private protected override void AcceptFailed(SocketException exception, string worker) =>
        Log.Write(WebEventKind.Failed, detail: $"accept: {InvariantText.Of(exception.SocketErrorCode)}");

    private protected override void StopListening() => Listener.Dispose();

    // Every wait of a conversation ends when it is aborted.
    private protected override async Task WhenServedAsync()
    {
        await base.WhenServedAsync().ConfigureAwait(false);
        await Task.WhenAll(_conversations.Keys).ConfigureAwait(false);
    }
}
