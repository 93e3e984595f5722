using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.6: an event loop.</summary>
    public static EventLoopExercise EventLoop { get; } = new();
}

/// <summary>What an event loop needs of a system: a listener, and a call that waits until a socket is ready.</summary>
public abstract class ScriptedSystem
{
    private protected ScriptedSystem()
    {
    }

    /// <summary>The socket on which clients connect. It is readable when there is one to accept.</summary>
    public ScriptedSocket Listener { get; } = new("listener");

    /// <summary>Waits until at least one socket is ready, like <see cref="Socket.Select(System.Collections.IList?,
    /// System.Collections.IList?, System.Collections.IList?, int)"/>.</summary>
    /// <param name="reads">The sockets to receive from or to accept on. Only those that are readable stay in the list.</param>
    /// <param name="writes">The sockets to send on. Only those that are writable stay in the list.</param>
    /// <returns>False when the server is to stop; both lists are then empty.</returns>
    public bool Select(List<ScriptedSocket> reads, List<ScriptedSocket> writes) => Wait(reads, writes);

    private protected abstract bool Wait(List<ScriptedSocket> reads, List<ScriptedSocket> writes);
}

/// <summary>The learner writes the loop of a server that serves all clients on one thread.</summary>
public sealed class EventLoopExercise : Exercise<EventLoopExercise.Answer>
{
    internal EventLoopExercise()
        : base(new ExerciseText(
            "4-server-architecture/6-event-loop.ipynb", "4.6", 2, nameof(Exercises.EventLoop),
            "An event loop",
            "Write the loop of an *echo* server: it sends back to each client the bytes that it receives from it. Put the "
                + "sockets that you want to hear of into two lists and call `system.Select(reads, writes)`, which waits and "
                + "leaves the ready ones in them. Accept on `system.Listener`, receive, send. Keep what a send did not take, "
                + "and send it when there is room. Close a socket at its end or on an error. Return when `Select` returns "
                + "false.",
            [
                "A `Dictionary<ScriptedSocket, byte[]>` from each connection to what it still has to send is all the state "
                    + "you need. Make both lists from it anew in each turn.",
                "`reads`: the listener, and the connections with nothing left to send. `writes`: the others, and only they. "
                    + "For each socket in `reads`, receive *once*; `Select` tells you again if there is more. On 0 bytes or "
                    + "an error other than `WouldBlock`, close the socket and remove it from the dictionary.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="system">The system that the loop runs on.</param>
    public delegate void Answer(ScriptedSystem system);

    private enum Flaw
    {
        None,
        AlwaysAsksForRoom,
        NeverAsksForRoom,
        Starves,
        FirstOnly,
        KeepsClosed,
        LeavesOpen,
        OneEndsAll,
        Waits,
        Overwrites,
        Answers,
        Decodes,
        LosesTheListener,
        DoesNotListen,
    }

    /// <inheritdoc/>
    public override int Minutes => 20;

    internal override Answer Reference => system => Serve(system, Flaw.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } = All();

    private protected override void Try(Trial trial, Answer answer)
    {
        var script = new Script(trial);
        trial.Call("called your loop", () => script.Run(answer));
        if (script.Failure is { } failure)
        {
            trial.Wrong(failure.What, failure.Expected, failure.Actual, MistakeOf(failure.Flaw));
        }

        trial.Note("`Select` returned false, and your loop returned");
    }

    private static List<Mistake<Answer>> All()
    {
        List<Mistake<Answer>> all = [];
        Add(
            Flaw.AlwaysAsksForRoom,
            "always asks for writability",
            "Your loop puts sockets into `writes` that have nothing to send. A socket is writable almost always, so `Select` "
                + "never waits: it returns at once, again and again, and a core spins while nothing happens. Ask for "
                + "writability only while there is something left to send.");
        Add(
            Flaw.NeverAsksForRoom,
            "never sends the rest",
            "A send took only a part, and the rest never reached the client. Keep the rest, put the socket into `writes`, "
                + "and go on sending when `Select` leaves it there. Otherwise a slow client gets an answer that breaks off.");
        Add(
            Flaw.Starves,
            "a flood starves the others",
            "Your loop receives from one socket until nothing is left. A client that sends without pause always has "
                + "something left, and all others wait for it to stop. Receive once, and turn to the next: `Select` reports "
                + "the socket again.");
        Add(
            Flaw.FirstOnly,
            "serves only the first ready socket",
            "`Select` leaves *all* ready sockets in the list, and your loop serves the first one and asks again. If that one "
                + "is ready each time, because its client floods, no other client has a turn.");
        Add(
            Flaw.KeepsClosed,
            "keeps a closed socket in its set",
            "A connection has ended, and your loop still passes its socket to `Select`. As long as it is open, it is always "
                + "readable and the loop spins; once it is closed, a real `Select` throws an `ObjectDisposedException`, "
                + "which ends the loop for all clients. Remove a socket when you close it.");
        Add(
            Flaw.LeavesOpen,
            "leaves the socket of an ended connection open",
            "Your loop forgets an ended connection without closing its socket. The system keeps a descriptor and the "
                + "connection for it; after some thousand clients it has no more, and `Accept` fails.");
        Add(
            Flaw.OneEndsAll,
            "one broken connection ends the loop",
            "Your loop returned before `Select` returned false. A reset is the end of one conversation. Close that socket, "
                + "and go on: the loop carries all the others.");
        Add(
            Flaw.Waits,
            "waits for room inside the loop",
            "Your loop repeats a call until it no longer says `WouldBlock`. While one client does not read, the thread spins "
                + "in that place, and no other client is served. Keep the rest and let `Select` wait for all sockets at once.");
        Add(
            Flaw.Overwrites,
            "overwrites what is still to be sent",
            "Your loop receives from a client while it still owes that client bytes, and puts the new bytes in the place of the "
                + "old ones. The client gets an answer with a hole in it. Receive from a socket only when nothing is left to "
                + "send on it (then TCP holds back a client that does not read), or append to what is left.");
        Add(
            Flaw.Answers,
            "answers instead of echoing",
            "Your loop puts a `.` in place of the `?`, as in the previous exercise. An echo server changes nothing: the `?` "
                + "comes back as `?`. Send the bytes as they came.");
        Add(
            Flaw.Decodes,
            "decodes the bytes",
            "Your loop turns the bytes into text and back. ASCII makes a `?` of every byte above 127, and UTF-8 changes bytes "
                + "that are not UTF-8, so the client gets back different bytes. Send the bytes as they came.");
        Add(
            Flaw.LosesTheListener,
            "does not accept",
            "A client has connected, and your loop has not accepted it. `Select` removes from the lists whatever is not ready, "
                + "including the listener. Put `system.Listener` into `reads` in *each* turn, and call `Accept` if it is still "
                + "there when `Select` returns.");
        Add(
            Flaw.DoesNotListen,
            "does not listen to a client",
            "A client has sent something, and your loop waits without that client's socket in `reads`, although nothing is left "
                + "to send to the client. `Select` removes from the lists whatever is not ready. Put every accepted socket that "
                + "you want to hear from into `reads` in *each* turn.");
        return all;

        void Add(Flaw flaw, string name, string explanation) => all.Add(new(name, explanation, system => Serve(system, flaw)));
    }

    // The reference answer, which can be given one flaw.
    private static void Serve(ScriptedSystem system, Flaw flaw)
    {
        var unsent = new Dictionary<ScriptedSocket, byte[]>();
        var buffer = new byte[64];
        while (true)
        {
            List<ScriptedSocket> reads = [system.Listener, .. unsent.Keys.Where(CanReceive)];
            if (flaw == Flaw.LosesTheListener && unsent.Count > 0)
            {
                reads.Remove(system.Listener);
            }

            List<ScriptedSocket> writes =
            [
                .. unsent.Keys.Where(socket => flaw == Flaw.AlwaysAsksForRoom || unsent[socket].Length > 0),
            ];
            if (flaw == Flaw.NeverAsksForRoom)
            {
                writes.Clear();
            }

            if (!system.Select(reads, writes))
            {
                return;
            }

            foreach (var socket in flaw == Flaw.FirstOnly ? reads.Take(1) : reads)
            {
                if (socket == system.Listener)
                {
                    unsent[socket.Accept()!] = [];
                }
                else if (!Echo(socket))
                {
                    return;
                }
            }

            foreach (var socket in writes)
            {
                if (!Send(socket, unsent[socket]))
                {
                    return;
                }
            }
        }

        bool CanReceive(ScriptedSocket socket) =>
            flaw != Flaw.DoesNotListen && (flaw == Flaw.Overwrites || unsent[socket].Length == 0);

        bool Echo(ScriptedSocket socket)
        {
            do
            {
                var count = socket.Receive(buffer, out var error);
                if (error == SocketError.WouldBlock)
                {
                    return true;
                }

                if (count == 0)
                {
                    return End(socket, error);
                }

                if (!Send(socket, Echoed(buffer[..count])))
                {
                    return false;
                }
            }
            while (flaw == Flaw.Starves && unsent[socket].Length == 0);
            return true;
        }

        byte[] Echoed(byte[] bytes) => flaw switch
        {
            Flaw.Answers => [.. bytes.Select(one => one == Question.End ? Question.AnswerEnd : one)],
            Flaw.Decodes => Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(bytes)),
            _ => bytes,
        };

        bool End(ScriptedSocket socket, SocketError error)
        {
            if (flaw != Flaw.LeavesOpen)
            {
                socket.Close();
            }

            if (flaw != Flaw.KeepsClosed)
            {
                unsent.Remove(socket);
            }

            return flaw != Flaw.OneEndsAll || error == SocketError.Success;
        }

        bool Send(ScriptedSocket socket, byte[] bytes)
        {
            SocketError error;
            do
            {
                bytes = bytes[socket.Send(bytes, out error)..];
            }
            while (flaw == Flaw.Waits && bytes.Length > 0 && error is (SocketError.Success or SocketError.WouldBlock));
            unsent[socket] = bytes;
            return error is SocketError.Success or SocketError.WouldBlock || End(socket, error);
        }
    }

    private sealed record Failure(string What, object Expected, object Actual, Flaw Flaw);

    // The system and its clients. Time passes only where the loop waits: then the next thing happens.
    private sealed class Script : ScriptedSystem
    {
        // How often a loop may be woken in a row without doing anything.
        private const int MaxIdleTurns = 20;

        // How often a loop may be woken while a client has a turn to get.
        private const int MaxTurnsInFlood = 60;

        private const int MaxCallsAfterTheEnd = 10;

        // What the story has told of each client: the bytes received, and that its socket was closed.
        private readonly Dictionary<ScriptedSocket, int> _told = [];
        private readonly HashSet<ScriptedSocket> _closed = [];

        // The clients that were owed bytes while the loop waited without asking for room to send them.
        private readonly HashSet<ScriptedSocket> _forgotten = [];

        private readonly Trial _trial;
        private readonly List<ScriptedSocket> _clients = [];
        private readonly Queue<(string What, Action Do)> _events = new();
        private string _what = "called your loop";
        private int _effects;
        private int _idleTurns;
        private int _turnsOfTheFlood;
        private int _callsAfterTheEnd;
        private bool _isOver;

        public Script(Trial trial)
        {
            _trial = trial;
            // They begin without a letter in common, so that what is missing cannot look like what comes next.
            var (word, other) = (Word(trial.Random, "abcdefgh") + "?", Word(trial.Random, "klmnop") + "\u00e9?");
            var room = trial.Random.Next(1, word.Length);
            var (ann, bob, eve) = (new ScriptedSocket("Ann"), new ScriptedSocket("Bob"), new ScriptedSocket("Eve"));
            Connects(eve);
            Connects(ann);
            Sends(ann, word);
            Sends(ann, other);
            Connects(bob);
            Happens($"Ann has {Room(room)} and sent `{Present.Quoted(word)}`", () =>
            {
                ann.Room = room;
                ann.Arrive(Bytes(word));
            });
            Sends(bob, other);
            Sends(ann, other);
            Happens("Ann has room again", () => ann.Room = int.MaxValue);
            Happens("Eve reset the connection", eve.Break);
            Sends(ann, word);
            Happens($"Ann sent `{Present.Quoted(other)}` and closed her sending side", () =>
            {
                ann.Arrive(Bytes(other));
                ann.End();
            });
            var carl = new ScriptedSocket("Carl");
            Connects(carl);
            var mallory = new ScriptedSocket("Mallory");
            Connects(mallory);
            Happens($"Mallory has {Room(room)} and sent `{Present.Quoted(other + word)}`", () =>
            {
                mallory.Room = room;
                mallory.Arrive(Bytes(other + word));
            });
            Happens("Mallory reset the connection, with bytes still to be sent to him", mallory.Break);
            var trudy = new ScriptedSocket("Trudy");
            Connects(trudy);
            Floods(trudy, carl, word);
            Floods(carl, trudy, other);
            Sends(bob, other);
        }

        public Failure? Failure { get; private set; }

        public void Run(Answer answer)
        {
            try
            {
                answer(this);
            }
            catch (ScriptEndedException)
            {
            }
            catch (Exception) when (Failure is not null)
            {
            }

            if (Failure is null && FaultOfASocket() is { } fault)
            {
                Fail(fault.Expected, fault.Actual, fault.Flaw);
            }

            if (Failure is null && !_isOver)
            {
                Fail("the loop goes on", "it returned", _clients.Exists(client => client.IsBroken) ? Flaw.OneEndsAll : Flaw.None);
            }
        }

        private protected override bool Wait(List<ScriptedSocket> reads, List<ScriptedSocket> writes)
        {
            ArgumentNullException.ThrowIfNull(reads);
            ArgumentNullException.ThrowIfNull(writes);
            EndIfNothingHappensAnyMore();
            EndTheFlood();
            foreach (var socket in _clients.Append(Listener))
            {
                socket.NewTurn();
            }

            if (reads.Concat(writes).FirstOrDefault(socket => socket.IsClosed) is { } closed)
            {
                Stop("only open sockets in the lists", $"{closed.Client}'s socket, which is closed", Flaw.KeepsClosed);
            }

            _forgotten.UnionWith(_clients.Where(client => client.HasUnsent && !writes.Contains(client)));
            while (!_isOver && !reads.Any(socket => socket.IsReadable) && !writes.Any(socket => socket.IsWritable))
            {
                CheckAll();
                _isOver = _events.Count == 0;
                if (_events.TryDequeue(out var next))
                {
                    (_what, _idleTurns) = (next.What, 0);
                    next.Do();
                }
            }

            StopIfIdle(reads, writes);
            reads.RemoveAll(socket => _isOver || !socket.IsReadable);
            writes.RemoveAll(socket => _isOver || !socket.IsWritable);
            return !_isOver;
        }

        private static string Word(Random random, string letters) => random.GetString(letters, random.Next(3, 7));

        private static string Brief(string text) => text.Length switch
        {
            0 => "nothing",
            > 30 => InvariantText.Format($"{text.Length:N0} bytes"),
            _ => Present.Quoted(text),
        };

        private static string Room(int bytes) => $"room for {Octets.Count(bytes)}";

        private static string Sockets(IEnumerable<ScriptedSocket> sockets)
        {
            var names = sockets.Select(socket => socket.Client).Distinct().ToList();
            return names.Count == 0 ? "nothing" : string.Join(", ", names);
        }

        private void Happens(string what, Action action) => _events.Enqueue((what, action));

        private void Connects(ScriptedSocket client) => Happens($"{client.Client} connected", () =>
        {
            _clients.Add(client);
            Listener.Connect(client);
        });

        private void Sends(ScriptedSocket client, string text) => Happens(
            $"{client.Client} sent `{Present.Quoted(text)}`", () => client.Arrive(Bytes(text)));

        // Whichever of the two comes first in the lists, once it is the one that floods.
        private void Floods(ScriptedSocket client, ScriptedSocket other, string text) => Happens(
            $"{client.Client} sends without pause, and {other.Client} sent `{Present.Quoted(text)}`", () =>
            {
                (_turnsOfTheFlood, client.IsFlooding) = (0, true);
                other.Arrive(Bytes(text));
            });

        private void EndIfNothingHappensAnyMore()
        {
            if (_isOver && ++_callsAfterTheEnd > MaxCallsAfterTheEnd)
            {
                Stop("the loop returns, because Select returned false", "it called Select again", Flaw.None);
            }
        }

        // The flood ends as soon as all the others have been served, so that it ends at all.
        private void EndTheFlood()
        {
            if (_clients.FirstOrDefault(client => client.IsFlooding) is not { } flooding)
            {
                return;
            }

            var others = _clients.Where(client => client != flooding && !client.IsClosed).ToList();
            if (others.TrueForAll(client => client.Reached.Count == client.Sent.Count))
            {
                flooding.IsFlooding = false;
            }
            else if (++_turnsOfTheFlood > MaxTurnsInFlood)
            {
                Stop("the other client has a turn", InvariantText.Format($"none in {MaxTurnsInFlood} turns"), Flaw.FirstOnly);
            }
        }

        private void StopIfIdle(List<ScriptedSocket> reads, List<ScriptedSocket> writes)
        {
            var effects = _clients.Append(Listener).Sum(socket => socket.Effects);
            (_effects, _idleTurns) = (effects, effects == _effects ? _idleTurns + 1 : 0);
            if (_isOver || _idleTurns <= MaxIdleTurns)
            {
                return;
            }

            var (readable, writable) = (reads.Where(socket => socket.IsReadable), writes.Where(socket => socket.IsWritable));
            var flaw = readable.Concat(writable).Any(socket => socket.EndWasSeen || socket.IsBroken) ? Flaw.KeepsClosed
                : readable.Contains(Listener) ? Flaw.LosesTheListener
                : !readable.Any() ? Flaw.AlwaysAsksForRoom : Flaw.None;
            Stop(
                "the loop waits until something happens",
                InvariantText.Format($"{MaxIdleTurns} turns without any effect; readable: ")
                    + $"{Sockets(readable)}; writable: {Sockets(writable)}",
                flaw);
        }

        // The loop waits: everything that can be done must have been done.
        private void CheckAll()
        {
            List<string> done = [];
            if (Listener.IsReadable)
            {
                Stop($"the loop accepts {_clients[^1].Client}", "it waits, and has not accepted", Flaw.LosesTheListener);
            }

            foreach (var client in _clients)
            {
                Check(client);
                var (told, reached) = (_told.GetValueOrDefault(client), Text(client.Reached));
                if (reached.Length > told)
                {
                    done.Add($"{client.Client} received {Brief(reached[told..])}");
                    _told[client] = reached.Length;
                }

                if (client.IsClosed && _closed.Add(client))
                {
                    done.Add($"{client.Client}'s socket was closed");
                }
            }

            var outcome = new Said(string.Join("; ", [.. done, "the loop waits"]));
            _trial.Expect(_what, outcome, outcome);
        }

        private void Check(ScriptedSocket client)
        {
            var (sent, reached) = (Text(client.Sent), Text(client.Reached));
            var isCutOff = sent.StartsWith(reached, StringComparison.Ordinal);
            if (!isCutOff || (reached != sent && client.Room > 0 && !client.IsBroken))
            {
                var told = _told.GetValueOrDefault(client);
                Stop(
                    $"{client.Client} received {Brief(sent[told..])}", $"{client.Client} received {Brief(reached[told..])}",
                    WhyUnlike(client, reached, sent));
            }

            if ((client.HasEnded || client.IsBroken) && !client.IsClosed)
            {
                Stop($"{client.Client}'s socket is closed", "it is open, and the loop does not watch it", Flaw.LeavesOpen);
            }

            if (client.IsClosed && !client.HasEnded && !client.IsBroken)
            {
                Stop($"{client.Client}'s socket is open", "the loop has closed it", Flaw.None);
            }
        }

        private Flaw WhyUnlike(ScriptedSocket client, string reached, string sent)
        {
            var same = reached.AsSpan().CommonPrefixLength(sent);
            return (sent[same..], reached[same..]) switch
            {
                (_, "") => client.HasUnsent ? Flaw.NeverAsksForRoom
                    : client.Reached.Count == client.Taken ? Flaw.DoesNotListen : Flaw.None,
                (['?', ..], ['.', ..]) => Flaw.Answers,
                (['\u00e9', ..], ['?' or '\u00ef', ..]) => Flaw.Decodes,
                _ when HasHole(reached, sent) => _forgotten.Contains(client) ? Flaw.NeverAsksForRoom : Flaw.Overwrites,
                _ => Flaw.None,
            };
        }

        private (string Expected, string Actual, Flaw Flaw)? FaultOfASocket() =>
            _clients.Append(Listener).FirstOrDefault(socket => socket.Fault != ScriptFault.None) switch
            {
                null => null,
                { Fault: ScriptFault.Drains } socket => (
                    "every client has a turn", $"the loop received 100 times in a row from {socket.Client}", Flaw.Starves),
                { Fault: ScriptFault.ReceivesAfterEnd } socket => (
                    $"{socket.Client}'s socket is closed", "the loop received 100 times after the end", Flaw.KeepsClosed),
                { } socket => (
                    "the loop waits in Select", $"100 calls on {socket.Client}'s socket that would block", Flaw.Waits),
            };

        // Whether the one text is the other without something in its middle.
        private static bool HasHole(string reached, string sent)
        {
            var same = reached.AsSpan().CommonPrefixLength(sent);
            return reached.Length < sent.Length && sent.EndsWith(reached[same..], StringComparison.Ordinal);
        }

        private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

        private static string Text(List<byte> bytes) => Encoding.Latin1.GetString([.. bytes]);

        private void Stop(string expected, string actual, Flaw flaw)
        {
            Fail(expected, actual, flaw);
            throw new ScriptEndedException();
        }

        private void Fail(string expected, string actual, Flaw flaw) =>
            Failure ??= new Failure(_what, new Said(expected), new Said(actual), flaw);
    }
}
