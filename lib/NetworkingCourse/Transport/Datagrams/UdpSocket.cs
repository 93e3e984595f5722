using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A received datagram.</summary>
/// <param name="Content">The bytes of the datagram, as many as fitted into the buffer.</param>
/// <param name="From">The sender.</param>
/// <param name="To">The destination address; null where the system does not report it.</param>
/// <param name="IsCutOff">Whether the datagram was longer than the buffer. The rest is lost.</param>
public sealed record ReceivedDatagram(ReadOnlyMemory<byte> Content, IPEndPoint From, IPAddress? To, bool IsCutOff) : ShownRecord
{
    private const int MaxText = 100;

    /// <summary>The content as ASCII text.</summary>
    public string Text => Encoding.ASCII.GetString(Content.Span);

    /// <summary>The datagram in one line: <c>5 bytes from 127.0.0.1:50312: "Hello"</c>.</summary>
    public override string ToString() =>
        $"{Octets.Count(Content.Length)} from {From}: \"{Octets.Quoted(Content.Span, MaxText)}\""
        + (IsCutOff ? ", and the rest was cut off" : "");
}

/// <summary>
/// A UDP socket for notebooks: the system's socket with a deadline for every wait, bound to loopback so that nothing leaves the
/// machine. <see cref="RunningServers.StopAllAsync"/> closes it.
/// </summary>
public sealed class UdpSocket : Shown, IAsyncDisposable
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(2);

    private UdpSocket(Socket socket) => Socket = socket;

    /// <summary>The underlying socket.</summary>
    public Socket Socket { get; }

    /// <summary>The local address and port.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)Socket.LocalEndPoint!;

    /// <summary>The system's handle of the socket: on Linux and macOS a file descriptor.</summary>
    public long Descriptor => Socket.Handle;

    /// <summary>Opens a socket on 127.0.0.1.</summary>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <param name="receiveBuffer">
    /// The size of the receive buffer in bytes (SO_RCVBUF; Linux doubles it to allow for overhead, and enforces a
    /// minimum); by default the system's.
    /// </param>
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

    /// <summary>Finds a closed port on 127.0.0.1: one that the system has just assigned and that was released at once.</summary>
    public static int DeadPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(Loopback.AnyPort);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>
    /// Connects the socket to one peer: from now on it sends there, receives from nowhere else, and is told of errors.
    /// </summary>
    /// <exception cref="ArgumentException">The address is not on loopback.</exception>
    public UdpSocket ConnectTo(IPEndPoint peer)
    {
        Loopback.Require(peer);
        Socket.Connect(peer);
        return this;
    }

    /// <summary>Sends bytes as one datagram.</summary>
    /// <param name="datagram">The bytes.</param>
    /// <param name="to">The destination; not needed if the socket is connected.</param>
    /// <returns>The number of bytes handed to the system. Whether they arrive is unknown.</returns>
    /// <exception cref="ArgumentException">The address is not on loopback.</exception>
    /// <exception cref="SocketException">
    /// For instance MessageSize, if the bytes do not fit into a datagram; or ConnectionRefused, if an
    /// earlier datagram met a closed port.
    /// </exception>
    public int Send(ReadOnlySpan<byte> datagram, IPEndPoint? to = null)
    {
        if (to is null)
        {
            return Socket.Send(datagram);
        }

        Loopback.RequireOrThisHost(to);
        return Socket.SendTo(datagram, to);
    }

    /// <summary>Sends ASCII text as one datagram.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, IPEndPoint?)"/>
    public int Send(string datagram, IPEndPoint? to = null) => Send(Encoding.ASCII.GetBytes(datagram), to);

    /// <summary>Waits for the next datagram.</summary>
    /// <param name="room">The size of the buffer in bytes; by default enough for the longest possible datagram.</param>
    /// <param name="deadline">The timeout; 2 seconds by default.</param>
    /// <exception cref="TimeoutException">No datagram arrived in time.</exception>
    /// <exception cref="SocketException">
    /// For instance ConnectionRefused, if an earlier datagram was sent to a closed port.
    /// </exception>
    public async Task<ReceivedDatagram> ReceiveAsync(int room = 65_535, TimeSpan? deadline = null)
    {
        var (buffer, limit) = (new byte[room], deadline ?? DefaultDeadline);
        using var timer = new CancellationTokenSource(limit);
        try
        {
            var received = await Socket
                .ReceiveMessageFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), timer.Token)
                .ConfigureAwait(false);
            return new ReceivedDatagram(
                buffer.AsMemory(0, received.ReceivedBytes),
                (IPEndPoint)received.RemoteEndPoint,
                received.PacketInformation.Address,
                received.SocketFlags.HasFlag(SocketFlags.Truncated));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                InvariantText.Format($"Nothing arrived at {EndPoint} within {InvariantText.Of(limit)}."));
        }
    }

    /// <summary>Takes the datagrams already in the receive buffer, without waiting.</summary>
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

    /// <summary>Closes the socket.</summary>
    public ValueTask DisposeAsync()
    {
        RunningServers.ForgetOther(this);
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var peer = Socket.Connected ? $"connected to {Socket.RemoteEndPoint}" : "not connected";
        return InvariantText.Format($"UDP socket, descriptor {Descriptor}, bound to {EndPoint}, {peer}");
    }
}
