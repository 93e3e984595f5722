using System.Net.Sockets;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.4: a monitor that asks instead of only connecting.</summary>
    public static HealthCheckExercise HealthCheck { get; } = new();
}

/// <summary>The learner writes the health check of a monitor, on a clock that is not the machine's.</summary>
public sealed class HealthCheckExercise : Exercise<HealthCheckExercise.Answer>
{
    private const string Question = ScriptedMonitoredServer.Question;
    private const string Right = ScriptedMonitoredServer.Answer;
    private const string Busy = "Busy.";
    private const string NotAlive = "Not Alive.";
    private const int RandomScripts = 25;

    private static readonly Mistake<Answer> OnlyConnects = new(
        "only connects",
        "Your check does not wait for an answer. The system completes handshakes for a listening socket whatever the program "
            + "does, so a connection only says that the socket is open. All workers may be dead, or stuck in a lock: the port "
            + "is open, and no client is served. Ask, and wait for the answer.",
        (server, deadline) => Safely(() =>
        {
            using var connection = server.Connect(deadline);
            return true;
        }));

    private static readonly Mistake<Answer> AnyBytes = new(
        "takes the first bytes for the answer",
        "Your check is content with a part of an answer. The first bytes say that a worker has begun, not that it has finished: "
            + "many servers die in the middle of an answer. Collect what arrives until the whole answer is there.",
        (server, deadline) => Safely(() =>
        {
            using var connection = server.Connect(deadline);
            connection.Send(Question);
            return connection.Receive(deadline) is { Length: > 0 };
        }));

    private static readonly Mistake<Answer> AnyAnswer = new(
        "takes every answer for a good one",
        "Your check looks only at the end of the answer. `Busy.` is an answer too, and it says that the server does not do "
            + "its work. An overloaded server, or a proxy in front of a dead one, answers politely and fast. Compare the "
            + "whole answer with the one that you expect.",
        (server, deadline) => Asked(server, deadline, answer => answer.EndsWith('.')));

    private static readonly Mistake<Answer> OnlyTheEnd = new(
        "looks only for the right words in the answer",
        "Your check looks only whether the answer ends with `Alive.`, or contains it. `Not Alive.` does both, and says the "
            + "opposite. Compare all that has arrived with the answer that you expect: `answer == \"Alive.\"`.",
        (server, deadline) => Asked(server, deadline, answer => answer.EndsWith(Right, StringComparison.Ordinal)));

    private static readonly Mistake<Answer> EndIsAnAnswer = new(
        "takes the end of the stream for an answer",
        "Your check is content when the server closes. `Receive` returned an empty string: that is the end of the stream, and "
            + "what came before it was not the whole answer. A worker that dies closes its connections just so. Only `Alive.` is "
            + "an answer.",
        (server, deadline) => Asked(server, deadline, answer => answer == Right, atTheEnd: true));

    private static readonly Mistake<Answer> OneReceive = new(
        "calls Receive only once",
        "Your check expects the whole answer from a single `Receive`. It may arrive in any number of pieces, and then your "
            + "monitor calls a healthy server dead. Such false alarms come at random and mostly under load, when restarting the "
            + "server does most harm. Collect the pieces.",
        (server, deadline) => Safely(() =>
        {
            using var connection = server.Connect(deadline);
            connection.Send(Question);
            return connection.Receive(deadline) == Right;
        }));

    private static readonly Mistake<Answer> WaitsForEver = new(
        "waits without a limit",
        "Your check waits without a limit: zero, `Timeout.InfiniteTimeSpan` and every negative time mean that to a socket. A "
            + "server with dead workers never answers, so the monitor itself hangs at the first server that is broken, and "
            + "raises no alarm. Every wait needs a limit.",
        (server, _) => Safely(() =>
        {
            using var connection = server.Connect(Timeout.InfiniteTimeSpan);
            connection.Send(Question);
            var answer = "";
            while (connection.Receive(Timeout.InfiniteTimeSpan) is { Length: > 0 } text)
            {
                answer += text;
                if (answer == Right)
                {
                    return true;
                }
            }

            return false;
        }));

    private static readonly Mistake<Answer> StartedAnew = new(
        "starts the deadline anew",
        "Your check allows the whole deadline more than once: for connecting and then for the answer, or for each piece of it. A "
            + "server that sends a byte now and then is healthy for such a check, however long a whole answer takes. Decide at "
            + "the start when it is all over, and allow each call only what is left.",
        (server, deadline) => Safely(() =>
        {
            using var connection = server.Connect(deadline);
            connection.Send(Question);
            var answer = "";
            while (connection.Receive(deadline) is { Length: > 0 } text)
            {
                answer += text;
                if (answer == Right)
                {
                    return true;
                }
            }

            return false;
        }));

    private static readonly Mistake<Answer> WaitsForTheEnd = new(
        "waits for the server to close",
        "Your check had the whole answer and went on receiving. The server keeps the connection open for the next question, so "
            + "no end comes, and a healthy server is called dead at the deadline. The `.` is the end of an answer. Return as "
            + "soon as you have it.",
        (server, deadline) => Safely(() =>
        {
            var end = server.Now + deadline;
            using var connection = server.Connect(deadline);
            connection.Send(Question);
            var answer = "";
            while (end > server.Now && connection.Receive(end - server.Now) is { } text)
            {
                answer += text;
                if (text.Length == 0)
                {
                    return answer == Right;
                }
            }

            return false;
        }));

    private static readonly Mistake<Answer> LeavesOpen = new(
        "leaves the connection open",
        "Your check has returned and its connection is still open. A monitor checks every few seconds, for months: each open "
            + "connection holds a descriptor on both sides, and on a server like ours a worker too, which waits for the next "
            + "question. In the end it is the monitor that brings the server down. `using` closes on every path, also after an "
            + "exception.",
        (server, deadline) => Safely(() =>
        {
            var end = server.Now + deadline;
            var connection = server.Connect(deadline);
            connection.Send(Question);
            if (!IsAnswered(server, connection, end))
            {
                return false;
            }

            connection.Close();
            return true;
        }));

    private static readonly Mistake<Answer> Escapes = new(
        "lets an exception out",
        "An exception leaves your check when a server refuses the connection, resets it, or does not react to the attempt. To a "
            + "monitor, these are not errors but answers: the server is not healthy. If the exception ends the monitor, no one "
            + "is warned any more. Catch `SocketException` around all of it: `Connect`, `Send` and `Receive`.",
        (server, deadline) =>
        {
            var end = server.Now + deadline;
            using var connection = server.Connect(deadline);
            return Safely(() =>
            {
                connection.Send(Question);
                return IsAnswered(server, connection, end);
            });
        });

    internal HealthCheckExercise()
        : base(new ExerciseText(
            "4-server-architecture/4-crashes-and-supervisors.ipynb", "4.4", 1, nameof(Exercises.HealthCheck),
            "A health check that asks",
            "A monitor calls your method every few seconds. Connect to the server with `server.Connect(timeout)`, send "
                + "`Alive?`, and return `true` as soon as the whole answer `Alive.` has arrived, within `deadline` of the "
                + "call of your method. In all other cases return `false`: at once if the server refuses, resets or closes the "
                + "connection, and at the deadline at the latest. Let no exception out, and leave no connection open. "
                + "`server.Now` is the time on the clock. "
                + "`connection.Receive(timeout)` returns the text that has arrived, `null` if none came in time, and an empty "
                + "string if the server has closed. A timeout of zero or less is no limit at all. `Connect`, `Send` and "
                + "`Receive` throw a `SocketException` when they fail.",
            [
                "Write the good case first: connect, send, receive in a loop until you have collected `Alive.`. Then go "
                    + "through it line by line: what if this call throws, what if it returns something else, what if it never "
                    + "returns?",
                "`var end = server.Now + deadline;`, and around all that follows `try { … } catch (SocketException) { return "
                    + "false; }`. Inside, `using var connection = server.Connect(deadline);`.",
                "The loop: `while (server.Now < end && connection.Receive(end - server.Now) is { Length: > 0 } text)` appends "
                    + "`text` to the answer and returns `true` if it is `Alive.` now. After the loop, return `false`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="server">The server to check.</param>
    /// <param name="deadline">How long the check may take.</param>
    /// <returns>Whether the server has given the right answer in time.</returns>
    public delegate bool Answer(MonitoredServer server, TimeSpan deadline);

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference => (server, deadline) => Asked(server, deadline, answer => answer == Right);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        OnlyConnects, AnyBytes, AnyAnswer, OnlyTheEnd, EndIsAnAnswer, OneReceive, WaitsForEver, StartedAnew, WaitsForTheEnd,
        LeavesOpen, Escapes,
    ];

    /// <summary>
    /// Lets the learner's check look at real servers, beside a monitor that only connects. Nothing here is a verdict.
    /// </summary>
    /// <param name="answer">The learner's method.</param>
    /// <param name="deadline">The deadline for each check; at most 10 seconds.</param>
    /// <param name="servers">The servers, running or stopped.</param>
    /// <returns>A row for each server.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The deadline is not positive, or longer than 10 seconds.</exception>
    public static Table Watch(Answer answer, TimeSpan deadline, params IReadOnlyList<Server> servers)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(servers);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(deadline, TimeSpan.FromSeconds(10));
        return new Table(
            ["server", "a monitor that only connects", "your check"],
            servers.Select(server => (object?[])[server.Name, Look(OnlyConnects.Code, server), Look(answer, server)]));

        string Look(Answer check, Server server)
        {
            using var monitored = new RealMonitoredServer(server.EndPoint);
            var seen = "does not come to an end";
            var end = Sandbox.Run(
                () =>
                {
                    try
                    {
                        seen = check(monitored, deadline) ? "healthy" : "not healthy";
                    }
                    catch (NotImplementedException)
                    {
                        seen = "not written yet";
                    }
                    catch (Exception exception) when (!Trial.IsStop(exception))
                    {
                        seen = $"throws {exception.GetType().Name}";
                    }
                },
                deadline + TimeSpan.FromSeconds(1),
                monitored.Dispose);
            return end == SandboxEnd.Ended ? seen : "does not come to an end";
        }
    }

    private protected override void Try(Trial trial, Answer answer)
    {
        foreach (var script in Scripts(trial.Random))
        {
            var start = TimeSpan.FromMinutes(trial.Random.Next(60, 600));
            var what = $"{script.Text}; the deadline was {InvariantText.Of(script.Deadline)}";
            var right = Play(Reference, script, start);
            var played = trial.Call(what, () => Play(answer, script, start));
            if (played.Result != right.Result)
            {
                var mistake = MistakeIn(played, right, start + script.Deadline, script.Deadline);
                trial.Wrong(what, right.Result, played.Result, mistake, mistake is null ? ReasonFor(played, right) : null);
            }

            trial.Expect(what, right.Result, played.Result);
        }
    }

    private static bool Asked(MonitoredServer server, TimeSpan deadline, Func<string, bool> isRight, bool atTheEnd = false) =>
        Safely(() =>
        {
            var end = server.Now + deadline;
            using var connection = server.Connect(deadline);
            connection.Send(Question);
            return IsAnswered(server, connection, end, isRight, atTheEnd);
        });

    private static bool IsAnswered(
        MonitoredServer server, MonitoredConnection connection, TimeSpan end, Func<string, bool>? isRight = null,
        bool atTheEnd = false)
    {
        var answer = "";
        while (server.Now < end && connection.Receive(end - server.Now) is { } text)
        {
            answer += text;
            if (text.Length == 0 || (isRight is null ? answer == Right : isRight(answer)))
            {
                return text.Length > 0 || atTheEnd;
            }
        }

        return false;
    }

    private static bool Safely(Func<bool> check)
    {
        try
        {
            return check();
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Played Play(Answer answer, MonitorScript script, TimeSpan start)
    {
        var server = new ScriptedMonitoredServer(script, start);
        bool? healthy = null;
        Exception? escaped = null;
        try
        {
            healthy = answer(server, script.Deadline);
        }
        catch (ScriptEndedException) when (server.Stuck is not null)
        {
        }
        catch (Exception exception) when (server.HasThrown(exception))
        {
            escaped = exception.GetBaseException();
        }

        var after = server.Clock - start;
        var end = server.Connections == 0 ? ""
            : server.Open > 0 ? "; the connection is still open" : "; the connection is closed";
        var result = server.Stuck
            ?? (escaped is SocketException { SocketErrorCode: var error }
                ? new Said($"a `SocketException` after {InvariantText.Of(after)}: `{error}`")
                : new Said($"{(healthy == true ? "true" : "false")} after {InvariantText.Of(after)}{end}"));
        return new Played(result, healthy, after, escaped is not null, server);
    }

    // Each mistake shows in what was asked of the server.
    private static Mistake<Answer>? MistakeIn(Played played, Played right, TimeSpan end, TimeSpan deadline)
    {
        var server = played.Server;
        var late = played.After > right.After;
        return played switch
        {
            { HasEscaped: true } => Escapes,
            _ when server.WithoutLimit is { } since && (late || server.Stuck is not null) => since < end ? WaitsForEver : null,
            _ when server.Stuck is not null => null,
            _ when played.Healthy == right.Healthy && played.After == right.After => LeavesOpen,
            _ when server.Sent != Question => played.Healthy == true && server.Receives == 0 ? OnlyConnects : null,
            { Healthy: true } when server.Receives == 0 => OnlyConnects,
            { Healthy: true } when server.EndWasLast => EndIsAnAnswer,
            { Healthy: true } when server.Received != Right && server.Received.EndsWith(Right, StringComparison.Ordinal) =>
                OnlyTheEnd,
            { Healthy: true } when server.Received.EndsWith('.') && server.Received != Right => AnyAnswer,
            { Healthy: true } when server is { Receives: 1, Received: not (Right or "") } => AnyBytes,
            { Healthy: true } when server.Received != Right => null,
            { Healthy: false } when right.Healthy == true && server.Received == Right => WaitsForTheEnd,
            { Healthy: false } when right.Healthy == true && server is { Receives: 1, Received.Length: > 0 } => OneReceive,
            _ when late && server.Longest is { Beyond.Ticks: > 0, Timeout: var timeout } && timeout >= deadline => StartedAnew,
            _ => null,
        };
    }

    private static string? ReasonFor(Played played, Played right) => played.Server switch
    {
        { Stuck: not null, WithoutLimit: not null } =>
            "No time was left, and your check called `Receive` all the same: zero or less means no limit. Return before that.",
        { Stuck: not null, EndWasSeen: true } =>
            "`Receive` returned an empty string: the server has closed, and nothing will ever come. Your check goes on "
                + "receiving.",
        { Stuck: not null } => "Your check goes round in circles. The clock moves only while `Connect` and `Receive` wait.",
        { Sent: "" } => "Your check sends no question, so the server has nothing to answer.",
        { Connections: > 1 } => "Your check connects more than once. Only the first connection gets an answer.",
        { Sent: not Question } => "The question is `Alive?`, sent once. To anything else, this server says nothing.",
        { HasReadTheClock: false } =>
            "Your check never looks at `server.Now`. That is the only clock here, and it moves only while a call waits.",
        _ when played.After > right.After =>
            "Your check noticed the deadline too late: a call was allowed to wait longer than the time that was left.",
        _ when played.Healthy == false && right.Healthy == false && played.After < right.After =>
            "Your check gave up too early: the answer could still have come in time.",
        _ => null,
    };

    private static IEnumerable<MonitorScript> Scripts(Random random)
    {
        var second = TimeSpan.FromSeconds(1);
        yield return new("a healthy server answered after 12 ms", second, Ms(1), At(12, Right));
        yield return new("a server with no worker left: the system accepted the connection, and no more came", second, Ms(1));
        yield return new(
            "a server's answer came as `Al` after 10 ms and `ive.` after 30 ms", second, Ms(1), At(10, "Al"), At(30, "ive."));
        yield return new("a server closed the connection after 8 ms, without an answer", second, Ms(1), At(8, ""));
        yield return new("a server sent `Ali` after 10 ms and closed after 15 ms", second, Ms(1), At(10, "Ali"), At(15, ""));
        yield return new("an overloaded server said `Busy.` after 5 ms and closed", second, Ms(1), At(5, Busy), At(5, ""));
        yield return new(
            "a server without its database said `Not Alive.` after 6 ms and closed", second, Ms(1), At(6, NotAlive), At(6, ""));
        yield return new("a stopped server refused the connection", second, Ms(1)) { Refuses = true };
        yield return new("a worker crashed on the question: the connection was reset after 9 ms", second, Ms(1), At(9, null));
        yield return new("the connection was reset as the question was sent", second, Ms(1)) { ResetsAtOnce = true };
        yield return new("a server with a full accept queue did not react at all", second, null);
        yield return new("a server sent a byte of its answer every 300 ms", second, Ms(1), Dribble(300));
        yield return new(
            "a server sent `Ali` in the very instant of the deadline, and then nothing more", second, Ms(1), At(1000, "Ali"));
        yield return new(
            "a slow server accepted the connection after 600 ms and answered after 1,200 ms", second, Ms(600), At(1200, Right));
        for (var i = 0; i < RandomScripts; i++)
        {
            yield return RandomScript(random);
        }
    }

    private static MonitorScript RandomScript(Random random)
    {
        var deadline = random.Next(3, 20) * 100;
        var connects = random.Next(1, deadline / 2);
        var answer = random.Next(8) switch { 0 => Busy, 1 => Right[..random.Next(1, Right.Length)], _ => Right };
        var at = connects;
        var pieces = new List<MonitorPiece>();
        var told = new List<string> { InvariantText.Format($"a server accepted the connection after {connects} ms") };
        for (var from = 0; from < answer.Length;)
        {
            var length = answer == Busy ? answer.Length : random.Next(1, answer.Length - from + 1);
            Then(answer[from..(from + length)], random.Next(1, deadline / 4));
            from += length;
        }

        // A check may know from the first letter that an answer is the wrong one: the end does not come later.
        if (answer != Right)
        {
            Then(random.Next(2) == 0 ? "" : null, answer == Busy ? 0 : random.Next(1, deadline / 4));
        }

        return new(string.Join(", ", told), Ms(deadline), Ms(connects), pieces);

        // Whether an answer is in time that is complete in the very instant of the deadline, the task does not say.
        void Then(string? text, int later)
        {
            at += later;
            at += at == deadline ? 1 : 0;
            pieces.Add(At(at, text));
            var what = text switch { null => "reset it", "" => "closed it", _ => $"sent `{text}`" };
            told.Add(InvariantText.Format($"{what} after {at} ms"));
        }
    }

    private static MonitorPiece[] Dribble(int every) => [.. Right.Select((letter, i) => At((i + 1) * every, letter.ToString()))];

    private static MonitorPiece At(int milliseconds, string? text) => new(Ms(milliseconds), text);

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private sealed record Played(Said Result, bool? Healthy, TimeSpan After, bool HasEscaped, ScriptedMonitoredServer Server);
}
