using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;
using Tasks = System.Threading.Tasks.Task;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.12: a server that survives everything and serves two hundred clients at once on a few threads.</summary>
    public static ServeManyOnFewThreadsExercise ServeManyOnFewThreads { get; } = new();
}

/// <summary>
/// The learner writes an asynchronous server. Every fault is done to it; then the check counts on how many answers it thinks at
/// the same time, and how many threads that takes.
/// </summary>
public sealed class ServeManyOnFewThreadsExercise : Exercise<Func<Socket, Serving, Task>>
{
    private const int Clients = 200;
    private const int FewThreads = 50;

    private static readonly TimeSpan Think = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    private static readonly Mistake<Func<Socket, Serving, Task>> AwaitsTheConversation = new(
        "awaits each conversation",
        "Your server serves one client after the other, although it is asynchronous: it awaits a conversation before it accepts "
            + "the next client. Start the conversation, keep its task, and accept again.",
        With(Flaw.AwaitsTheConversation));

    private static readonly Mistake<Func<Socket, Serving, Task>> NoDeadline = new(
        "has no deadline",
        "A client that sends nothing keeps its connection for ever. `ReceiveTimeout` does not help here: asynchronous calls "
            + "ignore it. Pass a token to `ReceiveAsync`, from a `CancellationTokenSource` on which you have called "
            + "`CancelAfter(serving.Deadline)`.",
        With(Flaw.NoDeadline));

    private static readonly Mistake<Func<Socket, Serving, Task>> DeadlineForEachRead = new(
        "starts the deadline anew with each byte",
        "A client that sends a byte now and then keeps its connection for ever, because each receive starts the deadline anew. "
            + "The deadline is for the whole question: call `CancelAfter` once, when you begin to wait for a question.",
        With(Flaw.DeadlineForEachRead));

    private static readonly Mistake<Func<Socket, Serving, Task>> NoSendDeadline = new(
        "waits for ever to send",
        "A client that asks without end and never reads keeps its connection for ever: its receive buffer is full, then your "
            + "send buffer, and then `SendAsync` waits. It needs a deadline, too.",
        With(Flaw.NoSendDeadline));

    private static readonly Mistake<Func<Socket, Serving, Task>> LeavesOpen = new(
        "leaves connections open",
        "Your server leaves connections open. The client has gone or its deadline has passed, the receive has returned 0 or "
            + "thrown, the task of the conversation has ended, and the socket is still there, with its descriptor. Nothing else "
            + "closes it: put `using (client)` around the whole conversation, so that it also covers exceptions.",
        With(Flaw.LeavesOpen));

    private static readonly Mistake<Func<Socket, Serving, Task>> ThreadForEach = new(
        "starts a thread for each client",
        "Your server survives everything and serves all clients at once, but each of them costs a thread. A method that awaits "
            + "needs none while it waits: use `ReceiveAsync`, `ThinkAsync` and `SendAsync` instead of the blocking calls.",
        With(Flaw.ThreadForEach));

    private static readonly Mistake<Func<Socket, Serving, Task>> BlocksThePool = new(
        "blocks threads of the pool",
        "Your server serves far fewer clients at once than have come. Its conversations run on the thread pool and block there: "
            + "`serving.Think()`, `Receive` or `Send` hold a thread of the pool while they wait, and the pool has few, and adds "
            + "more only slowly. Await `ThinkAsync`, `ReceiveAsync` and `SendAsync`.",
        With(Flaw.BlocksThePool));

    private static readonly Mistake<Func<Socket, Serving, Task>> Decodes = CloserLook.Decodes(With(Flaw.Decodes));

    private static readonly Mistake<Func<Socket, Serving, Task>> AnswersHalf = CloserLook.AnswersHalf(With(Flaw.AnswersHalf));

    private static readonly Mistake<Func<Socket, Serving, Task>> NoLimit = CloserLook.NoLimit(With(Flaw.NoLimit));

    internal ServeManyOnFewThreadsExercise()
        : base(new ExerciseText(
            "4-server-architecture/12-your-own-server.ipynb", "4.12", 1, nameof(Exercises.ServeManyOnFewThreads),
            "Survive everything, and serve two hundred clients on a few threads",
            "Write a server with `async` and `await`. It answers each question with the same bytes and a `.` in place of the "
                + "`?`, and awaits `serving.ThinkAsync()` before each answer. A question may take `serving.Deadline` to arrive, "
                + "an answer as long to be read, and a question may have `Question.MaxBytes` bytes. It survives every fault, "
                + "serves two hundred clients at once, and needs no thread for each of them.",
            [
                "Your blocking server of lesson 4.1 has the right loops. Make every call that waits an awaited one, and ask of "
                    + "each line: what happens to the *other* clients while this one waits?",
                "`while (true) _ = ConverseAsync(await listener.AcceptAsync(serving.Stopping), serving);`. In the conversation: "
                    + "`using (client)`; `try … catch (Exception)`, because no one sees what a forgotten task throws; for each "
                    + "question a new `CancellationTokenSource` with `CancelAfter(serving.Deadline)`, whose token goes to every "
                    + "`ReceiveAsync`; one more for the `SendAsync`.",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        AwaitsTheConversation,
        NoDeadline,
        DeadlineForEachRead,
        NoSendDeadline,
        LeavesOpen,
        ThreadForEach,
        BlocksThePool,
        Decodes,
        NoLimit,
        AnswersHalf,
    }

    /// <inheritdoc/>
    public override int Minutes => 30;

    /// <inheritdoc/>
    internal override int DifferentChecks => 1;

    internal override TimeSpan Deadline => TimeSpan.FromSeconds(90);

    internal override Func<Socket, Serving, Task> Reference => With(Flaw.None);

    internal override IReadOnlyList<Mistake<Func<Socket, Serving, Task>>> Mistakes { get; } =
    [
        AwaitsTheConversation, NoDeadline, DeadlineForEachRead, NoSendDeadline, LeavesOpen, ThreadForEach, BlocksThePool, Decodes,
        AnswersHalf, NoLimit,
    ];

    private protected override void Try(Trial trial, Func<Socket, Serving, Task> answer)
    {
        var matrix = FaultMatrix.RunAsync([Architecture.Own("your server", answer)], null, trial.Over).GetAwaiter().GetResult();
        matrix.ExpectSurvival(trial, Recognised(matrix.Results.Values.Single(), matrix.EndedWith is not null));
        CloserLook.Expect(trial, answer, Decodes, AnswersHalf, NoLimit);
        var (atOnce, threads, blocksThePool) = trial.Call(
            InvariantText.Format($"let {Clients} clients ask at the same time"),
            () => Punctuality
                .JudgeAsync(Think, think => CountAsync(answer, think, trial.Over), seen => seen.AtOnce == Clients)
                .GetAwaiter().GetResult());
        trial.Expect(
            InvariantText.Format($"let {Clients} clients ask at the same time: on how many answers it thought at once"),
            Clients, atOnce, TooFew(threads, blocksThePool));
        var few = new Said(InvariantText.Format($"at most {FewThreads}"));
        trial.Expect(
            "counted the threads that this took",
            few, threads <= FewThreads ? few : new Said(InvariantText.Format($"{threads}")), ThreadForEach);
    }

    // The number of answers at once does not tell them apart. Where other programs keep the cores busy, two hundred threads do
    // not think all at the same time, and a blocked pool may get no thread beyond its first.
    private static Mistake<Func<Socket, Serving, Task>> TooFew(int threads, bool blocksThePool) =>
        threads > Clients / 2 ? ThreadForEach : blocksThePool ? BlocksThePool : AwaitsTheConversation;

    private static Mistake<Func<Socket, Serving, Task>>? Recognised(IReadOnlyList<FaultResult> results, bool ended) =>
        results.FirstOrDefault(result => !result.Passed) switch
        {
            // A server that does not answer at all has another fault.
            { AnsweredAsExpected: false } => null,
            { ServedMeanwhile: false } or { ServedAfterwards: false } when !ended => AwaitsTheConversation,
            _ => Symptoms.OfFirstFailure(results) switch
            {
                Symptom.NoDeadline => NoDeadline,
                Symptom.DeadlineForEachRead => DeadlineForEachRead,
                Symptom.NoSendDeadline => NoSendDeadline,
                Symptom.LeavesOpen => LeavesOpen,
                _ => null,
            },
        };

    private static async Task<(int AtOnce, int Threads, bool BlocksThePool)> CountAsync(
        Func<Socket, Serving, Task> answer, TimeSpan think, CancellationToken cancellation)
    {
        var before = Resources.OfThisProcess().Threads;
        var server = Architecture.Own("your server, with many clients", answer).Start(think);
        await using (server.ConfigureAwait(false))
        {
            var load = Load.ClosedLoopAsync(server, Clients, connectFirst: true, deadline: 4 * think, cancellation: cancellation);
            var max = 0;
            while (!load.IsCompleted)
            {
                max = Math.Max(max, Resources.OfThisProcess().Threads);
                await Tasks.WhenAny(load, Tasks.Delay(Glance, cancellation)).ConfigureAwait(false);
            }

            await load.ConfigureAwait(false);
            return (server.ThinkTimes.Count!.Max, max - before, server.ThinkTimes.Count.HasBlockedThePool);
        }
    }

    private static Func<Socket, Serving, Task> With(Flaw flaw) => (listener, serving) => ServeAsync(listener, serving, flaw);

    private static async Task ServeAsync(Socket listener, Serving serving, Flaw flaw)
    {
        // So that the garbage collector does not close what the mistake leaves open.
        var leftOpen = new ConcurrentQueue<Socket>();
        try
        {
            while (!serving.IsStopping)
            {
                var client = await listener.AcceptAsync(serving.Stopping).ConfigureAwait(false);
                if (flaw == Flaw.ThreadForEach)
                {
                    serving.Start(() => ConverseAsync(client, serving, flaw, leftOpen).GetAwaiter().GetResult());
                    continue;
                }

                var conversation = ConverseAsync(client, serving, flaw, leftOpen);
                if (flaw == Flaw.AwaitsTheConversation)
                {
                    await conversation.ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (var socket in leftOpen)
            {
                socket.Dispose();
            }
        }
    }

    private static async Task ConverseAsync(Socket client, Serving serving, Flaw flaw, ConcurrentQueue<Socket> leftOpen)
    {
        try
        {
            await AnswerAllAsync(client, serving, flaw).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The client reset the connection, or is too late.
        }

        if (flaw == Flaw.LeavesOpen)
        {
            leftOpen.Enqueue(client);
            return;
        }

        client.Dispose();
    }

    private static async Task AnswerAllAsync(Socket client, Serving serving, Flaw flaw)
    {
        var buffer = new byte[Question.MaxBytes];
        var count = 0;
        while (true)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(serving.Stopping);
            deadline.CancelAfter(flaw == Flaw.NoDeadline ? Timeout.InfiniteTimeSpan : serving.Deadline);
            int end;
            while ((end = buffer.AsSpan(0, count).IndexOf(Question.End)) < 0)
            {
                if (count == buffer.Length && flaw != Flaw.NoLimit)
                {
                    return;
                }

                if (count == buffer.Length)
                {
                    Array.Resize(ref buffer, 2 * count);
                }

                if (flaw == Flaw.DeadlineForEachRead)
                {
                    deadline.CancelAfter(serving.Deadline);
                }

                var received = await client.ReceiveAsync(buffer.AsMemory(count), deadline.Token).ConfigureAwait(false);
                if (received == 0 && flaw == Flaw.AnswersHalf && count > 0)
                {
                    byte[] half = [.. buffer.AsSpan(0, count), Question.AnswerEnd];
                    await SendAsync(client, half, serving, flaw).ConfigureAwait(false);
                }

                if (received == 0)
                {
                    return;
                }

                count += received;
            }

            await ThinkAsync(serving, flaw).ConfigureAwait(false);
            buffer[end] = Question.AnswerEnd;
            var answer = flaw == Flaw.Decodes
                ? Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(buffer, 0, end + 1))
                : buffer.AsMemory(0, end + 1);
            await SendAsync(client, answer, serving, flaw).ConfigureAwait(false);
            buffer.AsSpan(end + 1, count - end - 1).CopyTo(buffer);
            count -= end + 1;
        }
    }

    private static Task ThinkAsync(Serving serving, Flaw flaw)
    {
        if (flaw != Flaw.BlocksThePool)
        {
            return serving.ThinkAsync();
        }

        serving.Think();
        return Tasks.CompletedTask;
    }

    private static async Task SendAsync(Socket client, ReadOnlyMemory<byte> answer, Serving serving, Flaw flaw)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(serving.Stopping);
        deadline.CancelAfter(flaw is Flaw.NoSendDeadline or Flaw.NoDeadline ? Timeout.InfiniteTimeSpan : serving.Deadline);
        while (answer.Length > 0)
        {
            answer = answer[await client.SendAsync(answer, deadline.Token).ConfigureAwait(false)..];
        }
    }
}
