using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Any number of connections on one thread, by an event loop: ask the system which sockets are ready, do on each what it is ready for,
/// ask again. No call on a socket ever waits. Linux only, for epoll(7).
/// </summary>
internal sealed partial class EpollConnections(Asker[] askers) : IAskingConnections
{
    // More at a time could fill the server's accept queue, and whoever finds it full tries again a second later.
    private const int ConnectingAtOnce = 128;

    private readonly Socket?[] _sockets = new Socket?[askers.Length];
    private readonly int[] _descriptors = new int[askers.Length];
    private readonly EpollQueue _queue = new();
    private readonly byte[] _received = new byte[512];
    private Func<long, long, bool> _answered = (_, _) => false;
    private int _outstanding; // how many connect, ask or await

    public void Connect(IPEndPoint server, long deadline)
    {
        var address = server.Serialize();
        for (var i = 0; i < askers.Length; i++)
        {
            StartConnecting(i, address);
            RunUntilOutstandingAre(ConnectingAtOnce - 1, deadline);
        }

        RunUntilOutstandingAre(0, deadline);
        GiveUp("not connected in time");
    }

    public void Ask(int first, int count, Func<long, long, bool> answered, long deadline)
    {
        _answered = answered;
        for (var i = first; i < first + count; i++)
        {
            if (askers[i].IsReady)
            {
                _outstanding++;
                Ask(i, Stopwatch.GetTimestamp());
            }
        }

        RunUntilOutstandingAre(0, deadline);
        GiveUp("no answer in time");
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket?.Dispose();
        }

        _queue.Dispose();
    }

    /// <summary>The event loop.</summary>
    private void RunUntilOutstandingAre(int few, long deadline)
    {
        while (_outstanding > few && deadline - Stopwatch.GetTimestamp() is > 0 and var left)
        {
            var ready = _queue.Wait(TimeSpan.FromSeconds((double)left / Stopwatch.Frequency));
            for (var i = 0; i < ready; i++)
            {
                GoOn(_queue.Token(i));
            }
        }
    }

    private void GoOn(int connection)
    {
        switch (askers[connection].State)
        {
            case AskerState.Connecting:
                FinishConnecting(connection);
                break;
            case AskerState.Asking:
                SendRest(connection);
                break;
            case AskerState.Awaiting or AskerState.Ready:
                Receive(connection);
                break;
        }
    }

    private void StartConnecting(int connection, SocketAddress address)
    {
        try
        {
            // The sockets are .NET's, so that they are closed in any case; the calls on them are the system's.
            var socket = _sockets[connection] = new Socket(address.Family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
            _descriptors[connection] = (int)socket.SafeHandle.DangerousGetHandle();
        }
        catch (SocketException exception)
        {
            askers[connection].Fail(SocketFailure.Explain(exception));
            return;
        }

        _outstanding++;
        var done = Connect(_descriptors[connection], ref MemoryMarshal.GetReference(address.Buffer.Span), (uint)address.Size) == 0;
        if (!done && Marshal.GetLastPInvokeError() != Errno.InProgress)
        {
            Fail(connection);
            return;
        }

        _queue.Add(_descriptors[connection], EpollQueue.Writable, connection);
    }

    private void FinishConnecting(int connection)
    {
        if (_sockets[connection]!.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int and not 0 and var error)
        {
            Fail(connection, SocketFailure.Explain(new SocketException(error)));
            return;
        }

        _queue.Change(_descriptors[connection], EpollQueue.Readable, connection);
        askers[connection].State = AskerState.Ready;
        _outstanding--;
    }

    private void Ask(int connection, long now)
    {
        askers[connection].Begin(now);
        if (!Send(connection) && askers[connection].State == AskerState.Asking)
        {
            _queue.Change(_descriptors[connection], EpollQueue.Writable, connection);
        }
    }

    private void SendRest(int connection)
    {
        if (Send(connection))
        {
            _queue.Change(_descriptors[connection], EpollQueue.Readable, connection);
        }
    }

    /// <summary>Sends what the system has room for.</summary>
    /// <returns>Whether that was all.</returns>
    private bool Send(int connection)
    {
        var asker = askers[connection];
        while (true)
        {
            var rest = asker.Rest.Span;
            var count = Send(_descriptors[connection], ref MemoryMarshal.GetReference(rest), (nuint)rest.Length, NoSignal);
            if (count < 0)
            {
                FailUnlessItWouldHaveWaited(connection);
                return false;
            }

            if (asker.Sent((int)count))
            {
                return true;
            }
        }
    }

    private void Receive(int connection)
    {
        var asker = askers[connection];
        var count = Receive(_descriptors[connection], ref _received[0], (nuint)_received.Length, 0);
        if (count < 0)
        {
            FailUnlessItWouldHaveWaited(connection);
            return;
        }

        var wasAwaiting = asker.State == AskerState.Awaiting;
        if (asker.Received(_received.AsSpan(0, (int)count)))
        {
            var now = Stopwatch.GetTimestamp();
            if (_answered(asker.Asked, now))
            {
                Ask(connection, now);
            }
            else
            {
                _outstanding--;
            }
        }
        else if (asker.State == AskerState.Failed)
        {
            _outstanding -= wasAwaiting ? 1 : 0;
            _sockets[connection]!.Dispose();
        }
    }

    private void FailUnlessItWouldHaveWaited(int connection)
    {
        if (Marshal.GetLastPInvokeError() is not (Errno.Again or Errno.Interrupted))
        {
            Fail(connection);
        }
    }

    private void Fail(int connection) => Fail(connection, Errno.Explain(Marshal.GetLastPInvokeError()));

    private void Fail(int connection, string reason)
    {
        _outstanding -= askers[connection].State is AskerState.Ready or AskerState.Failed ? 0 : 1;
        askers[connection].Fail(reason);
        _sockets[connection]?.Dispose();
    }

    private void GiveUp(string reason)
    {
        for (var i = 0; i < askers.Length && _outstanding > 0; i++)
        {
            if (askers[i].State is not (AskerState.Ready or AskerState.Failed))
            {
                Fail(i, reason);
            }
        }
    }

    // Without this flag a write to a connection that the server has reset would end the process with a signal; send(2).
    private const int NoSignal = 0x4000;

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int descriptor, ref byte address, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int descriptor, ref readonly byte bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int descriptor, ref byte bytes, nuint length, int flags);

    /// <summary>The numbers of errors on Linux; errno(3).</summary>
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
