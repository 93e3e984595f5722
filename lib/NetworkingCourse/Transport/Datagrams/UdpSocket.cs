using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A datagram that has arrived.</summary>
/// <param name="Content">Its bytes, as many as there was room for.</param>
/// <param name="From">Who sent it.</param>
/// <param name="To">The address that it was sent to; null where the system does not tell.</param>
/// <param name="IsCutOff">Whether it was longer than the room for it. The rest is gone.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record ReceivedDatagram(ReadOnlyMemory<byte> Content, IPEndPoint From, IPAddress? To, bool IsCutOff) : IShown
{
    private const int MaxText = 100;

    /// <summary>Its bytes as text, in ASCII.</summary>
    public string Text => Encoding.ASCII.GetString(Content.Span);

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>In one line: <c>5 bytes from 127.0.0.1:50312: "Hello"</c>.</summary>
    public override string ToString() =>
        $"{Octets.Count(Content.Length)} from {From}: \"{Octets.Quoted(Content.Span, MaxText)}\"{(IsCutOff ? ", and the rest was cut off" : "")}";
}

/// <summary>
/// A UDP socket of a notebook: the system's, with a deadline for every wait, and bound to loopback, so that nothing leaves the machine. It is closed with <see cref="RunningServers.StopAllAsync"/>.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class UdpSocket : IAsyncDisposable, IShown
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(2);

    private UdpSocket(Socket socket) => Socket = socket;

    /// <summary>The system's socket.</summary>
    public Socket Socket { get; }

    /// <summary>Its own address and port.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)Socket.LocalEndPoint!;

    /// <summary>The number by which the system knows it: on Linux and macOS a descriptor.</summary>
    public long Descriptor => Socket.Handle;

    /// <summary>Opens one on 127.0.0.1.</summary>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <param name="receiveBuffer">How many bytes may wait to be received (SO_RCVBUF; Linux doubles it for its own overheads, and knows a least); the system's usual unless told otherwise.</param>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static UdpSocket Open(int port = 0, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.ReceiveBufferSize = receiveBuffer ?? socket.ReceiveBufferSize;
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            var opened = new UdpSocket(socket);
            RunningServers.StopToo(opened);
            return opened;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A port of 127.0.0.1 that nobody has: the system gave it, and it was given back.</summary>
    public static int DeadPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(Loopback.AnyPort);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Ties it to one peer: from now on it sends there, hears nobody else, and is told of errors.</summary>
    /// <exception cref="ArgumentException">The address is not on loopback.</exception>
    public UdpSocket ConnectTo(IPEndPoint peer)
    {
        Loopback.Require(peer);
        Socket.Connect(peer);
        return this;
    }

    /// <summary>Sends bytes, as one datagram.</summary>
    /// <param name="datagram">The bytes.</param>
    /// <param name="to">Where; not needed by a socket that is connected.</param>
    /// <returns>How many bytes were handed to the system. Whether they arrive, nobody says.</returns>
    /// <exception cref="ArgumentException">The address is not on loopback.</exception>
    /// <exception cref="SocketException">For instance MessageSize, if they do not fit into a datagram; or ConnectionRefused, if an earlier one found nobody.</exception>
    public int Send(ReadOnlySpan<byte> datagram, IPEndPoint? to = null)
    {
        if (to is null)
        {
            return Socket.Send(datagram);
        }

        Loopback.RequireOrThisHost(to);
        return Socket.SendTo(datagram, to);
    }

    /// <summary>Sends text in ASCII, as one datagram.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, IPEndPoint?)"/>
    public int Send(string datagram, IPEndPoint? to = null) => Send(Encoding.ASCII.GetBytes(datagram), to);

    /// <summary>Waits for the next datagram.</summary>
    /// <param name="room">For how many bytes there is room; for the longest datagram there is, unless told otherwise.</param>
    /// <param name="deadline">How long to wait; 2 seconds unless told otherwise.</param>
    /// <exception cref="TimeoutException">None came.</exception>
    /// <exception cref="SocketException">For instance ConnectionRefused: where it sent something, nobody listens.</exception>
    public async Task<ReceivedDatagram> ReceiveAsync(int room = 65_535, TimeSpan? deadline = null)
    {
        var (buffer, limit) = (new byte[room], deadline ?? DefaultDeadline);
        using var timer = new CancellationTokenSource(limit);
        try
        {
            var received = await Socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), timer.Token).ConfigureAwait(false);
            return new ReceivedDatagram(
                buffer.AsMemory(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint, received.PacketInformation.Address, received.SocketFlags.HasFlag(SocketFlags.Truncated));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format($"Nothing came to {EndPoint} within {InvariantText.Of(limit)}."));
        }
    }

    /// <summary>Takes what waits in the system's buffer, and waits for nothing.</summary>
    public IReadOnlyList<ReceivedDatagram> TakeWaiting()
    {
        var (taken, buffer) = (new List<ReceivedDatagram>(), new byte[65_535]);
        while (Socket.Available > 0 || Socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            var count = Socket.ReceiveFrom(buffer, ref from);
            taken.Add(new ReceivedDatagram(buffer.AsMemory(0, count).ToArray(), (IPEndPoint)from, To: null, IsCutOff: false));
        }

        return taken;
    }

    /// <summary>Closes it.</summary>
    public ValueTask DisposeAsync()
    {
        RunningServers.ForgetOther(this);
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format(
        $"UDP socket, descriptor {Descriptor}, bound to {EndPoint}, {(Socket.Connected ? $"connected to {Socket.RemoteEndPoint}" : "connected to nobody")}");
}
