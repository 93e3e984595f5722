using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;

namespace NetworkingCourse.Host.Jupyter.Protocol;

/// <summary>The channels on which messages go.</summary>
internal enum Channel
{
    Shell,
    Control,
    IoPub,
    StandardInput,
}

/// <summary>
/// The kernel's sockets, all on loopback, served by one thread of their own. Messages may be sent from any thread, and leave in the order
/// in which they were sent, whatever their channel.
/// </summary>
internal sealed class Channels : IDisposable
{
    /// <summary>How long messages that are due may take when the kernel ends.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of one frame. Memory for a frame is taken when its length is announced, which whoever can connect may do without a key.</summary>
    private const long MaxInFrame = 64 * 1024 * 1024;

    private readonly WireFormat _format;
    private readonly Action<string> _log;
    private readonly RouterSocket _shell = new();
    private readonly RouterSocket _control = new();
    private readonly RouterSocket _input = new();
    private readonly XPublisherSocket _broadcast = new();
    private readonly Heartbeat _heartbeat;
    private readonly NetMQQueue<(Channel Channel, IReadOnlyList<byte[]> Frames)?> _outgoing = new();
    private readonly NetMQPoller _poller;
    private readonly Thread _serving;
    private readonly ManualResetEventSlim _isHeard = new();
    private long _lastHeard = Environment.TickCount64;

    /// <summary>Binds all sockets.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="log">Told what was dropped, and why.</param>
    /// <exception cref="SocketException">A port is taken.</exception>
    public Channels(ConnectionFile connection, Action<string> log)
    {
        _format = new WireFormat(new Signature(connection.Scheme, connection.Key));
        _log = log;
        // No message is dropped because a front end is slow to read: what one cell can put out is bounded already.
        _broadcast.Options.SendHighWatermark = 0;
        _broadcast.Options.MaxMsgSize = MaxInFrame;
        foreach (var router in new[] { _shell, _control, _input })
        {
            router.Options.SendHighWatermark = 0;
            router.Options.ReceiveHighWatermark = 0;
            router.Options.MaxMsgSize = MaxInFrame;
        }

        try
        {
            // The broadcast first: whoever is answered on the shell channel should be able to hear what is said beside.
            Bind(_broadcast, connection.Address, connection.Ports.IoPub);
            Bind(_input, connection.Address, connection.Ports.StandardInput);
            Bind(_control, connection.Address, connection.Ports.Control);
            Bind(_shell, connection.Address, connection.Ports.Shell);
            _heartbeat = new Heartbeat(Address(connection.Address, connection.Ports.Heartbeat), MaxInFrame);
        }
        catch (NetMQException exception)
        {
            throw new SocketException((int)SocketError.AddressAlreadyInUse, exception.Message);
        }

        _poller = [_shell, _control, _input, _broadcast, _outgoing];
        _broadcast.ReceiveReady += (_, _) => HearOfSubscribers();
        _outgoing.ReceiveReady += (_, _) => SendNext();
        _serving = new Thread(_poller.Run) { IsBackground = true, Name = "channels" };
    }

    /// <summary>Whether a front end listens to what is broadcast.</summary>
    public bool IsHeard => _isHeard.IsSet;

    /// <summary>How long ago anything came from a front end.</summary>
    public TimeSpan Silence => TimeSpan.FromMilliseconds(Environment.TickCount64 - Math.Max(Volatile.Read(ref _lastHeard), _heartbeat.LastBeat));

    /// <summary>Takes messages from now on.</summary>
    /// <param name="received">Told of each, on the thread that serves the sockets.</param>
    public void Start(Action<Channel, Request> received)
    {
        Receive(_shell, Channel.Shell, received);
        Receive(_control, Channel.Control, received);
        Receive(_input, Channel.StandardInput, received);
        _serving.UnsafeStart();
    }

    /// <summary>Waits until a front end listens to what is broadcast, but not longer than this.</summary>
    public void WaitForListener(TimeSpan limit) => _isHeard.Wait(limit);

    /// <summary>Broadcasts to every front end.</summary>
    public void Broadcast(string type, Request parent, JsonObject content) =>
        _outgoing.Enqueue((Channel.IoPub, _format.Write([System.Text.Encoding.UTF8.GetBytes(type)], type, parent, content)));

    /// <summary>Sends to the front end that a request came from.</summary>
    public void Send(Channel channel, string type, Request to, JsonObject content) =>
        _outgoing.Enqueue((channel, _format.Write(to.Identities, type, to, content)));

    /// <summary>Sends what has been given to it, and closes everything.</summary>
    public void Dispose()
    {
        _outgoing.Enqueue(null);
        _serving.Join();
        foreach (var socket in new NetMQSocket[] { _shell, _control, _input, _broadcast })
        {
            socket.Options.Linger = Linger;
            socket.Dispose();
        }

        _poller.Dispose();
        _outgoing.Dispose();
        _heartbeat.Dispose();
        NetMQConfig.Cleanup(block: true);
        _isHeard.Dispose();
    }

    private static string Address(IPAddress address, int port) => string.Create(CultureInfo.InvariantCulture, $"tcp://{address}:{port}");

    private static void Bind(NetMQSocket socket, IPAddress address, int port) => socket.Bind(Address(address, port));

    private void Receive(RouterSocket socket, Channel channel, Action<Channel, Request> received) => socket.ReceiveReady += (_, _) =>
    {
        var frames = socket.ReceiveMultipartBytes();
        Volatile.Write(ref _lastHeard, Environment.TickCount64);
        var (request, fault) = _format.Read(frames);
        if (request is null)
        {
            _log($"A message on the {channel} channel was dropped: {fault}.");
            return;
        }

        try
        {
            received(channel, request);
        }
        catch (Exception exception)
        {
            // A fault of this program; the kernel would be deaf without this thread.
            _log($"A {request.Type} on the {channel} channel could not be taken: {exception}");
        }
    };

    // A subscription is the byte 1 and a topic, its end the byte 0. Only the first and the last one of a topic are told.
    private void HearOfSubscribers()
    {
        if (_broadcast.ReceiveFrameBytes() is [var begins, ..])
        {
            if (begins == 1)
            {
                _isHeard.Set();
            }
            else
            {
                _isHeard.Reset();
            }
        }
    }

    private void SendNext()
    {
        if (_outgoing.Dequeue() is not { } message)
        {
            _poller.StopAsync();
            return;
        }

        NetMQSocket socket = message.Channel switch
        {
            Channel.Shell => _shell,
            Channel.Control => _control,
            Channel.StandardInput => _input,
            _ => _broadcast,
        };
        socket.SendMultipartBytes(message.Frames);
    }
}
