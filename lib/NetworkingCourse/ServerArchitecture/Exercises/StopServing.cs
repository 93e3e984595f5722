using System.Diagnostics;
using System.Net.Sockets;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;
using Tasks = System.Threading.Tasks.Task;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.12: a server that is stopped and drops no question.</summary>
    public static StopServingExercise StopServing { get; } = new();
}

/// <summary>
/// The learner's server is stopped while some clients wait for an answer and others are idle. The check counts the answers, and
/// looks at how the idle connections end.
/// </summary>
public sealed class StopServingExercise : Exercise<Func<Socket, Serving, Task>>
{
    private const int Waiting = 5;
    private const int Idle = 3;

    private static readonly TimeSpan Think = TimeSpan.FromSeconds(0.4);

    // Longer than an answer takes, and shorter than the server is given to end.
    private static readonly TimeSpan FixedTime = 4.5 * Think;

    private static readonly Mistake<Func<Socket, Serving, Task>> DropsThem = new(
        "drops the questions it is answering",
        "Clients that had asked before the stop got no answer. A stop is no reason to drop a question that you have taken: "
            + "finish it, send the answer, and only then end the conversation. Pass `serving.Stopping` to the *wait for a "
            + "question*, not to the think time or the send.",
        With(Flaw.DropsThem));

    private static readonly Mistake<Func<Socket, Serving, Task>> LeavesThemAlone = new(
        "ends before its conversations",
        "Your method returned while clients still waited for their answers. When it returns, the server has ended, as a program "
            + "has when `Main` returns, and its tasks end with it. Keep the task of each conversation, and await them all before "
            + "you return. (If you already do, find out what ends a conversation too early: its think time must not be "
            + "cancelled.)",
        With(Flaw.LeavesThemAlone));

    private static readonly Mistake<Func<Socket, Serving, Task>> ExceptionEscapes = new(
        "an exception leaves the accept loop",
        "An exception left your method while clients still waited for their answers. When `serving.Stopping` is cancelled, "
            + "`AcceptAsync(serving.Stopping)` throws an `OperationCanceledException`; without the token, it throws a "
            + "`SocketException`, because the listener is closed. The exception skips whatever comes after the loop, including a "
            + "`Task.WhenAll`. Catch it around the loop, and await the conversations after that.",
        With(Flaw.ExceptionEscapes));

    private static readonly Mistake<Func<Socket, Serving, Task>> WaitsForAFixedTime = new(
        "waits for a fixed time",
        "No client waited for an answer, and your method returned only some time later. A fixed wait is too long for most stops, "
            + "and too short for the slowest answer. Wait for the conversations themselves: `await Task.WhenAll(conversations)`.",
        With(Flaw.WaitsForAFixedTime));

    private static readonly Mistake<Func<Socket, Serving, Task>> WaitsForTheIdle = new(
        "waits for idle clients",
        "Idle clients kept your server from ending until it was aborted. A client between two questions is owed nothing: when "
            + "the server stops, end the wait for its next question, and close the connection. Link `serving.Stopping` into the "
            + "token of `ReceiveAsync`.",
        With(Flaw.WaitsForTheIdle));

    private static readonly Mistake<Func<Socket, Serving, Task>> ResetsTheIdle = new(
        "resets idle clients",
        "Idle clients saw a reset instead of a normal close. To them it looks like a crash. `Dispose` sends a FIN, unless "
            + "received bytes are left unread, a `ReceiveAsync` is still waiting, or you asked for a reset with `LingerState` "
            + "(or `Close(0)`). End the wait first: give `ReceiveAsync` the token `serving.Stopping`.",
        With(Flaw.ResetsTheIdle));

    internal StopServingExercise()
        : base(new ExerciseText(
            "4-server-architecture/12-your-own-server.ipynb", "4.12", 2, nameof(Exercises.StopServing),
            "Stop without dropping a question",
            "Write a server that ends well. When `serving.Stopping` is cancelled, it accepts no one else, answers the questions "
                + "that it has taken, closes the connections of clients that are between two questions, and returns when all "
                + "that is done.",
            [
                "Two kinds of clients are connected when the server stops: those in the middle of a question, and those between "
                    + "two. Which of your awaits is each of them in? Which of these awaits should a stop end?",
                "Keep the tasks: `conversations.Add(ConverseAsync(client, serving));`. The `AcceptAsync` that is cancelled ends "
                    + "the loop with an `OperationCanceledException`: catch it, and then `await Task.WhenAll(conversations)`.",
            ]))
    {
    }

    /// <summary>What a client sees of its connection.</summary>
    private enum End
    {
        Answered,
        Closed,
        Reset,
        StillOpen,
    }

    private enum Flaw
    {
        None,
        DropsThem,
        LeavesThemAlone,
        WaitsForTheIdle,
        ResetsTheIdle,
        ExceptionEscapes,
        WaitsForAFixedTime,
    }

    /// <inheritdoc/>
    public override int Minutes => 20;

    /// <inheritdoc/>
    internal override int DifferentChecks => 1;

    internal override TimeSpan Deadline => TimeSpan.FromSeconds(120);

    internal override Func<Socket, Serving, Task> Reference => With(Flaw.None);

    internal override IReadOnlyList<Mistake<Func<Socket, Serving, Task>>> Mistakes { get; } =
        [DropsThem, LeavesThemAlone, ExceptionEscapes, WaitsForTheIdle, ResetsTheIdle, WaitsForAFixedTime];

    private protected override void Try(Trial trial, Func<Socket, Serving, Task> answer)
    {
        var seen = Punctuality.JudgeAsync(Think, think => StopAsync(answer, think, trial.Over), seen => seen.IsClean)
            .GetAwaiter().GetResult();
        if (seen.Failure is { } failure)
        {
            trial.Call("started your server", () => throw failure);
        }

        if (seen.Refusal is { } refusal)
        {
            trial.Wrong(
                "let a client connect and ask", new Said("it is accepted"), new Said($"{refusal}"),
                reason: seen.HasReturned ? FaultMatrix.HasReturnedEarly : null);
        }

        trial.Expect(InvariantText.Format($"let {Idle} clients ask, and stay: the answered ones"), Idle, seen.AnsweredIdle);
        trial.Expect(
            InvariantText.Format($"let {Waiting} more ask: on how many answers it thinks at once"), Waiting, seen.Thinking);
        trial.Expect(
            InvariantText.Format($"stopped it with {Waiting} questions unanswered: the answers that arrived"),
            Waiting, seen.AnsweredAfterStop,
            seen.ThinkingAtItsEnd == 0 ? DropsThem : seen.HasThrown ? ExceptionEscapes : LeavesThemAlone);
        var (byItself, aborted) = (new Said("it returned"), new Said("it had to be aborted"));
        trial.Expect(
            InvariantText.Format($"gave it {InvariantText.Of(seen.Grace)} to end"),
            byItself, seen.WasAborted ? aborted : byItself, WaitsForTheIdle);
        foreach (var end in seen.IdleEnds)
        {
            trial.Expect(
                "looked at the connection of an idle client", Words(End.Closed), Words(end),
                end == End.Reset ? ResetsTheIdle : null);
        }

        var isPrompt = Punctuality.JudgeAsync(Think, limit => EndsWithinAsync(answer, limit, trial.Over), prompt => prompt)
            .GetAwaiter().GetResult();
        var (atOnce, later) = (new Said("it returned at once"), new Said("it returned only some time later"));
        trial.Expect(
            "started it again, and stopped it when no client waited for an answer", atOnce, isPrompt ? atOnce : later,
            WaitsForAFixedTime);
    }

    // Stops a server whose clients are all idle. Whether its code has then ended within a limit.
    private static async Task<bool> EndsWithinAsync(
        Func<Socket, Serving, Task> answer, TimeSpan limit, CancellationToken cancellation)
    {
        var server = (OwnServer)Architecture.Own("your server, stopped when idle", answer).Start(limit / 10);
        var idle = new List<Socket>();
        try
        {
            await AskAsync(server, idle, Idle, cancellation).ConfigureAwait(false);
            _ = await EndsAsync(idle, limit, cancellation).ConfigureAwait(false);
            var stopping = server.StopAsync(5 * limit);
            var late = Tasks.Delay(limit, cancellation);
            var isPrompt = server.Body is not { } body || await Tasks.WhenAny(body, late).ConfigureAwait(false) == body;
            await stopping.ConfigureAwait(false);
            return isPrompt;
        }
        catch (SocketException)
        {
            return false;
        }
        finally
        {
            await server.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
            foreach (var socket in idle)
            {
                socket.Dispose();
            }
        }
    }

    private static async Task<Seen> StopAsync(
        Func<Socket, Serving, Task> answer, TimeSpan think, CancellationToken cancellation)
    {
        var server = (OwnServer)Architecture.Own("your server, stopped", answer).Start(think);
        var (idle, waiting) = (new List<Socket>(), new List<Socket>());
        var seen = new Seen { Grace = 5 * think };
        try
        {
            await AskAsync(server, idle, Idle, cancellation).ConfigureAwait(false);
            var first = await EndsAsync(idle, think, cancellation).ConfigureAwait(false);
            seen = seen with { AnsweredIdle = first.Count(end => end == End.Answered), Failure = server.Failure };
            if (seen.AnsweredIdle < Idle)
            {
                return seen;
            }

            await AskAsync(server, waiting, Waiting, cancellation).ConfigureAwait(false);
            seen = seen with { Thinking = await ThinkingAsync(server, think, cancellation).ConfigureAwait(false) };
            if (seen.Thinking < Waiting)
            {
                return seen;
            }

            var (answers, ends) = (EndsAsync(waiting, think, cancellation), EndsAsync(idle, think, cancellation));
            await server.StopAsync(seen.Grace).ConfigureAwait(false);
            var last = await answers.ConfigureAwait(false);
            return seen with
            {
                AnsweredAfterStop = last.Count(end => end == End.Answered),
                ThinkingAtItsEnd = server.ThinkingAtItsEnd,
                HasThrown = server.Body is { IsCanceled: true } or { IsFaulted: true },
                WasAborted = server.WasAborted,
                IdleEnds = await ends.ConfigureAwait(false),
            };
        }
        catch (SocketException exception)
        {
            return seen with
            {
                Failure = server.Failure,
                Refusal = exception.SocketErrorCode,
                HasReturned = server.HasReturned,
            };
        }
        finally
        {
            await server.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
            foreach (var socket in idle.Concat(waiting))
            {
                socket.Dispose();
            }
        }
    }

    private static async Task AskAsync(Server server, List<Socket> clients, int count, CancellationToken cancellation)
    {
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            clients.Add(socket);
            await socket.ConnectAsync(server.EndPoint, cancellation).ConfigureAwait(false);
            await socket.SendAsync("Ready?"u8.ToArray(), cancellation).ConfigureAwait(false);
        }
    }

    private static Task<End[]> EndsAsync(IEnumerable<Socket> clients, TimeSpan think, CancellationToken cancellation) =>
        Tasks.WhenAll(clients.Select(socket => AnswerAsync(socket, 20 * think, cancellation)));

    private static Said Words(End end) => new(end switch
    {
        End.Closed => "closed",
        End.Reset => "reset",
        End.Answered => "an answer to no question",
        _ => "still open",
    });

    private static async Task<End> AnswerAsync(Socket socket, TimeSpan patience, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(patience);
        var buffer = new byte[16];
        var count = 0;
        try
        {
            while (count == 0 || buffer[count - 1] != Question.AnswerEnd)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(count), timer.Token).ConfigureAwait(false);
                if (received == 0)
                {
                    return End.Closed;
                }

                count += received;
            }

            return End.Answered;
        }
        catch (SocketException)
        {
            return End.Reset;
        }
        catch (OperationCanceledException)
        {
            return End.StillOpen;
        }
    }

    // How many answers it thinks on, once it is as many as clients wait, or no more come.
    private static async Task<int> ThinkingAsync(Server server, TimeSpan think, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (server.ThinkTimes.Count!.Now < Waiting && Stopwatch.GetElapsedTime(began) < think)
        {
            await Tasks.Delay(TimeSpan.FromMilliseconds(5), cancellation).ConfigureAwait(false);
        }

        return server.ThinkTimes.Count.Now;
    }

    /// <summary>What the clients of a server saw that was stopped.</summary>
    private sealed record Seen
    {
        /// <summary>What ended the server before it was stopped.</summary>
        public Exception? Failure { get; init; }

        /// <summary>Why a client could not connect or ask.</summary>
        public SocketError? Refusal { get; init; }

        /// <summary>Whether the learner's code had returned before that.</summary>
        public bool HasReturned { get; init; }

        /// <summary>How many of the clients that then stayed idle had been answered.</summary>
        public int AnsweredIdle { get; init; }

        /// <summary>On how many answers it thought when it was stopped.</summary>
        public int Thinking { get; init; }

        /// <summary>How long it was given to end.</summary>
        public required TimeSpan Grace { get; init; }

        /// <summary>How many of those answers arrived.</summary>
        public int AnsweredAfterStop { get; init; }

        /// <inheritdoc cref="OwnServer.ThinkingAtItsEnd"/>
        public int ThinkingAtItsEnd { get; init; }

        /// <summary>Whether an exception ended its code.</summary>
        public bool HasThrown { get; init; }

        /// <inheritdoc cref="OwnServer.WasAborted"/>
        public bool WasAborted { get; init; }

        /// <summary>How the connections of the idle clients ended.</summary>
        public IReadOnlyList<End> IdleEnds { get; init; } = [];

        /// <summary>Whether nothing is wrong.</summary>
        public bool IsClean =>
            (AnsweredIdle, Thinking, AnsweredAfterStop, WasAborted) == (Idle, Waiting, Waiting, false)
            && IdleEnds.All(end => end == End.Closed);
    }

    private static Func<Socket, Serving, Task> With(Flaw flaw) => (listener, serving) => ServeAsync(listener, serving, flaw);

    private static async Task ServeAsync(Socket listener, Serving serving, Flaw flaw)
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync(serving.Stopping).ConfigureAwait(false);
                conversations.Add(ConverseAsync(client, serving, flaw));
            }
        }
        catch (Exception exception) when (flaw != Flaw.ExceptionEscapes
            && exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is to stop.
        }

        if (flaw == Flaw.WaitsForAFixedTime)
        {
            await Tasks.Delay(FixedTime).ConfigureAwait(false);
        }
        else if (flaw != Flaw.LeavesThemAlone)
        {
            await Tasks.WhenAll(conversations).ConfigureAwait(false);
        }
    }

    private static async Task ConverseAsync(Socket client, Serving serving, Flaw flaw)
    {
        using (client)
        {
            try
            {
                while (await AnswerAsync(client, serving, flaw).ConfigureAwait(false))
                {
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                if (flaw == Flaw.ResetsTheIdle)
                {
                    client.LingerState = new LingerOption(enable: true, seconds: 0);
                }
            }
        }
    }

    private static async Task<bool> AnswerAsync(Socket client, Serving serving, Flaw flaw)
    {
        var buffer = new byte[Question.MaxBytes];
        var count = 0;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(
            flaw == Flaw.WaitsForTheIdle ? CancellationToken.None : serving.Stopping);
        deadline.CancelAfter(serving.Deadline);
        while (count == 0 || buffer[count - 1] != Question.End)
        {
            var received = await client.ReceiveAsync(buffer.AsMemory(count), deadline.Token).ConfigureAwait(false);
            if (received == 0)
            {
                return false;
            }

            count += received;
        }

        await serving.ThinkAsync().ConfigureAwait(false);
        buffer[count - 1] = Question.AnswerEnd;
        var stopping = flaw == Flaw.DropsThem ? serving.Stopping : CancellationToken.None;
        await client.SendAsync(buffer.AsMemory(0, count), stopping).ConfigureAwait(false);
        return true;
    }
}
