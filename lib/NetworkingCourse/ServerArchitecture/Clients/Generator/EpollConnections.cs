using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Any number of connections on one thread, driven by an event loop: ask the system which sockets are ready, do what each is
/// ready for, and ask again. No call on a socket ever blocks. Linux only, because it uses epoll(7).
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class EpollConnections : ILoadConnections
{
    // More at a time could fill the server's accept queue, and a client that finds it full retries only a second later.
    private const int ConnectingAtOnce = 128;

    private readonly Line[] _lines;
    private readonly EpollReadiness _readiness = new();
    private readonly List<object> _ready = [];
    private readonly Queue<Line> _leaving = []; // connections whose last answer has arrived
    private readonly byte[] _received = new byte[512];
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _cancelled;
    private readonly WakeUp _wakeUp = new();
    private Func<LoadConnection, long, NextStep>? _answered; // null while they only connect
    private int _connecting; // the number of connections that are connecting
    private int _outstanding; // the number of connections that are connecting, asking or awaiting

    /// <param name="connections">The connections to drive.</param>
    /// <param name="cancellation">Ends all waiting.</param>
    public EpollConnections(LoadConnection[] connections, CancellationToken cancellation = default)
    {
        _lines = [.. connections.Select(connection => new Line(connection))];
        _readiness.Watch(_wakeUp.Socket, _wakeUp, Interest.Read);
        _cancellation = cancellation;
        _cancelled = cancellation.UnsafeRegister(static wakeUp => ((WakeUp)wakeUp!).Signal(), _wakeUp);
    }

    public void Connect(IPEndPoint server, Func<LoadConnection, long, NextStep>? answered, long deadline)
    {
        _answered = answered;
        var address = server.Serialize();
        foreach (var line in _lines)
        {
            line.Connection.Start(Stopwatch.GetTimestamp());
            if (IsOver(deadline))
            {
                line.Connection.Fail(SocketFailure.NotConnected);
                continue;
            }

            StartConnecting(line, address);
            // What has already happened on the others is not left until all have started.
            Turn(TimeSpan.Zero);
            RunWhile(() => _connecting == ConnectingAtOnce, deadline);
        }

        Finish(deadline);
    }

    public void Ask(int first, int count, Func<LoadConnection, long, NextStep> answered, long deadline)
    {
        _answered = answered;
        foreach (var line in _lines.AsSpan(first, count))
        {
            if (line.Connection.IsReady)
            {
                _outstanding++;
                Ask(line, Stopwatch.GetTimestamp());
            }
        }

        Finish(deadline);
    }

    public void Dispose()
    {
        _cancelled.Dispose(); // waits for a callback that is about to signal
        foreach (var line in _lines)
        {
            Close(line);
        }

        _readiness.Dispose();
        _wakeUp.Dispose();
    }

    /// <summary>Waits until nothing is outstanding, or the time is over, and closes what is done.</summary>
    private void Finish(long deadline)
    {
        RunWhile(() => _outstanding > 0, deadline);
        GiveUp();
        while (_leaving.TryDequeue(out var line))
        {
            Close(line);
        }
    }

    private void RunWhile(Func<bool> isUnfinished, long deadline)
    {
        while (isUnfinished() && !IsOver(deadline))
        {
            Turn(TimeSpan.FromSeconds((double)Math.Max(0, deadline - Stopwatch.GetTimestamp()) / Stopwatch.Frequency));
        }
    }

    private bool IsOver(long deadline) => _cancellation.IsCancellationRequested || Stopwatch.GetTimestamp() >= deadline;

    /// <summary>One turn of the event loop: waits until some sockets are ready, and does what each is ready for.</summary>
    private void Turn(TimeSpan limit)
    {
        _ready.Clear();
        _readiness.Wait(_leaving.Count > 0 ? TimeSpan.Zero : limit, _ready);
        foreach (var ready in _ready.OfType<Line>())
        {
            GoOn(ready);
        }

        if (_ready.Count == 0 && _leaving.TryDequeue(out var line))
        {
            Close(line);
        }
    }

    private void GoOn(Line line)
    {
        switch (line.Connection.State)
        {
            case LoadConnectionState.Connecting:
                FinishConnecting(line);
                break;
            case LoadConnectionState.Asking:
                SendRest(line);
                break;
            case LoadConnectionState.Awaiting or LoadConnectionState.Ready:
                Receive(line);
                break;
            case LoadConnectionState.Finished:
                Close(line);
                break;
        }
    }

    private void StartConnecting(Line line, SocketAddress address)
    {
        try
        {
            // The socket is a .NET object, so that it is closed in any case; the calls on it go directly to the system.
            line.Socket = new Socket(address.Family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
            line.Descriptor = (int)line.Socket.Handle;
        }
        catch (SocketException exception)
        {
            line.Connection.Fail(SocketFailure.Explain(exception));
            return;
        }

        _outstanding++;
        _connecting++;
        var done = Connect(line.Descriptor, ref MemoryMarshal.GetReference(address.Buffer.Span), (uint)address.Size) == 0;
        if (!done && Marshal.GetLastPInvokeError() != Errno.InProgress)
        {
            Fail(line);
            return;
        }

        _readiness.Watch(line.Socket, line, Interest.Write);
    }

    private void FinishConnecting(Line line)
    {
        if (line.Socket!.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int and not 0 and var error)
        {
            Fail(line, SocketFailure.Explain(new SocketException(error)));
            return;
        }

        _readiness.Watch(line.Socket, line, Interest.Read);
        var now = Stopwatch.GetTimestamp();
        line.Connection.Connect(PortOf(line.Descriptor), now);
        _connecting--;
        if (_answered is not null)
        {
            Ask(line, now);
        }
        else
        {
            _outstanding--;
        }
    }

    private void Ask(Line line, long now)
    {
        line.Connection.Begin(now);
        if (!Send(line) && line.Connection.State == LoadConnectionState.Asking)
        {
            _readiness.Watch(line.Socket!, line, Interest.Write);
        }
    }

    private void SendRest(Line line)
    {
        if (Send(line))
        {
            _readiness.Watch(line.Socket!, line, Interest.Read);
        }
    }

    /// <summary>Sends as much as the system has buffer space for.</summary>
    /// <returns>True if the whole question has been sent.</returns>
    private bool Send(Line line)
    {
        while (true)
        {
            var rest = line.Connection.Rest.Span;
            var count = Send(line.Descriptor, ref MemoryMarshal.GetReference(rest), (nuint)rest.Length, NoSignal);
            if (count < 0)
            {
                FailUnlessItWouldHaveWaited(line);
                return false;
            }

            if (line.Connection.Sent((int)count))
            {
                return true;
            }
        }
    }

    private void Receive(Line line)
    {
        var connection = line.Connection;
        var count = Receive(line.Descriptor, ref _received[0], (nuint)_received.Length, 0);
        if (count < 0)
        {
            FailUnlessItWouldHaveWaited(line);
            return;
        }

        var wasAwaiting = connection.State == LoadConnectionState.Awaiting;
        if (connection.Received(_received.AsSpan(0, (int)count)))
        {
            var now = Stopwatch.GetTimestamp();
            var next = _answered!(connection, now);
            if (next == NextStep.AskAgain)
            {
                Ask(line, now);
                return;
            }

            _outstanding--;
            if (next == NextStep.Close)
            {
                connection.Finish();
                _leaving.Enqueue(line);
            }
        }
        else if (connection.State == LoadConnectionState.Failed)
        {
            _outstanding -= wasAwaiting ? 1 : 0;
            Close(line);
        }
    }

    private void FailUnlessItWouldHaveWaited(Line line)
    {
        if (Marshal.GetLastPInvokeError() is not (Errno.Again or Errno.Interrupted))
        {
            Fail(line);
        }
    }

    private void Fail(Line line) => Fail(line, Errno.Explain(Marshal.GetLastPInvokeError()));

    private void Fail(Line line, string reason)
    {
        _connecting -= line.Connection.State == LoadConnectionState.Connecting ? 1 : 0;
        _outstanding -= line.Connection.State
            is LoadConnectionState.Ready or LoadConnectionState.Finished or LoadConnectionState.Failed ? 0 : 1;
        line.Connection.Fail(reason);
        Close(line);
    }

    private void GiveUp()
    {
        foreach (var line in _outstanding > 0 ? _lines : [])
        {
            switch (line.Connection.State)
            {
                case LoadConnectionState.Connecting:
                    Fail(line, SocketFailure.NotConnected);
                    break;
                case LoadConnectionState.Asking or LoadConnectionState.Awaiting:
                    Fail(line, SocketFailure.NoAnswer);
                    break;
            }
        }
    }

    private void Close(Line line)
    {
        if (line.Socket is { } socket)
        {
            _readiness.Forget(socket);
            socket.Dispose();
            line.Socket = null;
        }
    }

    private static int PortOf(int descriptor)
    {
        var address = new SocketAddress(AddressFamily.InterNetworkV6);
        var size = (uint)address.Size;
        // struct sockaddr_in and sockaddr_in6 begin alike: the address family, then the port in network byte order.
        return GetName(descriptor, ref MemoryMarshal.GetReference(address.Buffer.Span), ref size) == 0
            ? BinaryPrimitives.ReadUInt16BigEndian(address.Buffer.Span[2..])
            : 0;
    }

    // MSG_NOSIGNAL: without it, a write to a connection that the server has reset would kill the process with SIGPIPE; send(2).
    private const int NoSignal = 0x4000;

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int descriptor, ref byte address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockname")]
    private static partial int GetName(int descriptor, ref byte address, ref uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int descriptor, ref readonly byte bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int descriptor, ref byte bytes, nuint length, int flags);

    /// <summary>A load connection together with its socket.</summary>
    private sealed class Line(LoadConnection connection)
    {
        public LoadConnection Connection { get; } = connection;

        /// <summary>The socket; null before it is opened and after it is closed.</summary>
        public Socket? Socket { get; set; }

        public int Descriptor { get; set; }
    }

    /// <summary>Error numbers on Linux; errno(3).</summary>
    private static class Errno
    {
        public const int Interrupted = 4;
        public const int Again = 11;
        public const int InProgress = 115;
        private const int Pipe = 32;
        private const int Reset = 104;
        private const int AddressNotAvailable = 99;

        public static string Explain(int error) => error switch
        {
            Reset => SocketFailure.Reset,
            Pipe => "closed by the server",
            AddressNotAvailable => SocketFailure.NoPort,
            _ => new Win32Exception(error).Message,
        };
    }
}
