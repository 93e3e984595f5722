using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The server of the sixteen-octet conversation. It serves one client after the other: it receives exactly sixteen octets,
/// answers with sixteen, and closes. Then it waits until the client has closed too.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class SixteenServer : IStoppable, IAsyncDisposable, IShown
{
    /// <summary>The length of a message in octets, in either direction.</summary>
    public const int Octets = 16;

    /// <summary>The server's answer: sixteen octets.</summary>
    public const string Farewell = "Farewell, client";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeSpan _deadline;
    private readonly Task _serving;
    private Task? _stopped;
    private volatile bool _isStopping;

    private SixteenServer(string name, int port, int backlog, TimeSpan deadline)
    {
        (Name, _deadline) = (name, deadline);
        try
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _listener.Listen(backlog);
            EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

        Log.Write(SixteenEventKind.Listening, detail: $"listening at {EndPoint}");
        using (Detached.Begin())
        {
            _serving = Task.Run(ServeAsync);
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IPEndPoint EndPoint { get; }

    /// <summary>The events so far.</summary>
    public SixteenLog Log { get; } = new();

    string IStoppable.LogSummary => Log.Summary();

    /// <summary>Starts a server on 127.0.0.1. Clients can connect as soon as this method returns.</summary>
    /// <param name="name">The server's name. A running server of the same name is replaced.</param>
    /// <param name="port">The TCP port; 0 lets the system choose.</param>
    /// <param name="backlog">The approximate length of the accept queue.</param>
    /// <param name="deadline">The timeout for each wait for a client; 5 seconds by default.</param>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static SixteenServer Start(string name = "sixteen", int port = 0, int backlog = 1, TimeSpan? deadline = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var limit = deadline ?? TcpEnd.DefaultDeadline;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(deadline));
        return RunningServers.Replace(name, () => new SixteenServer(name, port, backlog, limit));
    }

    /// <inheritdoc/>
    public Task StopAsync(TimeSpan? grace = null) =>
        LazyInitializer.EnsureInitialized(ref _stopped, () => StopOnceAsync(grace ?? TimeSpan.FromSeconds(2)));

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: sixteen octets each way, listening on {EndPoint}";

    private async Task StopOnceAsync(TimeSpan grace)
    {
        _isStopping = true;
        _listener.StopListening();
        _stopping.CancelAfter(grace);
        await _serving.ConfigureAwait(false);
        _stopping.Dispose();
        RunningServers.Forget(this);
        Log.Write(SixteenEventKind.Stopped);
    }

    private async Task ServeAsync()
    {
        while (await AcceptAsync().ConfigureAwait(false) is { } socket)
        {
            await using var client = new TcpEnd(socket, _deadline);
            Log.Write(
                SixteenEventKind.Accepted,
                client.RemoteEndPoint,
                $"socket name {client.LocalEndPoint}, socket peer {client.RemoteEndPoint}");
            try
            {
                await ConverseAsync(client, _stopping.Token).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // A misbehaving client ends its own conversation and nothing else.
                Log.Write(KindOf(exception), client.RemoteEndPoint, exception.Message);
            }
        }
    }

    private async Task ConverseAsync(TcpEnd client, CancellationToken stopping)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        timer.CancelAfter(_deadline);
        try
        {
            var message = await Exactly.ReadAsync(client.Stream, Octets, timer.Token).ConfigureAwait(false);
            var quoted = $"\"{Display.Octets.Quoted(message)}\"";
            Log.Write(SixteenEventKind.Received, client.RemoteEndPoint, quoted);
            await client.SendAsync(Farewell).ConfigureAwait(false);
            Log.Write(SixteenEventKind.Answered, client.RemoteEndPoint, $"\"{Farewell}\"");
            client.ShutdownSend();
            // Anything a client sends beyond the sixteen octets is ignored, but still read. Otherwise
            // closing would cause a reset, which could overtake the answer.
            await client.Stream.CopyToAsync(Stream.Null, timer.Token).ConfigureAwait(false);
            Log.Write(SixteenEventKind.Closed, client.RemoteEndPoint);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            client.Reset();
            var limit = InvariantText.Format($"{_deadline.TotalSeconds:0.###} s");
            throw new TimeoutException(
                $"its octets, or its end of file, did not arrive within {limit}");
        }
    }

    private async Task<Socket?> AcceptAsync()
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or ObjectDisposedException || _isStopping)
            {
                return null;
            }
            catch (SocketException exception)
                when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // A client reset its connection while it was in the accept queue. The next one may be fine.
            }
            catch (SocketException exception)
            {
                // For instance, no descriptor is left. Retrying at once would only fail again.
                Log.Write(SixteenEventKind.Failed, detail: exception.Message);
                await Task
                    .Delay(TimeSpan.FromSeconds(0.1), _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static SixteenEventKind KindOf(Exception exception) => exception switch
    {
        EndOfStreamException => SixteenEventKind.CutOff,
        TimeoutException => SixteenEventKind.TimedOut,
        OperationCanceledException or ObjectDisposedException => SixteenEventKind.Ended,
        SocketException or IOException => SixteenEventKind.Reset,
        _ => SixteenEventKind.Failed,
    };
}
