using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;

namespace NetworkingCourse.Host.Jupyter.Protocol;

/// <summary>The channels that carry messages.</summary>
internal enum Channel
{
    Shell,
    Control,
    IoPub,
    StandardInput,
}

/// <summary>
/// The kernel's sockets, all on loopback, served by a dedicated thread. Any thread may send messages, which leave in the order in
/// which they were sent, whatever their channel.
/// </summary>
internal sealed class Channels : IDisposable
{
    /// <summary>How long pending messages may take when the kernel ends.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The maximum size of a frame in bytes. The memory for a frame is allocated when its length is announced, which any client
    /// that can connect may do without the key.
    /// </summary>
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
    private readonly ManualResetEventSlim _hasReceived = new();
    private long _lastHeard = Environment.TickCount64;

    /// <summary>Binds all sockets.</summary>
    /// <param name="connection">The addresses to bind to.</param>
    /// <param name="log">Logs what was dropped, and why.</param>
    /// <exception cref="SocketException">A port is in use.</exception>
    public Channels(ConnectionFile connection, Action<string> log)
    {
        _format = new WireFormat(new Signature(connection.Scheme, connection.Key));
        _log = log;
        // No message is dropped because a front end reads slowly: the output of a cell is bounded already.
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
            // The broadcast first: a front end that gets replies on the shell channel should be able to receive broadcasts too.
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

    /// <summary>Whether a front end is subscribed to the broadcasts.</summary>
    public bool HasReceived => _hasReceived.IsSet;

    /// <summary>The time since anything last arrived from a front end.</summary>
    public TimeSpan Silence => TimeSpan.FromMilliseconds(
        Environment.TickCount64 - Math.Max(Volatile.Read(ref _lastHeard), _heartbeat.LastBeat));

    /// <summary>Starts to receive messages.</summary>
    /// <param name="received">Called for each message, on the thread that serves the sockets.</param>
    public void Start(Action<Channel, Request> received)
    {
        Receive(_shell, Channel.Shell, received);
        Receive(_control, Channel.Control, received);
        Receive(_input, Channel.StandardInput, received);
        _serving.UnsafeStart();
    }

    /// <summary>Waits until a front end is subscribed to the broadcasts, for at most <paramref name="limit"/>.</summary>
    public void WaitForListener(TimeSpan limit) => _hasReceived.Wait(limit);

    /// <summary>Broadcasts a message to every front end.</summary>
    public void Broadcast(string type, Request parent, JsonObject content) =>
        _outgoing.Enqueue((Channel.IoPub, _format.Write([System.Text.Encoding.UTF8.GetBytes(type)], type, parent, content)));

    /// <summary>Sends a message to the front end that a request came from.</summary>
    public void Send(Channel channel, string type, Request to, JsonObject content) =>
        _outgoing.Enqueue((channel, _format.Write(to.Identities, type, to, content)));

    /// <summary>Sends all queued messages and closes the sockets.</summary>
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
        _hasReceived.Dispose();
    }

    private static string Address(IPAddress address, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"tcp://{address}:{port}");

    private static void Bind(NetMQSocket socket, IPAddress address, int port) => socket.Bind(Address(address, port));

    private void Receive(RouterSocket socket, Channel channel, Action<Channel, Request> received) =>
        socket.ReceiveReady += (_, _) =>
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
                // A bug in this program. Without this thread, the kernel would be deaf.
                _log($"A {request.Type} on the {channel} channel could not be processed: {exception}");
            }
        };

    // A subscription is the byte 1 and a topic, a cancellation the byte 0 and the topic. The socket reports only the first
    // subscription to a topic and the last cancellation.
    private void HearOfSubscribers()
    {
        if (_broadcast.ReceiveFrameBytes() is [var begins, ..])
        {
            if (begins == 1)
            {
                _hasReceived.Set();
            }
            else
            {
                _hasReceived.Reset();
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
