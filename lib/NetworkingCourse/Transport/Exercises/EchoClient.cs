using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.1: a client of an echo server, on a bare TCP socket.</summary>
    public static EchoClientExercise EchoClient { get; } = new();
}

/// <summary>The learner writes the client of a TCP echo server, whose echoes come in pieces, or break off.</summary>
public sealed class EchoClientExercise : Exercise<EchoClientExercise.Answer>
{
    // How long a step may take on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    internal EchoClientExercise()
        : base(new ExerciseText(
            "2-transport/1-ports-and-udp.ipynb", "2.1", 3, nameof(Exercises.EchoClient),
            "A TCP client that receives until all is there",
            "You get a TCP socket that is connected to an echo server. Send all of `message`, and then receive until as many "
                + "bytes have come back as `message` has. Return them. The server keeps the connection open, and so do you: more "
                + "messages may follow. If the server closes before everything has come back, throw an "
                + "`EndOfStreamException`. If the connection breaks, `Send` or `Receive` throws a `SocketException`: let it "
                + "pass to your caller.",
            [
                "`socket.Receive` returns how many bytes it has put into the buffer, which may be fewer than you wait for. Where "
                    + "in the result do they belong? When is the result complete? And what does 0 mean?",
                "`var (reply, have) = (new byte[message.Length], 0);`, then `while (have < reply.Length)`: `var count = "
                    + "socket.Receive(reply.AsSpan(have));`. If `count` is 0, throw; otherwise add it to `have`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="socket">A TCP socket that is connected to an echo server. It stays open.</param>
    /// <param name="message">The bytes to send.</param>
    /// <returns>The bytes that came back, as many as were sent.</returns>
    /// <exception cref="EndOfStreamException">The server has closed before everything came back.</exception>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public delegate byte[] Answer(Socket socket, byte[] message);

    private enum Flaw
    {
        None,
        ReceivesOnce,
        WholeArray,
        UntilTheEnd,
        IgnoresTheEnd,
        PartForWhole,
        HidesReset,
        ResetForEnd,
        Closes,
        ShutsDown,
        TextNotBytes,
        WaitsForNothing,
        OverTheLast,
        ForgetsToSend,
        SendsMore,
        WrapsReset,
    }

    private enum Ending
    {
        StaysOpen,
        Closes,
        Resets,
    }

    /// <inheritdoc/>
    internal override int DifferentChecks => 1;

    internal override TimeSpan Deadline => TimeSpan.FromSeconds(10);

    internal override Answer Reference => With(Flaw.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } = All();

    private protected override void Try(Trial trial, Answer answer)
    {
        List<Script> played = [];
        foreach (var script in Scripts(trial.Random))
        {
            var actual = trial.Call(script.Text, () => Play(script, answer, trial.Over));
            var expected = Play(script, Reference, trial.Over);
            if (actual != expected)
            {
                var mistake = Mistakes.FirstOrDefault(one =>
                    played.All(before => Play(before, one.Code, trial.Over) == Play(before, Reference, trial.Over))
                    && Play(script, one.Code, trial.Over) == actual);
                trial.Wrong(script.Text, new Said(expected), new Said(actual), mistake);
            }

            trial.Expect(script.Text, new Said(expected), new Said(actual));
            played.Add(script);
        }
    }

    private static IEnumerable<Script> Scripts(Random random)
    {
        var many = new byte[random.Next(9_000, 12_000)];
        random.NextBytes(many);
        yield return new Script([Of("Hello")], [5]);
        yield return new Script([Of("Hello, server")], [5, 8]);
        yield return new Script([Of("Hello"), Of("Still there?"), Of("Bye")], [12]);
        yield return new Script([Of("")], [1]);
        yield return new Script([[0xff, 0x00, 0xc3, 0x28, 0x80]], [2, 3]);
        yield return new Script([Of("Hello, server")], [13], Ending.Closes);
        yield return new Script([Of("Hello, server")], [5], Ending.Closes) { Echoed = 5 };
        yield return new Script([Of("Hello, server")], [1], Ending.Closes) { Echoed = 0 };
        yield return new Script([Of("Hello, server")], [5], Ending.Resets) { Echoed = 5 };
        yield return new Script([many, Of("Bye")], [1, 2_000, 4_000, 100, 9_000]);

        static byte[] Of(string text) => Encoding.ASCII.GetBytes(text);
    }

    // Plays a conversation over a connection of its own, and says in words what came of it.
    private static string Play(Script script, Answer answer, CancellationToken over)
    {
        var (client, server) = Connected();
        using (client)
        using (server)
        using (over.Register(client.Dispose))
        {
            var results = new List<string>();
            foreach (var message in script.Messages)
            {
                using var peer = new Peer(server, client, script, message);
                results.Add(peer.Hear(() => Result(answer, client, message)));
                if (!results[^1].StartsWith("returned", StringComparison.Ordinal))
                {
                    break;
                }
            }

            return string.Join("; then ", results);
        }
    }

    private static (Socket Client, Socket Server) Connected()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(listener.LocalEndPoint!);
        var server = listener.Accept();
        server.NoDelay = true;
        return (client, server);
    }

    // What the learner's method did, in words. A stub's exception is none of them.
    private static string Result(Answer answer, Socket client, byte[] message)
    {
        try
        {
            return answer(client, [.. message]) switch
            {
                null => "returned null",
                var bytes when bytes.AsSpan().SequenceEqual(message) && bytes.Length > 20 =>
                    InvariantText.Format($"returned all {bytes.Length} bytes"),
                { Length: > 20 } bytes => InvariantText.Format($"returned {bytes.Length} bytes, and not those of the message"),
                [] => "returned no bytes",
                var bytes => $"returned {Present.Quoted(Encoding.Latin1.GetString(bytes))}",
            };
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted
                ? "threw a SocketException: the connection was reset"
                : $"threw a SocketException: {exception.SocketErrorCode}";
        }
        catch (Exception exception) when (exception is not NotImplementedException && !Trial.IsStop(exception))
        {
            return $"threw {exception.GetType().Name}";
        }
    }

    private static List<Mistake<Answer>> All()
    {
        List<Mistake<Answer>> all = [];
        Add(
            Flaw.ReceivesOnce,
            "receives once",
            "Your method returns what one `Receive` has brought. TCP carries a stream of bytes, and how many come at once has "
                + "nothing to do with how many were sent. On your own machine a short message mostly comes whole, so this works "
                + "in most tests, and fails for users who are far away. Receive until everything is there.");
        Add(
            Flaw.WholeArray,
            "returns the whole array after one call",
            "Your method receives once and returns an array of the right length. Only its beginning has come back; the rest are "
                + "zeros, which look like data. `Receive` returns how many bytes it has put into the buffer: go on until all are "
                + "there.");
        Add(
            Flaw.UntilTheEnd,
            "receives until the server closes",
            "Your method receives until `Receive` returns 0. This server keeps the connection open for the next message: you "
                + "wait for it, and it waits for you. You know how many bytes will come back. Stop when you have them.");
        Add(
            Flaw.IgnoresTheEnd,
            "goes on receiving after the end",
            "The server has closed, and your method calls `Receive` again and again. A result of 0 does not mean \"nothing "
                + "yet\": `Receive` waits until there is something. It means that nothing will ever come. Such a loop keeps a "
                + "processor busy for ever. Throw an `EndOfStreamException`.");
        Add(
            Flaw.PartForWhole,
            "takes a part for the whole",
            "The server closed in the middle, and your method returned what it had, as if that were everything. Its caller can't "
                + "know that bytes are missing. Throw an `EndOfStreamException`.");
        Add(
            Flaw.HidesReset,
            "hides that the connection broke",
            "The connection was reset, and your method caught the exception and returned what it had. Its caller takes a part of "
                + "the echo for all of it. Do not catch what you can't repair.");
        Add(
            Flaw.ResetForEnd,
            "takes a reset for the end",
            "The connection was reset, and your method reports an end. The two are different: at the end, the server has said "
                + "everything that it had to say, and at a reset it has not, or has crashed. Let the `SocketException` pass.");
        Add(
            Flaw.Closes,
            "closes the socket",
            "Your method closes the socket, perhaps with `using`. The next message finds no connection. The code that opened "
                + "a socket closes it; your method got one that was open.");
        Add(
            Flaw.ShutsDown,
            "says that it has finished",
            "Your method calls `Shutdown` after sending. That tells the server that nothing will follow, which is not so: the "
                + "next message can't be sent any more. It is a way to mark the end of a request, but only of the last one.");
        Add(
            Flaw.TextNotBytes,
            "makes text of the bytes",
            "Your method turns the bytes into a text and back. Not all bytes are text: ASCII and UTF-8 replace those that are "
                + "not valid. Pictures, compressed data and most protocols have such bytes. Receive into a `byte[]`, "
                + "and return it.");
        Add(
            Flaw.WaitsForNothing,
            "receives although nothing will come",
            "The message was empty, and your method waits for its echo. An echo of no bytes never comes. Look first whether "
                + "anything is missing: `while`, and not `do`.");
        Add(
            Flaw.OverTheLast,
            "writes each piece over the last one",
            "Your method puts every piece at the beginning of the array. The second piece belongs *behind* the first: receive "
                + "into `reply.AsSpan(have)`.");
        Add(
            Flaw.ForgetsToSend,
            "does not send the message",
            "The server has not received the message. An echo server says nothing by itself. Call `socket.Send` before you "
                + "receive.");
        Add(
            Flaw.SendsMore,
            "sends more than the message",
            "The server received more than the message, perhaps a line end. It echoes that too, and your next echo begins with "
                + "it. Send the bytes of `message` and no others.");
        Add(
            Flaw.WrapsReset,
            "throws another exception at a reset",
            "The connection was reset, and your method throws an `IOException`, perhaps because it reads from a "
                + "`NetworkStream`, which puts the `SocketException` into one. A caller who catches `SocketException`, as "
                + "agreed, does not catch this. Call `socket.Receive` itself.");
        return all;

        void Add(Flaw flaw, string name, string explanation) => all.Add(new(name, explanation, With(flaw)));
    }

    // A client that can be given one flaw.
    private static Answer With(Flaw flaw) => (socket, message) =>
    {
        if (flaw != Flaw.ForgetsToSend)
        {
            socket.Send(flaw == Flaw.SendsMore ? [.. message, (byte)'\n'] : message);
        }

        if (flaw == Flaw.ShutsDown)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        var (reply, have) = (new byte[message.Length], 0);
        var (atLeastOnce, atMostOnce) = (flaw == Flaw.WaitsForNothing, flaw is Flaw.ReceivesOnce or Flaw.WholeArray);
        while (have < reply.Length || atLeastOnce || flaw == Flaw.UntilTheEnd)
        {
            atLeastOnce = false;
            var count = 0;
            try
            {
                count = have < reply.Length
                    ? socket.Receive(flaw == Flaw.OverTheLast ? reply.AsSpan(0, reply.Length - have) : reply.AsSpan(have))
                    : socket.Receive(new byte[1]);
            }
            catch (SocketException) when (flaw is Flaw.HidesReset)
            {
                return reply[..have];
            }
            catch (SocketException exception) when (flaw is Flaw.ResetForEnd)
            {
                throw new EndOfStreamException("The connection has ended.", exception);
            }
            catch (SocketException exception) when (flaw is Flaw.WrapsReset)
            {
                throw new IOException("The connection is broken.", exception);
            }

            have += count;
            if (count == 0 && flaw == Flaw.UntilTheEnd && have == reply.Length)
            {
                break;
            }

            if (count == 0 && flaw == Flaw.PartForWhole)
            {
                return reply[..have];
            }

            if (count == 0 && flaw != Flaw.IgnoresTheEnd)
            {
                throw new EndOfStreamException();
            }

            if (atMostOnce)
            {
                break;
            }
        }

        if (flaw == Flaw.Closes)
        {
            socket.Dispose();
        }

        return flaw switch
        {
            Flaw.ReceivesOnce => reply[..have],
            Flaw.TextNotBytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(reply)),
            _ => reply,
        };
    };

    // The server's part for one message. It runs on a thread of its own, while the learner's method runs on that of the check.
    private sealed class Peer(Socket server, Socket client, Script script, byte[] message) : IDisposable
    {
        private readonly ManualResetEventSlim _returned = new();
        private string? _stuck;

        public void Dispose() => _returned.Dispose();

        public string Hear(Func<string> call)
        {
            var thread = new Thread(Talk) { IsBackground = true, Name = "echo server of the check" };
            thread.Start();
            string result;
            try
            {
                result = call();
            }
            finally
            {
                _returned.Set();
                thread.Join();
            }

            return _stuck ?? (server.SafeHandle.IsClosed || server.Available == 0
                ? result
                : "sent more than the message");
        }

        private void Talk()
        {
            try
            {
                var received = 0;
                while (received < message.Length)
                {
                    if (!Wait(() => server.Available > 0))
                    {
                        Stop(InvariantText.Format($"waits, and has sent {received} of {message.Length} bytes"));
                        return;
                    }

                    received += server.Receive(new byte[message.Length - received]);
                }

                Echo(message[..Math.Min(script.Echoed, message.Length)]);
                if (script.Ending == Ending.Closes)
                {
                    server.Shutdown(SocketShutdown.Send);
                }
                else if (script.Ending == Ending.Resets)
                {
                    server.Reset();
                }

                if (!_returned.Wait(Patience))
                {
                    Stop(script.Ending == Ending.Closes
                        ? "goes on, although the server has closed"
                        : "waits, although everything has come back");
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The learner's method has closed the connection; its result says the rest.
            }
        }

        // Sends piece by piece: the next one when the one before has been received.
        private void Echo(byte[] bytes)
        {
            for (int sent = 0, i = 0; sent < bytes.Length; i++)
            {
                var length = Math.Min(script.Pieces[i % script.Pieces.Count], bytes.Length - sent);
                sent += server.Send(bytes.AsSpan(sent, length));
                if (!OperatingSystem.IsLinux())
                {
                    // Elsewhere, bytes may reach the other end of loopback only after Send has returned.
                    _returned.Wait(TimeSpan.FromMilliseconds(5));
                }

                Wait(() => client.Available == 0);
            }
        }

        // Waits for something to happen; false if it does not, or if the learner's method has ended before.
        private bool Wait(Func<bool> happened)
        {
            var clock = Stopwatch.StartNew();
            while (!happened())
            {
                if (_returned.Wait(1) || clock.Elapsed > Patience)
                {
                    return happened();
                }
            }

            return true;
        }

        private void Stop(string stuck)
        {
            if (!_returned.IsSet)
            {
                _stuck = stuck;
                client.Dispose();
            }
        }
    }

    private sealed record Script(IReadOnlyList<byte[]> Messages, IReadOnlyList<int> Pieces, Ending Ending = Ending.StaysOpen)
    {
        /// <summary>How many bytes of a message come back.</summary>
        public int Echoed { get; init; } = int.MaxValue;

        public string Text
        {
            get
            {
                var sent = string.Join(", then ", Messages.Select(TextOf));
                var pieces = Pieces.Count == 1 && Pieces[0] >= Messages.Max(message => message.Length)
                    ? ""
                    : ", and the echo came in pieces";
                var end = Ending switch
                {
                    Ending.StaysOpen => "",
                    Ending.Closes => Echoed == int.MaxValue ? "; then the server closed" : Part("closed"),
                    _ => Part("reset the connection"),
                };
                return $"sent {sent}{(Echoed == int.MaxValue && Messages[0].Length > 0 ? pieces : "")}{end}";
            }
        }

        private static string TextOf(byte[] message) => message.Length switch
        {
            0 => "an empty message",
            > 20 => InvariantText.Format($"{message.Length} bytes"),
            _ => Present.Quoted(Encoding.Latin1.GetString(message)),
        };

        private string Part(string how) => Echoed == 0
            ? $"; the server {how} without an echo"
            : InvariantText.Format($"; the server {how} after {Echoed} bytes of the echo");
    }
}
