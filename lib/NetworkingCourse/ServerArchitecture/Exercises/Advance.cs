using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.6: the state machine of one conversation on an event loop.</summary>
    public static AdvanceExercise Advance { get; } = new();
}

/// <summary>What a conversation on an event loop waits for.</summary>
public enum WaitsFor
{
    /// <summary>For bytes from the client: the socket becomes readable.</summary>
    Bytes,

    /// <summary>For room in the send buffer: the socket becomes writable.</summary>
    Room,

    /// <summary>For nothing any more: the conversation has ended.</summary>
    Nothing,
}

/// <summary>One conversation on an event loop. The learner derives a class from this one.</summary>
public abstract class LoopConversation
{
    /// <summary>
    /// Goes on with the conversation as far as possible without waiting. Called once when the client has connected, and then
    /// whenever what the conversation waits for has come.
    /// </summary>
    /// <returns>What the conversation waits for now.</returns>
    public abstract WaitsFor Advance();
}

/// <summary>The learner writes a state machine that can stop at each call of a non-blocking socket, and continue later.</summary>
public sealed class AdvanceExercise : Exercise<AdvanceExercise.Answer>
{
    // More calls for one event than any conversation needs that does not spin.
    private const int MaxCalls = 40;

    internal AdvanceExercise()
        : base(new ExerciseText(
            "4-server-architecture/6-event-loop.ipynb", "4.6", 1, nameof(Exercises.Advance),
            "A conversation that never waits",
            "Write a class that derives from `LoopConversation` and serves one client on a non-blocking socket. `Advance` "
                + "answers each complete question with the same bytes, `.` in place of the `?`, in order. It returns what it "
                + "waits for: `WaitsFor.Bytes` if nothing has arrived, `WaitsFor.Room` if an answer is not sent completely "
                + "(until it is, `Advance` receives nothing more), and `WaitsFor.Nothing` at the end of the stream or on an "
                + "error.",
            [
                "Keep two things in fields: the bytes received and not yet answered, and the rest of the answer not yet sent. "
                    + "Look at `error` before you look at the number of bytes: 0 bytes mean the end only with `Success`.",
                "A loop with three parts. (1) Send while there is a rest; on `WouldBlock` return `WaitsFor.Room`. (2) If a "
                    + "question is complete, turn it into the rest to send and start the loop again. (3) Otherwise receive: "
                    + "`WouldBlock` returns `WaitsFor.Bytes`, an error or 0 bytes return `WaitsFor.Nothing`.",
            ]))
    {
    }

    /// <summary>Makes the learner's conversation for a new connection.</summary>
    /// <param name="socket">The server's end of the connection. The caller closes it when the conversation has ended.</param>
    public delegate LoopConversation Answer(ScriptedSocket socket);

    private enum Flaw
    {
        None,
        LosesTheRest,
        SendsAllAgain,
        WouldBlockIsTheEnd,
        EndIsWouldBlock,
        ErrorIsWouldBlock,
        NoBackPressure,
        OneQuestionOnly,
        EndComesFirst,
        Waits,
        Decodes,
    }

    internal override Answer Reference => socket => new Conversation(socket, Flaw.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } = All();

    private protected override void Try(Trial trial, Answer answer)
    {
        var (first, second) = (Word(trial.Random), Word(trial.Random));
        var cut = trial.Random.Next(1, first.Length);

        var polite = new Client(this, trial, answer, "a client connected and has sent nothing yet");
        polite.Expect(WaitsFor.Bytes, "");
        polite.Sends(first[..cut]).Expect(WaitsFor.Bytes, "");
        polite.Sends(first[cut..] + "?").Expect(WaitsFor.Bytes, first + ".");
        polite.Sends("Caf\u00e9?").Expect(WaitsFor.Bytes, "Caf\u00e9.");
        polite.Sends($"{second}? {first}? Wh").Expect(WaitsFor.Bytes, $"{second}. {first}.");
        polite.Sends("y?").Expect(WaitsFor.Bytes, " Why.");
        var room = trial.Random.Next(1, second.Length);
        polite.HasRoom(room).Sends(second + "?").Expect(WaitsFor.Room, second[..room]);
        polite.Sends($"{first}?").HasRoom(1).Expect(WaitsFor.Room, second[room..(room + 1)]);
        polite.HasRoom(int.MaxValue).Expect(WaitsFor.Bytes, $"{second[(room + 1)..]}.{first}.");
        polite.HasRoom(second.Length + 1).Sends($"{second}?{first}?").Expect(WaitsFor.Room, second + ".");
        polite.HasRoom(int.MaxValue).Expect(WaitsFor.Bytes, first + ".");
        polite.Sends("Wh").Ends().Expect(WaitsFor.Nothing, "");

        var hasty = new Client(this, trial, answer, "another client connected");
        hasty.HasRoom(room).Sends(second + "?").Ends().Expect(WaitsFor.Room, second[..room]);
        hasty.HasRoom(int.MaxValue).Expect(WaitsFor.Nothing, second[room..] + ".");

        var rude = new Client(this, trial, answer, "a third client connected");
        rude.Sends(first).Breaks().Expect(WaitsFor.Nothing, "");

        var slow = new Client(this, trial, answer, "a fourth client connected");
        slow.HasRoom(room).Sends(second + "?").Expect(WaitsFor.Room, second[..room]);
        slow.Breaks().Expect(WaitsFor.Nothing, "");
    }

    private static string Word(Random random) => random.GetString("abcdefgh", 1) + random.GetString("klmnop", random.Next(2, 5));

    private static List<Mistake<Answer>> All()
    {
        List<Mistake<Answer>> all = [];
        Add(
            Flaw.LosesTheRest,
            "loses the rest of an answer",
            "When a send takes only a part of the answer, your conversation must keep the rest in a field and return "
                + "`WaitsFor.Room`. Yours forgets the rest, or waits for bytes instead. It goes unnoticed while answers are "
                + "short and clients read; a slow client gets an answer with a hole in it.");
        Add(
            Flaw.SendsAllAgain,
            "sends the whole answer again",
            "A send that takes a part has sent that part. Your conversation starts the answer from the beginning, and the "
                + "client gets the first bytes twice. Keep only what follows the bytes that were taken: `_unsent = "
                + "_unsent[count..]`.");
        Add(
            Flaw.WouldBlockIsTheEnd,
            "takes WouldBlock for the end",
            "`WouldBlock` returns 0 bytes too, but it means *not now*. Your conversation ends then: it hangs up on every "
                + "client that does not have its question ready, or its buffer empty, at that moment. Look at `error` first.");
        Add(
            Flaw.EndIsWouldBlock,
            "takes the end for WouldBlock",
            "0 bytes with `Success` are the end of the stream: nothing will ever come. Your conversation goes on waiting for "
                + "bytes. A socket at its end is always readable, so the loop calls `Advance` at once, again and again: a "
                + "core spins for a client that has left.");
        Add(
            Flaw.ErrorIsWouldBlock,
            "takes every error for WouldBlock",
            "Only `WouldBlock` means *not now*. After a reset the connection is gone, and your conversation still waits. Both "
                + "`Receive` and `Send` say so. A broken socket is always ready, so the loop spins. Return `WaitsFor.Nothing` on "
                + "any other error.");
        Add(
            Flaw.NoBackPressure,
            "receives more while an answer is not sent",
            "Your conversation receives although its last answer is still waiting for room. A client that asks and never "
                + "reads then fills the *server's* memory. If you stop receiving, the system's buffers fill up instead, and "
                + "TCP stops the client: that is back pressure.");
        Add(
            Flaw.OneQuestionOnly,
            "leaves a complete question in its buffer",
            "Several questions can arrive at once. Your conversation answers one and then waits for bytes, while the next "
                + "question lies complete in its own buffer. The socket is not readable, so the loop does not call `Advance` "
                + "again: the client waits for ever. Before you wait for bytes, see whether you have a question already.");
        Add(
            Flaw.EndComesFirst,
            "forgets what came before the end",
            "A client may send its last question and close its sending side at once. Your conversation sees the end and stops, "
                + "although it owes an answer. Answer what has arrived before you look for more.");
        Add(
            Flaw.Waits,
            "waits inside Advance",
            "Your `Advance` repeats a call until it no longer says `WouldBlock`. That is a blocking call made by hand: it "
                + "burns a core, and all other clients of the loop wait. Return what you wait for; the loop calls you again.");
        Add(
            Flaw.Decodes,
            "decodes the bytes",
            "Your conversation turns the bytes into text and back, and the client gets back different bytes. ASCII makes a `?` "
                + "of every byte above 127; UTF-8 changes bytes that are not UTF-8, and a letter that has arrived only in part. "
                + "Copy the bytes as they are, and put the byte of the `.` in place of the `?`.");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, socket => new Conversation(socket, flaw)));
    }

    // The client and the loop: the script for one connection.
    private sealed class Client
    {
        private readonly AdvanceExercise _exercise;
        private readonly Trial _trial;
        private readonly ScriptedSocket _socket = new("client");
        private readonly LoopConversation _conversation;
        private readonly List<string> _events = [];
        private WaitsFor _waitsFor;
        private int _reached;
        private int _calls;
        private bool _isNew = true;

        public Client(AdvanceExercise exercise, Trial trial, Answer answer, string connected)
        {
            (_exercise, _trial) = (exercise, trial);
            _events.Add(connected);
            _conversation = trial.Call(connected, () => answer(_socket));
            if (_conversation is null)
            {
                trial.Wrong(connected, new Said("a conversation"), null, reason: "Your function returned null.");
            }
        }

        public Client Sends(string text)
        {
            // A question is made of bytes, not only of ASCII.
            _socket.Arrive(Encoding.Latin1.GetBytes(text));
            return Happened($"the client sent `{Present.Quoted(text)}`");
        }

        public Client HasRoom(int bytes)
        {
            _socket.Room = bytes;
            return Happened(bytes == int.MaxValue ? "there is room again"
                : $"there is room for {Octets.Count(bytes)}");
        }

        public Client Ends()
        {
            _socket.End();
            return Happened("the client closed its sending side");
        }

        public Client Breaks()
        {
            _socket.Break();
            return Happened("the connection was reset");
        }

        public void Expect(WaitsFor waitsFor, string reached)
        {
            var what = string.Join("; ", _events);
            _events.Clear();
            Settle(what);
            var text = Encoding.Latin1.GetString([.. _socket.Reached.Skip(_reached)]);
            var (right, actual) = (Outcome(waitsFor, reached), Outcome(_waitsFor, text));
            if (_socket.Fault != ScriptFault.None || _calls >= MaxCalls)
            {
                var spun = _calls < MaxCalls ? "100 calls in vain in one call of Advance"
                    : InvariantText.Format($"{MaxCalls} calls of Advance, which always waits for what is there already");
                _trial.Wrong(what, right, new Said(spun), WhySpun(), "Your conversation spins.");
            }

            if (right != actual)
            {
                _trial.Wrong(what, right, actual, Why(waitsFor, reached, text));
            }

            if (_socket.ReceivesWhileUnsent > 0)
            {
                _trial.Wrong(
                    what, new Said("no receive before the answer is sent"),
                    new Said(InvariantText.Format($"receives before it is sent: {_socket.ReceivesWhileUnsent}")),
                    _exercise.MistakeOf(Flaw.NoBackPressure));
            }

            _trial.Expect(what, right, actual);
            _reached = _socket.Reached.Count;
        }

        private bool IsReady => _isNew || _waitsFor switch
        {
            WaitsFor.Bytes => _socket.IsReadable,
            WaitsFor.Room => _socket.IsWritable,
            _ => false,
        };

        private static Said Outcome(WaitsFor waitsFor, string reached) => new(
            $"waits for {waitsFor.ToString().ToLowerInvariant()}; "
                + (reached.Length > 0 ? $"the client received {Present.Quoted(reached)}" : "the client received nothing"));

        // Does what the loop does: calls as long as the socket is ready for what the conversation waits for.
        private void Settle(string what)
        {
            for (_calls = 0; IsReady && _socket.Fault == ScriptFault.None && _calls < MaxCalls; _calls++)
            {
                _isNew = false;
                _socket.NewTurn();
                _waitsFor = _trial.Call(what, AdvanceOnce);
            }
        }

        private WaitsFor AdvanceOnce()
        {
            try
            {
                return _conversation.Advance();
            }
            catch (ScriptEndedException)
            {
                return _waitsFor;
            }
        }

        private static bool IsDecoded(string text, string whole) =>
            text.Length >= whole.Length && whole.Contains('\u00e9', StringComparison.Ordinal)
            && !text.Contains('\u00e9', StringComparison.Ordinal);

        private static bool IsBeginning(string text, string whole) =>
            text.Length < whole.Length && whole.StartsWith(text, StringComparison.Ordinal);

        private Client Happened(string what)
        {
            _events.Add(what);
            return this;
        }

        private Mistake<Answer>? WhySpun() => this switch
        {
            _ when _socket.IsBroken => _exercise.MistakeOf(Flaw.ErrorIsWouldBlock),
            _ when _socket.EndWasSeen => _exercise.MistakeOf(Flaw.EndIsWouldBlock),
            _ when _socket.Fault == ScriptFault.Waits => _exercise.MistakeOf(Flaw.Waits),
            _ => null,
        };

        private Mistake<Answer>? Why(WaitsFor right, string reached, string text)
        {
            var flaw = (right, _waitsFor) switch
            {
                _ when _socket.HasRepeated => Flaw.SendsAllAgain,
                _ when IsDecoded(text, reached) => Flaw.Decodes,
                (not WaitsFor.Nothing, WaitsFor.Nothing) when _socket.EndWasSeen => Flaw.EndComesFirst,
                (not WaitsFor.Nothing, WaitsFor.Nothing) when _socket.LastError == SocketError.WouldBlock =>
                    Flaw.WouldBlockIsTheEnd,
                (WaitsFor.Room, WaitsFor.Bytes) => Flaw.LosesTheRest,
                (WaitsFor.Bytes, WaitsFor.Bytes) when IsBeginning(text, reached) => Flaw.OneQuestionOnly,
                (WaitsFor.Nothing, WaitsFor.Nothing) when text.Length < reached.Length => Flaw.EndComesFirst,
                _ => Flaw.None,
            };
            return _exercise.MistakeOf(flaw);
        }
    }

    // The reference answer, which can be given one flaw.
    private sealed class Conversation(ScriptedSocket socket, Flaw flaw) : LoopConversation
    {
        private readonly List<byte> _received = [];
        private readonly byte[] _buffer = new byte[512];
        private ReadOnlyMemory<byte> _unsent;

        public override WaitsFor Advance()
        {
            if (flaw == Flaw.NoBackPressure)
            {
                Receive();
            }

            if (flaw == Flaw.EndComesFirst && _unsent.IsEmpty && ReceiveAll() == WaitsFor.Nothing)
            {
                return WaitsFor.Nothing;
            }

            while (true)
            {
                if (Send() is { } waitsToSend)
                {
                    return waitsToSend;
                }

                if (TakeAnswer())
                {
                    continue;
                }

                if (Receive() is { } waitsToReceive)
                {
                    return waitsToReceive;
                }
            }
        }

        private WaitsFor? Send()
        {
            while (_unsent.Length > 0)
            {
                var count = socket.Send(_unsent.Span, out var error);
                if (error != SocketError.Success)
                {
                    var isNotNow = error == SocketError.WouldBlock || flaw == Flaw.ErrorIsWouldBlock;
                    return isNotNow && flaw == Flaw.Waits ? Send()
                        : isNotNow && flaw != Flaw.WouldBlockIsTheEnd ? WaitsFor.Room : WaitsFor.Nothing;
                }

                if (flaw == Flaw.SendsAllAgain && count < _unsent.Length)
                {
                    return WaitsFor.Room;
                }

                _unsent = flaw == Flaw.LosesTheRest ? default : _unsent[count..];
            }

            return null;
        }

        private bool TakeAnswer()
        {
            var end = _received.IndexOf(Question.End) + 1;
            if (end == 0)
            {
                return false;
            }

            byte[] answer = [.. _received[..(end - 1)], Question.AnswerEnd];
            _unsent = flaw == Flaw.Decodes ? Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(answer)) : answer;
            _received.RemoveRange(0, end);
            if (flaw != Flaw.OneQuestionOnly)
            {
                return true;
            }

            Send();
            return false;
        }

        private WaitsFor ReceiveAll()
        {
            while (true)
            {
                if (Receive() is { } waitsFor)
                {
                    return waitsFor;
                }
            }
        }

        private WaitsFor? Receive()
        {
            var count = socket.Receive(_buffer, out var error);
            _received.AddRange(_buffer.AsSpan(0, count));
            return (error, count) switch
            {
                (SocketError.WouldBlock, _) => flaw == Flaw.WouldBlockIsTheEnd ? WaitsFor.Nothing : WaitsFor.Bytes,
                (SocketError.Success, 0) => flaw == Flaw.EndIsWouldBlock ? WaitsFor.Bytes : WaitsFor.Nothing,
                (SocketError.Success, _) => null,
                _ => flaw == Flaw.ErrorIsWouldBlock ? WaitsFor.Bytes : WaitsFor.Nothing,
            };
        }
    }
}
