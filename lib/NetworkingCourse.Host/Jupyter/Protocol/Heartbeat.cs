using NetMQ;
using NetMQ.Sockets;

namespace NetworkingCourse.Host.Jupyter.Protocol;

/// <summary>Sends back what comes, so that a front end knows that the kernel lives: on a thread that does nothing else.</summary>
internal sealed class Heartbeat : IDisposable
{
    private readonly ResponseSocket _socket = new();
    private readonly NetMQPoller _poller;
    private long _lastBeat;

    /// <param name="address">Where it listens.</param>
    /// <param name="mostInFrame">Bytes of the longest frame that is taken.</param>
    public Heartbeat(string address, long mostInFrame)
    {
        _socket.Options.MaxMsgSize = mostInFrame;
        _socket.Bind(address);
        _poller = [_socket];
        _socket.ReceiveReady += (_, _) =>
        {
            _socket.SendMultipartBytes(_socket.ReceiveMultipartBytes());
            Volatile.Write(ref _lastBeat, Environment.TickCount64);
        };
        _poller.RunAsync("heartbeat");
    }

    /// <summary>When the last one came, on the clock that counts milliseconds since the machine's start; 0 if none has.</summary>
    public long LastBeat => Volatile.Read(ref _lastBeat);

    public void Dispose()
    {
        _poller.Stop();
        _socket.Dispose();
        _poller.Dispose();
    }
}
