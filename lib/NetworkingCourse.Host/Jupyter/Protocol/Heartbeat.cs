using NetMQ;
using NetMQ.Sockets;

namespace NetworkingCourse.Host.Jupyter.Protocol;

/// <summary>Echoes messages on a dedicated thread, so that a front end knows that the kernel is alive.</summary>
internal sealed class Heartbeat : IDisposable
{
    private readonly ResponseSocket _socket = new();
    private readonly NetMQPoller _poller;
    private long _lastBeat;

    /// <param name="address">The address to listen on.</param>
    /// <param name="maxInFrame">The maximum size of a frame in bytes.</param>
    public Heartbeat(string address, long maxInFrame)
    {
        _socket.Options.MaxMsgSize = maxInFrame;
        _socket.Bind(address);
        _poller = [_socket];
        _socket.ReceiveReady += (_, _) =>
        {
            _socket.SendMultipartBytes(_socket.ReceiveMultipartBytes());
            Volatile.Write(ref _lastBeat, Environment.TickCount64);
        };
        _poller.RunAsync("heartbeat");
    }

    /// <summary>When the last heartbeat arrived, in milliseconds since the machine started; 0 if none has arrived.</summary>
    public long LastBeat => Volatile.Read(ref _lastBeat);

    public void Dispose()
    {
        _poller.Stop();
        _socket.Dispose();
        _poller.Dispose();
    }
}
