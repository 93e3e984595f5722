using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.2: give a client a limited time for a whole question.</summary>
    public static QuestionDeadlineExercise QuestionDeadline { get; } = new();
}

/// <summary>The learner receives a question and gives up at a deadline, on a clock that is not the machine's.</summary>
public sealed class QuestionDeadlineExercise : Exercise<QuestionDeadlineExercise.Answer>
{
    private const int RandomScripts = 30;
    private const int MaxPieces = 8;

    private static readonly Mistake<Answer> StartedAnew = new(
        "starts the deadline anew with each byte",
        "Your method allows the whole deadline for each `Receive`. Every byte starts it anew, so a client that sends one byte "
            + "now and then keeps the server for as long as it likes. Decide once, at the start, when the time is over, and "
            + "allow each `Receive` only what is left.",
        (connection, deadline) =>
        {
            while (connection.Receive(deadline) is { Length: > 0 } bytes)
            {
                if (bytes.Contains((byte)'?'))
                {
                    return true;
                }
            }

            return false;
        });

    private static readonly Mistake<Answer> NotWhileBytesCome = new(
        "does not look at the clock while bytes keep coming",
        "Your method looks at the clock only when no byte has come for a while. As long as bytes keep coming, it goes on after "
            + "the deadline, and a client that dribbles is never disconnected. Look at the clock before each `Receive`.",
        (connection, deadline) =>
        {
            var end = connection.Now + deadline;
            while (true)
            {
                switch (connection.Receive(TimeSpan.FromMilliseconds(20)))
                {
                    case null when connection.Now >= end:
                    case []:
                        return false;
                    case { } bytes when bytes.Contains((byte)'?'):
                        return true;
                }
            }
        });

    private static readonly Mistake<Answer> AfterTheQuestion = new(
        "looks at the clock only after the question",
        "Your method waits without a limit and looks at the clock when the question is complete. A client that says nothing "
            + "never gets that far, and the server waits for it for ever. The clock must be able to end the wait itself: that is "
            + "what the parameter of `Receive` is for.",
        (connection, deadline) =>
        {
            var end = connection.Now + deadline;
            while (connection.Receive(Timeout.InfiniteTimeSpan) is { Length: > 0 } bytes)
            {
                if (bytes.Contains((byte)'?'))
                {
                    return connection.Now <= end;
                }
            }

            return false;
        });

    private static readonly Mistake<Answer> NothingLeft = new(
        "waits for ever when no time is left",
        "Your method passes the time that is left to `Receive`, which is right, until nothing is left: for `Receive`, as for a "
            + "real socket's `ReceiveTimeout`, zero means no limit. A byte that arrives in the last instant turns the deadline "
            + "off. Return before you call `Receive` if no time is left.",
        (connection, deadline) =>
        {
            var end = connection.Now + deadline;
            while (connection.Receive(end - connection.Now) is { Length: > 0 } bytes)
            {
                if (bytes.Contains((byte)'?'))
                {
                    return true;
                }
            }

            return false;
        });

    private static readonly Mistake<Answer> SpinsAfterTheEnd = new(
        "goes on reading after the client has closed",
        "Your method takes an empty result for \"nothing yet\" and calls `Receive` again. But it means that the client has "
            + "closed the connection: there will never be more, and `Receive` returns at once. Until the deadline, such a loop "
            + "burns a whole core for a client that has gone.",
        (connection, deadline) =>
        {
            var end = connection.Now + deadline;
            while (end > connection.Now)
            {
                if (connection.Receive(end - connection.Now) is { } bytes && bytes.Contains((byte)'?'))
                {
                    return true;
                }
            }

            return false;
        });

    private static readonly Mistake<Answer> OneReceive = new(
        "calls Receive only once",
        "Your method takes the first bytes for the whole question. TCP may deliver a question in any number of pieces, however "
            + "fast the client is. Go on until a `?` has arrived, the client has closed, or the time is over.",
        (connection, deadline) => connection.Receive(deadline) is { } bytes && bytes.Contains((byte)'?'));

    private static readonly Mistake<Answer> OnlyTheLastByte = new(
        "looks only at the last byte",
        "Your method checks only whether what has arrived *ends* with a `?`. `Really? Wh` can arrive in one piece: its first "
            + "question is complete, but your method waits until the deadline for another `?`. Look for a `?` among all the "
            + "bytes.",
        (connection, deadline) =>
        {
            var end = connection.Now + deadline;
            while (connection.Now < end && connection.Receive(end - connection.Now) is { Length: > 0 } bytes)
            {
                if (bytes[^1] == '?')
                {
                    return true;
                }
            }

            return false;
        });

    private static readonly Mistake<Answer> ClockFromZero = new(
        "compares the clock with a duration",
        "Your method compares `Now` with `deadline`. The one is a time on the clock, the other is a length of time; they agree "
            + "only if the clock began at zero when your method was called. On a server that has run for a while, every client "
            + "is too late.",
        (connection, deadline) =>
        {
            while (connection.Now < deadline)
            {
                switch (connection.Receive(deadline - connection.Now))
                {
                    case null or []:
                        return false;
                    case { } bytes when bytes.Contains((byte)'?'):
                        return true;
                }
            }

            return false;
        });

    internal QuestionDeadlineExercise()
        : base(new ExerciseText(
            "4-server-architecture/2-sequential.ipynb", "4.2", 2, nameof(Exercises.QuestionDeadline),
            "A deadline for the whole question",
            "Receive a question from a client, but wait at most `deadline` for the whole of it, counted from the call of your "
                + "method. Return `true` as soon as a `?` has arrived. Return `false` as soon as the deadline is reached or the "
                + "client has closed. `connection.Now` is the time on the clock. `connection.Receive(timeout)` waits for bytes "
                + "and returns them; it returns `null` if none arrived within `timeout`, and an empty array if the client has "
                + "closed. As with a real socket, a timeout of zero or less is no limit at all.",
            [
                "There are two times: the instant of the deadline, which never moves, and the time left until then, which gets "
                    + "shorter with every byte. Which of the two do you pass to `Receive`?",
                "Begin with `var end = connection.Now + deadline`. In a loop, compute `var left = end - connection.Now`, return "
                    + "`false` if it is not more than `TimeSpan.Zero`, and only then call `connection.Receive(left)`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="connection">The connection to a client.</param>
    /// <param name="deadline">How long the method may take.</param>
    /// <returns>True as soon as a <c>?</c> has arrived; false when the deadline is reached or the client has closed.</returns>
    public delegate bool Answer(Connection connection, TimeSpan deadline);

    internal override Answer Reference => (connection, deadline) =>
    {
        var end = connection.Now + deadline;
        while (connection.Now < end && connection.Receive(end - connection.Now) is { Length: > 0 } bytes)
        {
            if (bytes.Contains((byte)'?'))
            {
                return true;
            }
        }

        return false;
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        StartedAnew, NotWhileBytesCome, AfterTheQuestion, NothingLeft, SpinsAfterTheEnd, OneReceive, OnlyTheLastByte,
        ClockFromZero,
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        foreach (var script in Scripts(trial.Random))
        {
            var start = TimeSpan.FromMinutes(trial.Random.Next(60, 600));
            var right = Play(Reference, script, start);
            var played = trial.Call(script.Text, () => Play(answer, script, start));
            if (played.Result != right.Result)
            {
                var late = played.After - right.After;
                var mistake = MistakeIn(played, start + script.Deadline, script.Deadline, late);
                trial.Wrong(script.Text, right.Result, played.Result, mistake, mistake is null ? ReasonFor(played, late) : null);
            }

            trial.Expect(script.Text, right.Result, played.Result);
        }
    }

    private static Played Play(Answer answer, Script script, TimeSpan start)
    {
        var connection = new Connection(script, start);
        bool? complete = null;
        try
        {
            complete = answer(connection, script.Deadline);
        }
        catch (ScriptEndedException) when (connection.Stuck is not null)
        {
        }

        var after = connection.Clock - start;
        var result = connection.Stuck ?? new Said($"{(complete == true ? "true" : "false")} after {InvariantText.Of(after)}");
        return new Played(result, complete, after, connection);
    }

    // Each mistake shows in what was asked of the connection.
    private static Mistake<Answer>? MistakeIn(Played played, TimeSpan end, TimeSpan deadline, TimeSpan late)
    {
        var connection = played.Connection;
        var (at, timeout) = connection.LastCall;
        return (connection.FirstWithoutLimit, connection.Calls) switch
        {
            _ when connection.HasGoneOnAfterAQuestion => OnlyTheLastByte,
            _ when connection.SpinsAfterTheEnd => SpinsAfterTheEnd,
            ({ } since, _) => since < end ? AfterTheQuestion : NothingLeft,
            (_, 0) => played.Complete == false && connection.HasReadTheClock ? ClockFromZero : null,
            (_, 1) when late < TimeSpan.Zero => played.Complete == false ? OneReceive : null,
            _ when late <= TimeSpan.Zero => null,
            _ => timeout >= deadline ? StartedAnew : at >= end && connection.HasReadTheClock ? NotWhileBytesCome : null,
        };
    }

    private static string? ReasonFor(Played played, TimeSpan late) =>
        played.Connection.Calls == 0
            ? "Your method never calls `Receive`, so it cannot know what the client has sent."
            : !played.Connection.HasReadTheClock
            ? "Your method never looks at `connection.Now`. That is the only clock here, and it moves only while `Receive` waits."
            : late > TimeSpan.Zero && played.Complete is not null
            ? "Your last `Receive` was allowed to wait beyond the deadline, and your method noticed the deadline only after it."
            : null;

    private static IEnumerable<Script> Scripts(Random random)
    {
        var deadline = TimeSpan.FromMilliseconds(500);
        yield return new Script(deadline, [(100, "Hello?")]);
        yield return new Script(deadline, [(100, "Is th"), (300, "is?")]);
        yield return new Script(deadline, [(100, "Really? Wh")]);
        yield return new Script(deadline, [(100, "Bye"), (200, "")]);
        yield return new Script(deadline, []);
        yield return Script.Dribbling(deadline, every: 80);
        yield return Script.Dribbling(deadline, every: 7);
        yield return new Script(deadline, [(200, "Just in t"), (500, "im"), (600, "e?")]);
        for (var i = 0; i < RandomScripts; i++)
        {
            yield return RandomScript(random);
        }
    }

    private static Script RandomScript(Random random)
    {
        var deadline = random.Next(2, 11) * 100;
        var at = 0;
        var pieces = new List<(int, string)>();
        for (var count = random.Next(1, MaxPieces); count > 0; count--)
        {
            at += random.Next(1, deadline / 3);
            pieces.Add((at, random.GetString("abc d", random.Next(1, 5))));
        }

        // Whether a question is in time that is complete in the very instant of the deadline, the task does not say.
        at += random.Next(1, deadline / 3);
        at += at == deadline ? 1 : 0;
        var last = random.Next(2) == 0 ? "?" : "? ab";
        return random.Next(4) switch
        {
            0 => new Script(TimeSpan.FromMilliseconds(deadline), [.. pieces, (at, "")]),
            1 => new Script(TimeSpan.FromMilliseconds(deadline), [.. pieces]),
            _ => new Script(TimeSpan.FromMilliseconds(deadline), [.. pieces, (at, last)]),
        };
    }

    /// <summary>A connection to a client with a script. Its clock moves only while <see cref="Receive"/> waits.</summary>
    public sealed class Connection
    {
        // Longer than any script lasts.
        private static readonly TimeSpan AsGoodAsForEver = TimeSpan.FromHours(1);

        private const int MaxCalls = 100_000;
        private const int MaxReadings = 100_000;
        private const int MaxCallsAfterTheEnd = 100;

        private readonly Queue<(TimeSpan At, byte[] Bytes)> _pieces;
        private int _readings;
        private int _callsAfterTheEnd;
        private bool _receivedMoreThanAQuestion;

        internal Connection(Script script, TimeSpan start)
        {
            Clock = start;
            _pieces = new(script.Pieces.Select(piece =>
                (start + TimeSpan.FromMilliseconds(piece.At), Encoding.ASCII.GetBytes(piece.Text))));
        }

        /// <summary>The time on the clock.</summary>
        public TimeSpan Now => (HasReadTheClock = ++_readings < MaxReadings)
            ? Clock
            : throw GetStuck($"the clock read {MaxReadings:N0} times without a Receive; it moves only while Receive waits");

        internal TimeSpan Clock { get; private set; }

        internal bool HasReadTheClock { get; private set; }

        internal int Calls { get; private set; }

        internal (TimeSpan At, TimeSpan Timeout) LastCall { get; private set; }

        internal TimeSpan? FirstWithoutLimit { get; private set; }

        internal bool HasGoneOnAfterAQuestion { get; private set; }

        internal bool SpinsAfterTheEnd => _callsAfterTheEnd >= MaxCallsAfterTheEnd;

        internal Said? Stuck { get; private set; }

        /// <summary>Waits until bytes arrive, or the client closes, or the time is over.</summary>
        /// <param name="timeout">How long to wait at most; zero or less: without a limit.</param>
        /// <returns>The bytes that have arrived; null if none arrived in time; empty if the client has closed.</returns>
        public byte[]? Receive(TimeSpan timeout)
        {
            var limited = timeout > TimeSpan.Zero && timeout < AsGoodAsForEver;
            _readings = 0;
            HasGoneOnAfterAQuestion |= _receivedMoreThanAQuestion;
            FirstWithoutLimit ??= limited ? null : Clock;
            LastCall = (Clock, timeout);
            if (++Calls > MaxCalls)
            {
                throw GetStuck($"still receiving after {MaxCalls:N0} calls");
            }

            if (!_pieces.TryPeek(out var next))
            {
                Clock += limited ? timeout : throw GetStuck($"waiting for ever");
                return null;
            }

            if (limited && next.At > Clock + timeout)
            {
                Clock += timeout;
                return null;
            }

            Clock = next.At > Clock ? next.At : Clock;
            if (next.Bytes.Length > 0)
            {
                _receivedMoreThanAQuestion |= next.Bytes.AsSpan(0, next.Bytes.Length - 1).Contains((byte)'?');
                return _pieces.Dequeue().Bytes;
            }

            return ++_callsAfterTheEnd < MaxCallsAfterTheEnd
                ? []
                : throw GetStuck($"Receive called {MaxCallsAfterTheEnd} times after the client had closed");
        }

        private ScriptEndedException GetStuck(FormattableString what)
        {
            Stuck = new Said(InvariantText.Format(what));
            return new ScriptEndedException();
        }
    }

    /// <summary>What a client does: which text arrives at which time, in milliseconds. An empty text closes.</summary>
    internal sealed record Script(TimeSpan Deadline, IReadOnlyList<(int At, string Text)> Pieces)
    {
        private const int DribblesFor = 1500;

        public string Text { get; private init; } = Pieces.Count == 0
            ? $"a client said nothing; the deadline was {InvariantText.Of(Deadline)}"
            : $"a client {string.Join(", ", Pieces.Select(Part))}; the deadline was {InvariantText.Of(Deadline)}";

        public static Script Dribbling(TimeSpan deadline, int every) =>
            new(deadline, [.. Enumerable.Range(1, DribblesFor / every).Select(i => (i * every, "a"))])
            {
                Text = InvariantText.Format($"a client sent a byte every {every} ms, but no `?`, and fell silent after ")
                    + InvariantText.Format($"{DribblesFor / every * every} ms; the deadline was {InvariantText.Of(deadline)}"),
            };

        private static string Part((int At, string Text) piece, int index) => piece.Text.Length == 0
            ? InvariantText.Format($"closed after {piece.At} ms")
            : InvariantText.Format($"{(index == 0 ? "sent " : "")}{Present.Quoted(piece.Text)} after {piece.At} ms");
    }

    private sealed record Played(Said Result, bool? Complete, TimeSpan After, Connection Connection);
}
