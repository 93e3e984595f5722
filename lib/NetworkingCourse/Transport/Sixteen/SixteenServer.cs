using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The server of the sixteen-octet conversation. It serves one client after the other: it receives exactly sixteen octets,
/// answers with sixteen, and closes. Then it waits until the client has closed too.
/// </summary>
public sealed class SixteenServer : NetworkService
{
    /// <summary>The length of a message in octets, in either direction.</summary>
    public const int Octets = 16;

    /// <summary>The server's answer: sixteen octets.</summary>
    public const string Farewell = "Farewell, client";

    private readonly Listener _listener;
    private readonly TimeSpan _deadline;

    private SixteenServer(string name, int port, int backlog, TimeSpan deadline)
    {
        (Name, _deadline) = (name, deadline);
        _listener = new Listener(port, backlog);
        EndPoint = _listener.EndPoint;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The events so far.</summary>
    public SixteenLog Log { get; } = new();

    private protected override string LogSummary => Log.Summary();

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
        return Start(name, () => new SixteenServer(name, port, backlog, limit));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: sixteen octets each way, listening on {EndPoint}";

    private protected override async Task ServeAsync()
    {
        while (await AcceptAsync(_listener).ConfigureAwait(false) is { } socket)
        {
            await using var client = new TcpEnd(socket, _deadline);
            Log.Write(
                SixteenEventKind.Accepted,
                client.RemoteEndPoint,
                $"socket name {client.LocalEndPoint}, socket peer {client.RemoteEndPoint}");
            try
            {
                await ConverseAsync(client).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // A misbehaving client ends its own conversation and nothing else.
                Log.Write(KindOf(exception), client.RemoteEndPoint, exception.Message);
            }
        }
    }

    private async Task ConverseAsync(TcpEnd client)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(Aborting);
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
        catch (OperationCanceledException) when (!Aborting.IsCancellationRequested)
        {
            client.Reset();
            var limit = InvariantText.Format($"{_deadline.TotalSeconds:0.###} s");
            throw new TimeoutException(
                $"its octets, or its end of file, did not arrive within {limit}");
        }
    }

    private protected override void LogListening() => Log.Write(SixteenEventKind.Listening, detail: $"listening at {EndPoint}");

    private protected override void LogStopped() => Log.Write(SixteenEventKind.Stopped);

    private protected override void AcceptFailed(SocketException exception, string worker) =>
        Log.Write(SixteenEventKind.Failed, detail: exception.Message);

    private protected override void StopListening() => _listener.Dispose();

    private static SixteenEventKind KindOf(Exception exception) => exception switch
    {
        EndOfStreamException => SixteenEventKind.CutOff,
        TimeoutException => SixteenEventKind.TimedOut,
        OperationCanceledException or ObjectDisposedException => SixteenEventKind.Ended,
        SocketException or IOException => SixteenEventKind.Reset,
        _ => SixteenEventKind.Failed,
    };
}
