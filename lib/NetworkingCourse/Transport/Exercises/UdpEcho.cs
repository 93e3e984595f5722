using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.1: a UDP echo server on a bare socket.</summary>
    public static UdpEchoExercise UdpEcho { get; } = new();
}

/// <summary>The learner writes a UDP server on a bare socket, and clients of every kind send to it.</summary>
public sealed class UdpEchoExercise : Exercise<Action<Socket>>
{
    // What fits into a datagram everywhere: macOS allows 9,216 bytes by default.
    private static readonly int MaxDatagramLength = OperatingSystem.IsMacOS() ? 9_216 : 65_507;

    internal UdpEchoExercise()
        : base(new ExerciseText(
            "2-transport/1-ports-and-udp.ipynb", "2.1", 2, nameof(Exercises.UdpEcho),
            "A UDP echo server on a bare socket",
            "You get a UDP socket that is already bound. Send each datagram back, byte for byte, to the end point that sent it, "
                + "until the socket is closed. Clients may come and go, and a datagram may be short, long or empty. You need not "
                + "catch the exception that a call throws when the socket is closed. A `SocketException` on a socket that is "
                + "still open must not end the server: it only says that an earlier reply did not arrive.",
            [
                "Four lines in a loop: a place for the sender's end point, `ReceiveFrom`, `SendTo`. How many bytes of the buffer "
                    + "belong to the datagram? How many may a datagram have at most, and how many at least? Which calls throw?",
                "Before the loop: `var buffer = new byte[65_535];`. In the loop: `EndPoint from = new IPEndPoint(IPAddress.Any, "
                    + "0);`, then in a `try`: `var count = socket.ReceiveFrom(buffer, ref from); "
                    + "socket.SendTo(buffer.AsSpan(0, count), from);`, and `catch (SocketException) { }`. A closed socket "
                    + "throws an `ObjectDisposedException` in the end, which you do not catch.",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        ZeroIsTheEnd,
        IgnoresEmpty,
        FixedPeer,
        BufferTooShort,
        WholeBuffer,
        TextNotBytes,
        ErrorEndsIt,
        AnswersOnce,
        NeverStops,
    }

    /// <inheritdoc/>
    internal override int DifferentChecks => 1;

    internal override TimeSpan Deadline => TimeSpan.FromSeconds(10);

    internal override Action<Socket> Reference => With(Flaw.None);

    internal override IReadOnlyList<Mistake<Action<Socket>>> Mistakes { get; } = All();

    private protected override void Try(Trial trial, Action<Socket> answer)
    {
        using var server = Bound();
        using var closing = trial.Over.Register(server.Dispose);
        var script = new Script(this, trial, server);
        var clients = new Thread(script.Run) { IsBackground = true, Name = "clients of the learner's server" };
        clients.Start();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Harmless());
        try
        {
            answer(server);
            script.ServerEnded(null);
        }
        catch (Exception exception) when (exception is not (ThreadInterruptedException or ThreadAbortException))
        {
            script.ServerEnded(exception);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        clients.Join();
        if (script.Ended is NotImplementedException stub)
        {
            trial.Call("called your method", () => ExceptionDispatchInfo.Throw(stub));
        }

        script.Fault?.Throw();
    }

    private static List<Mistake<Action<Socket>>> All()
    {
        List<Mistake<Action<Socket>>> all = [];
        Add(
            Flaw.ZeroIsTheEnd,
            "takes 0 bytes for the end",
            "An empty datagram ended your server. With TCP, 0 bytes mean that the peer has closed the connection. UDP has no "
                + "connection that could end: 0 bytes are a datagram without data, and anybody can send one. Echo it like any "
                + "other.");
        Add(
            Flaw.IgnoresEmpty,
            "does not echo an empty datagram",
            "Your server answers every datagram but the empty one. A datagram without data is a datagram: it has a sender, who "
                + "waits for a reply. Programs use it to ask \"are you there?\". Leave out the special case.");
        Add(
            Flaw.FixedPeer,
            "serves one fixed peer",
            "Your server answers only its first client. One UDP socket serves all clients, and each datagram says where it comes "
                + "from: send the reply to the end point that *this* `ReceiveFrom` has filled in. Do not keep the first one, and "
                + "do not connect the socket, which keeps everybody else out.");
        Add(
            Flaw.BufferTooShort,
            "has a buffer that is too short",
            "A long datagram did not come back whole. `ReceiveFrom` returns one datagram; what does not fit into the buffer is "
                + "discarded, and the next call returns the *next* datagram (on Windows it throws as well). The limit is not "
                + "1,500 bytes, because IP fragments what is longer. A datagram can have 65,507 bytes.");
        Add(
            Flaw.WholeBuffer,
            "sends the whole buffer",
            "Your server sends the whole buffer back, not only the bytes that have arrived. After them come zeros, or the rest "
                + "of an earlier datagram, which may have been another client's secret. `ReceiveFrom` returns the number of "
                + "bytes: send `buffer.AsSpan(0, count)`.");
        Add(
            Flaw.TextNotBytes,
            "makes text of the bytes",
            "Your server turns the bytes into a text and back. Not all bytes are text: what is not ASCII, or not valid UTF-8, "
                + "becomes a replacement character and does not come back as it was. Pictures, compressed data and most "
                + "protocols are such bytes. Send what you have received, untouched.");
        Add(
            Flaw.ErrorEndsIt,
            "an error report ends it",
            "One client had gone before its reply arrived, and that ended your server. The system reports it as a "
                + "`SocketException` of whatever the socket does next: always on Windows (`ConnectionReset`), on Linux if a "
                + "program asks for it, as this check did (`ConnectionRefused`). It concerns no other client. Catch every "
                + "`SocketException` inside the loop, and go on.");
        Add(
            Flaw.AnswersOnce,
            "answers once",
            "Your server answered one datagram, and then your method returned. A server goes on until it is stopped, here until "
                + "its socket is closed. Put the receiving and the sending into a loop that has no end of its own.");
        Add(
            Flaw.NeverStops,
            "goes on without a socket",
            "The socket was closed, and your method did not end: it catches every exception and tries again, as fast as it can. "
                + "Every call on a closed socket throws at once, so the loop burns a core for ever. Catch only "
                + "`SocketException`, and let `ObjectDisposedException` leave the loop.");
        return all;

        void Add(Flaw flaw, string name, string explanation) => all.Add(new(name, explanation, With(flaw)));
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    // A server that can be given one flaw.
    private static Action<Socket> With(Flaw flaw) => socket =>
    {
        var buffer = new byte[flaw == Flaw.BufferTooShort ? 1500 : flaw == Flaw.WholeBuffer ? 2000 : 65_535];
        var clock = Stopwatch.StartNew();
        EndPoint? first = null;
        do
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            try
            {
                var count = socket.ReceiveFrom(buffer, ref from);
                first ??= from;
                if (count == 0 && flaw == Flaw.ZeroIsTheEnd)
                {
                    return;
                }

                if (count > 0 || flaw != Flaw.IgnoresEmpty)
                {
                    ReadOnlySpan<byte> reply = flaw == Flaw.TextNotBytes
                        ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(buffer.AsSpan(0, count)))
                        : buffer.AsSpan(0, flaw == Flaw.WholeBuffer ? buffer.Length : count);
                    socket.SendTo(reply, flaw == Flaw.FixedPeer ? first : from);
                }
            }
            catch (SocketException) when (flaw != Flaw.ErrorEndsIt)
            {
                // About an earlier reply.
            }
            catch (ObjectDisposedException) when (flaw == Flaw.NeverStops && clock.Elapsed < Script.Patience + Script.Patience)
            {
                // In truth for ever.
                Thread.Sleep(1);
            }
        }
        while (flaw != Flaw.AnswersOnce);
    };

    // Where the code after an await of an async void method would run: its exceptions must not end the process.
    private sealed class Harmless : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => ThreadPool.UnsafeQueueUserWorkItem(
            _ =>
            {
                try
                {
                    d(state);
                }
                catch (Exception)
                {
                    // The check has found out, or will, that the server has ended.
                }
            },
            null);
    }

    // The clients. They run on a thread of their own, since the learner's server does not return.
    private sealed class Script(UdpEchoExercise exercise, Trial trial, Socket server)
    {
        // How long a reply may take on a busy machine.
        public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

        private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

        private readonly EndPoint _at = server.LocalEndPoint!;
        private readonly TaskCompletionSource<Exception?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _answered;
        private bool _isDecided;

        /// <summary>What the learner's method threw, once it has ended.</summary>
        public Exception? Ended => HasEnded ? _end.Task.Result : null;

        /// <summary>A fault of the check itself.</summary>
        public ExceptionDispatchInfo? Fault { get; private set; }

        private bool HasEnded => _end.Task.IsCompleted;

        public void ServerEnded(Exception? exception) => _end.SetResult(exception);

        public void Run()
        {
            try
            {
                Talk();
            }
            catch (Exception exception) when (!_isDecided && !trial.Over.IsCancellationRequested)
            {
                Fault = ExceptionDispatchInfo.Capture(exception);
            }
            catch (Exception)
            {
                // It is decided that the answer is wrong, or the stub of the exercise, or its time is over.
            }
            finally
            {
                server.Dispose();
            }
        }

        private void Talk()
        {
            using var anna = Bound();
            using var bert = Bound();
            using var carl = Bound();
            Ask("Anna", anna, "Hello?"u8.ToArray());
            Ask("Bert", bert, Encoding.ASCII.GetBytes($"Bert {trial.Random.GetString("abcdef", 8)}"), anna);
            Ask("Anna", anna, "Me again"u8.ToArray());
            Ask("Bert", bert, [], anna);
            Ask("Anna", anna, [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
            Ask("Carl", carl, Bytes(1_472));
            Ask("Carl", carl, Bytes(trial.Random.Next(3_000, 9_000)));
            Ask("Carl", carl, Bytes(MaxDatagramLength));
            Ask("Carl", carl, Bytes(1));
            AskAfterAnError(anna);
            Burst([("Anna", anna), ("Bert", bert), ("Carl", carl)]);
            Expect(
                "looked for more than one reply to a datagram", 0, new[] { anna, bert, carl }.Count(one => one.Available > 0));
            Expect(
                "looked at your method", new Said("it is still running"),
                new Said(!HasEnded ? "it is still running" : "it has returned, although the socket is still open"));
            server.Dispose();
            var isOver = _end.Task.Wait(Patience);
            Expect(
                "closed the socket", new Said("your method ends"), new Said(isOver ? "your method ends" : "it goes on"),
                isOver ? null : exercise.MistakeOf(Flaw.NeverStops));
        }

        private void Expect(string what, object? expected, object? actual, Mistake? mistake = null)
        {
            if (!Present.Same(expected, actual))
            {
                Wrong(what, expected, actual, mistake);
            }

            trial.Expect(what, expected, actual);
        }

        [DoesNotReturn]
        private void Wrong(string what, object? expected, object? actual, Mistake? mistake, string? reason = null)
        {
            _isDecided = true;
            if (Ended is NotImplementedException stub)
            {
                throw stub;
            }

            trial.Wrong(what, expected, actual, mistake, reason);
        }

        // Sends a datagram and waits for its echo.
        private void Ask(string name, Socket client, byte[] datagram, Socket? other = null)
        {
            var what = $"{name} sent {Words(datagram)}";
            client.SendTo(datagram, _at);
            var reply = Receive(client, other);
            if (reply is null)
            {
                var actual = other?.Available > 0 ? new Said("the reply went to Anna") : Silence();
                Wrong(what, Echo(datagram), actual, exercise.MistakeOf(WhySilent(client, datagram, other)), Reason());
            }

            if (!reply.From.Equals(_at))
            {
                Wrong(
                    what, new Said($"a reply from {_at}"), new Said($"a reply from {reply.From}"), null,
                    "The reply came from another socket: the client can't know that it is from your server.");
            }

            Expect(what, Echo(datagram), Echo(reply.Bytes), exercise.MistakeOf(WhyDifferent(datagram, reply.Bytes)));
            _answered++;
        }

        // The reply to a client that has gone makes the system report an error.
        private void AskAfterAnError(Socket anna)
        {
            // Nobody but its peer reaches a connected socket: to everybody else its port is closed.
            using (var peer = Bound())
            using (var gone = Bound())
            {
                ReportErrors(true);
                if (!OperatingSystem.IsMacOS())
                {
                    gone.Connect(peer.LocalEndPoint!);
                }

                for (var i = 0; i < 3; i++)
                {
                    gone.SendTo("Bye"u8, _at);
                }
            }

            if (!OperatingSystem.IsLinux())
            {
                // Long enough for the timeout, which has to do for the error there.
                _end.Task.Wait(TimeSpan.FromMilliseconds(50));
            }

            try
            {
                const string what = "a client sent `Bye` three times and was gone when the replies came; then Anna sent `Still "
                    + "there?`";
                anna.SendTo("Still there?"u8, _at);
                var reply = Receive(anna, null);
                Expect(
                    what, new Said("Anna gets her reply"), reply is null ? Silence() : new Said("Anna gets her reply"),
                    HasEnded ? exercise.MistakeOf(Flaw.ErrorEndsIt) : null);
            }
            finally
            {
                ReportErrors(false);
            }
        }

        // Windows reports errors by itself, Linux if it is told to (IP_RECVERR, ip(7)). Elsewhere a timeout must do for the
        // error.
        private void ReportErrors(bool report)
        {
            const int ip = 0, receiveErrors = 11;
            if (HasEnded)
            {
                return;
            }

            if (OperatingSystem.IsLinux())
            {
                server.SetRawSocketOption(ip, receiveErrors, BitConverter.GetBytes(report ? 1 : 0));
            }
            else
            {
                server.ReceiveTimeout = report ? 1 : 0;
            }
        }

        // Many datagrams at once. A server with several tasks may answer in another order.
        private void Burst((string Name, Socket Socket)[] clients)
        {
            const int each = 10;
            var sent = clients.ToDictionary(client => client.Name, _ => new List<string>());
            for (var i = 0; i < each; i++)
            {
                foreach (var (name, socket) in clients)
                {
                    var datagram = InvariantText.Format($"{name} {i} {trial.Random.GetString("xyz", trial.Random.Next(12))}");
                    socket.SendTo(Encoding.ASCII.GetBytes(datagram), _at);
                    sent[name].Add(datagram);
                }
            }

            foreach (var (name, socket) in clients)
            {
                var replies = new List<string>();
                while (replies.Count < each && Receive(socket, null) is { } reply)
                {
                    replies.Add(Encoding.ASCII.GetString(reply.Bytes));
                }

                var all = new Said(InvariantText.Format($"{each} right replies"));
                var areRight = replies.Order(StringComparer.Ordinal).SequenceEqual(sent[name]);
                Expect(
                    InvariantText.Format(
                        $"three clients sent {each} datagrams each, all at once; looked at the replies to {name}"),
                    areRight ? all : sent[name], areRight ? all : replies);
            }
        }

        // Waits for a datagram at the client; null if none comes, or if it comes to the other client instead.
        private Reply? Receive(Socket client, Socket? other)
        {
            var clock = Stopwatch.StartNew();
            while (!client.Poll(Look, SelectMode.SelectRead))
            {
                trial.Over.ThrowIfCancellationRequested();
                if (other?.Available > 0 || clock.Elapsed > Patience
                    || (HasEnded && !client.Poll(Look, SelectMode.SelectRead)))
                {
                    return null;
                }
            }

            var buffer = new byte[65_535];
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            var count = client.ReceiveFrom(buffer, ref from);
            return new Reply(buffer[..count], from);
        }

        private object Silence() => !HasEnded ? new Said("no reply within 1 s")
            : Ended is null ? new Said("no reply: your method has returned")
            : Ended;

        private string? Reason() => !HasEnded
                ? _answered == 0 ? "If your code catches exceptions, look at what it catches: nothing came back." : null
            : Ended is null ? "Your method has returned, although the socket is still open."
            : "Your code threw an exception.";

        private Flaw WhySilent(Socket client, byte[] datagram, Socket? other) => (HasEnded, Ended) switch
        {
            (true, SocketException { SocketErrorCode: SocketError.MessageSize }) =>
                datagram.Length > 1_000 ? Flaw.BufferTooShort : _answered == 0 ? Flaw.WholeBuffer : Flaw.None,
            (true, not null) => Flaw.None,
            (true, null) when _answered == 1 => Flaw.AnswersOnce,
            (true, null) when datagram.Length == 0 => Flaw.ZeroIsTheEnd,
            (true, null) => Flaw.None,
            _ when _answered == 1 && (other?.Available > 0 || IsConnected()) => Flaw.FixedPeer,
            _ when datagram.Length == 0 => AnswersStill(client) ? Flaw.IgnoresEmpty : Flaw.ZeroIsTheEnd,
            _ when datagram.Length > 1_000 && AnswersStill(client) => Flaw.BufferTooShort,
            _ => Flaw.None,
        };

        private bool AnswersStill(Socket client)
        {
            client.SendTo("Still there?"u8, _at);
            return Receive(client, null) is { Bytes.Length: 12 };
        }

        private bool IsConnected()
        {
            try
            {
                return server.RemoteEndPoint is not null;
            }
            catch (SocketException)
            {
                return false;
            }
        }

        private static Flaw WhyDifferent(byte[] datagram, byte[] reply)
        {
            var start = reply.AsSpan(0, Math.Min(datagram.Length, reply.Length));
            var text = Encoding.UTF8.GetString(datagram);
            return reply.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text))
                || reply.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(datagram))) ? Flaw.TextNotBytes
                : !datagram.AsSpan().StartsWith(start) ? Flaw.None
                : reply.Length > datagram.Length ? Flaw.WholeBuffer
                : reply.Length >= 16 ? Flaw.BufferTooShort
                : Flaw.None;
        }

        private byte[] Bytes(int count)
        {
            var bytes = new byte[count];
            trial.Random.NextBytes(bytes);
            return bytes;
        }

        // A long datagram as its length and its last bytes, which are the first to get lost.
        private static object Echo(byte[] datagram) => datagram.Length < 20
            ? new Said($"a reply: {Words(datagram)}")
            : new LongDatagram(datagram);

        private static string Words(byte[] datagram) => datagram.Length switch
        {
            0 => "an empty datagram",
            < 20 when datagram.All(b => b is >= (byte)' ' and <= (byte)'~') => $"`{Encoding.ASCII.GetString(datagram)}`",
            1 => $"the byte `{Octets.Hex(datagram)}`",
            256 => "all 256 bytes from 0 to 255",
            _ => Octets.Count(datagram.Length),
        };
    }

    private sealed record Reply(byte[] Bytes, EndPoint From);

    // Equal if all bytes are.
    private sealed class LongDatagram(byte[] bytes)
    {
        private readonly byte[] _bytes = bytes;

        public override bool Equals(object? obj) => obj is LongDatagram other && other._bytes.AsSpan().SequenceEqual(_bytes);

        public override int GetHashCode() => _bytes.Length;

        public override string ToString() =>
            $"a reply: {Octets.Count(_bytes.Length)}; the last are {Octets.Hex(_bytes.AsSpan(Math.Max(0, _bytes.Length - 8)))}";
    }
}
