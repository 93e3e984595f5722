using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.ServerArchitecture;
using Tasks = System.Threading.Tasks.Task;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.1: a blocking server on a bare socket.</summary>
    public static BlockingServerExercise BlockingServer { get; } = new();
}

/// <summary>The learner writes a server on a bare socket, and every fault is done to it.</summary>
public sealed class BlockingServerExercise : Exercise<Action<Socket, Serving>>
{
    private static readonly Mistake<Action<Socket, Serving>> Spins = new(
        "spins on 0 bytes",
        "After a client has closed, a core spins. `Receive` returns 0 at the end of the stream, at once and every time. If your "
            + "loop goes on after a 0, it never ends and never waits. Treat 0 as the end of the conversation.",
        With(Flaw.Spins));

    private static readonly Mistake<Action<Socket, Serving>> OneClientEndsIt = new(
        "one bad client ends it",
        "One client's trouble ended the whole server: an exception left your method. `Receive` and `Send` throw a "
            + "`SocketException` if the client resets its connection or the deadline passes, and your own code may throw others. "
            + "Catch them around the conversation, close that connection, and accept the next client.",
        With(Flaw.OneClientEndsIt));

    private static readonly Mistake<Action<Socket, Serving>> FirstQuestionOnly = new(
        "answers one question for each receive",
        "Your server answers only one of several questions that arrive together. One `Receive` can return many questions, or "
            + "parts of them. Keep the bytes behind the first `?`, and look for the next `?` before you receive again.",
        With(Flaw.FirstQuestionOnly));

    private static readonly Mistake<Action<Socket, Serving>> NoDeadline = new(
        "has no deadline",
        "A client that connects and sends nothing keeps your server for ever, and all others wait behind it. Set "
            + "`client.ReceiveTimeout` before you receive, and `client.SendTimeout` for clients that never read.",
        With(Flaw.NoDeadline));

    private static readonly Mistake<Action<Socket, Serving>> DeadlineForEachRead = new(
        "starts the deadline anew with each byte",
        "A client that sends a byte now and then keeps your server for ever, because each byte starts the deadline anew. The "
            + "deadline is for the whole question: note when you began to wait for it, and set the timeout to the time that is "
            + "left.",
        With(Flaw.DeadlineForEachRead));

    private static readonly Mistake<Action<Socket, Serving>> NoSendTimeout = new(
        "waits for ever to send",
        "A client that asks without end and never reads keeps your server for ever. Its receive buffer is full, then your send "
            + "buffer, and then `Send` blocks. Set `client.SendTimeout`.",
        With(Flaw.NoSendTimeout));

    private static readonly Mistake<Action<Socket, Serving>> OneDeadlineForAll = new(
        "one deadline for the whole conversation",
        "A polite client asked three questions, each well within the deadline, and your server hung up on it. The deadline is "
            + "for *one question*: it starts anew when a question has been answered, so that a conversation may last as long as "
            + "its client goes on asking.",
        With(Flaw.OneDeadlineForAll));

    private static readonly Mistake<Action<Socket, Serving>> NeverCloses = new(
        "never closes its end",
        "Your server leaves connections open after their clients have gone or missed the deadline. Each connection holds a "
            + "descriptor, until the process has none left; if its client has gone, it also stays in CLOSE-WAIT. Dispose of the "
            + "client's socket however the conversation ends.",
        With(Flaw.NeverCloses));

    private static readonly Mistake<Action<Socket, Serving>> Decodes = CloserLook.Decodes(With(Flaw.Decodes));

    private static readonly Mistake<Action<Socket, Serving>> AnswersHalf = CloserLook.AnswersHalf(With(Flaw.AnswersHalf));

    private static readonly Mistake<Action<Socket, Serving>> NoLimit = CloserLook.NoLimit(With(Flaw.NoLimit));

    private static readonly TimeSpan ShortDeadline = TimeSpan.FromSeconds(0.5);

    internal BlockingServerExercise()
        : base(new ExerciseText(
            "4-server-architecture/1-one-conversation.ipynb", "4.1", 3, nameof(Exercises.BlockingServer),
            "Write a server that survives every fault",
            "You get a socket that listens. Accept clients one after the other, and answer each of their questions: the same "
                + "bytes with a `.` in place of the `?`. Call `serving.Think()` before each answer. A question may take "
                + "`serving.Deadline` to arrive, and may have `Question.MaxBytes` bytes. No client may harm the next one, "
                + "nor hold the server up by sending a byte now and then, or by never reading its answers.",
            [
                "Begin with an accept loop around a receive loop, and a buffer that keeps what is not yet answered. Which calls "
                    + "throw, and which returns 0? Each of these may end one conversation, but not the server.",
                "`while (true) { using var client = listener.Accept(); try { … } catch (SocketException) { } }`. In the "
                    + "conversation: `client.ReceiveTimeout` is the time left of the deadline, `client.SendTimeout` the whole of "
                    + "it; 0 bytes end it; a loop answers all questions in the buffer before the next `Receive`; a full buffer "
                    + "without a `?` ends it.",
            ]))
    {
    }

    [Flags]
    private enum Flaw
    {
        None = 0,
        Spins = 1,
        OneClientEndsIt = 2,
        FirstQuestionOnly = 4,
        NoDeadline = 8,
        DeadlineForEachRead = 16,
        NeverCloses = 32,
        NoSendTimeout = 64,
        OneDeadlineForAll = 128,
        Decodes = 256,
        NoLimit = 512,
        AnswersHalf = 1024,
    }

    /// <inheritdoc/>
    public override int Minutes => 25;

    /// <inheritdoc/>
    internal override int DifferentChecks => 1;

    internal override TimeSpan Deadline => TimeSpan.FromSeconds(90);

    internal override Action<Socket, Serving> Reference => With(Flaw.None);

    internal override IReadOnlyList<Mistake<Action<Socket, Serving>>> Mistakes { get; } =
    [
        Spins, OneClientEndsIt, FirstQuestionOnly, NoDeadline, DeadlineForEachRead, NoSendTimeout, OneDeadlineForAll, NeverCloses,
        Decodes, AnswersHalf, NoLimit,
    ];

    private protected override void Try(Trial trial, Action<Socket, Serving> answer)
    {
        var matrix = FaultMatrix.RunAsync([Architecture.Own("your server", answer)], null, trial.Over).GetAwaiter().GetResult();
        var results = matrix.Results.Values.Single();
        matrix.ExpectSurvival(trial, Recognised(results, matrix.EndedWith is not null));
        var (answersAll, thinks) = Punctuality
            .JudgeAsync(
                ShortDeadline,
                deadline => AskSlowlyAsync(answer, deadline, trial.Over),
                outcome => outcome.AnswersAll)
            .GetAwaiter().GetResult();
        var (all, fewer) = (new Said("three answers"), new Said("fewer answers"));
        trial.Expect(
            "asked three questions on one connection, each well within the deadline, all together longer than that",
            all, answersAll ? all : fewer, OneDeadlineForAll);
        var (thinking, without) = (new Said("it thinks before it answers"), new Said("it answers without thinking"));
        trial.Expect("looked whether your server thinks", thinking, thinks ? thinking : without);
        CloserLook.Expect(trial, ServeAsync, Decodes, AnswersHalf, NoLimit);

        Task ServeAsync(Socket listener, Serving serving)
        {
            answer(listener, serving);
            return Tasks.CompletedTask;
        }
    }

    // Asks three questions, one after the other, and waits before each for more than half of the deadline.
    private static async Task<(bool AnswersAll, bool Thinks)> AskSlowlyAsync(
        Action<Socket, Serving> answer, TimeSpan deadline, CancellationToken cancellation)
    {
        var server = Architecture.Own("your server, thinking", answer).Start(new ServerOptions { QuestionDeadline = deadline });
        try
        {
            await using var client = await Client.ConnectAsync(server.EndPoint, cancellation).ConfigureAwait(false);
            for (var i = 0; i < 3; i++)
            {
                await Tasks.Delay(0.6 * deadline, cancellation).ConfigureAwait(false);
                _ = await client.AskAsync("Do you think?", cancellation).ConfigureAwait(false);
            }

            return (true, server.ThinkTimes.Count!.Max > 0);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return (false, server.ThinkTimes.Count!.Max > 0);
        }
        finally
        {
            await server.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        }
    }

    private static Mistake<Action<Socket, Serving>>? Recognised(IReadOnlyList<FaultResult> results, bool ended) =>
        results.FirstOrDefault(result => !result.Passed) switch
        {
            { NotSpinning: false, Fault: null or Fault.ClosesAtOnce or Fault.CutOff or Fault.HalfCloses } => Spins,
            { AnsweredAsExpected: true, ServedAfterwards: false, NotSpinning: null, Fault: null } when !ended => Spins,
            { ServedAfterwards: false } when ended => OneClientEndsIt,
            { AnsweredAsExpected: false, Fault: Fault.ManyInOneSegment } => FirstQuestionOnly,
            _ => Symptoms.OfFirstFailure(results) switch
            {
                Symptom.NoDeadline => NoDeadline,
                Symptom.DeadlineForEachRead => DeadlineForEachRead,
                Symptom.NoSendDeadline => NoSendTimeout,
                Symptom.LeavesOpen => NeverCloses,
                _ => null,
            },
        };

    private static Action<Socket, Serving> With(Flaw flaw) => (listener, serving) => Serve(listener, serving, flaw);

    private static void Serve(Socket listener, Serving serving, Flaw flaw)
    {
        var open = new List<Socket>();
        while (!serving.IsStopping)
        {
            var client = listener.Accept();
            try
            {
                Converse(client, serving, flaw);
            }
            catch (SocketException) when (flaw != Flaw.OneClientEndsIt)
            {
                // The client reset the connection, or its deadline has passed.
            }
            finally
            {
                if (flaw != Flaw.NeverCloses)
                {
                    client.Dispose();
                }
                else
                {
                    open.Add(client); // so that the garbage collector does not close it
                }
            }
        }
    }

    private static ReadOnlySpan<byte> Recoded(ReadOnlySpan<byte> answer) =>
        Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(answer));

    private static void Converse(Socket client, Serving serving, Flaw flaw)
    {
        var buffer = new byte[Question.MaxBytes];
        var (count, began) = (0, Stopwatch.GetTimestamp());
        if (flaw is not (Flaw.NoDeadline or Flaw.NoSendTimeout))
        {
            client.SendTimeout = (int)serving.Deadline.TotalMilliseconds;
        }

        while (count < buffer.Length)
        {
            if (flaw != Flaw.NoDeadline)
            {
                var waited = flaw == Flaw.DeadlineForEachRead ? TimeSpan.Zero : Stopwatch.GetElapsedTime(began);
                var left = serving.Deadline - waited;
                client.ReceiveTimeout = Math.Max(1, (int)left.TotalMilliseconds);
            }

            var received = client.Receive(buffer.AsSpan(count));
            if (received == 0 && flaw == Flaw.AnswersHalf && count > 0)
            {
                client.Send([.. buffer.AsSpan(0, count), Question.AnswerEnd]);
            }

            if (received == 0 && (flaw != Flaw.Spins || serving.IsStopping))
            {
                return;
            }

            count += received;
            if (count == buffer.Length && flaw == Flaw.NoLimit)
            {
                Array.Resize(ref buffer, 2 * count);
            }

            var end = 0;
            while ((end = buffer.AsSpan(0, count).IndexOf(Question.End)) >= 0)
            {
                serving.Think();
                buffer[end] = Question.AnswerEnd;
                client.Send(flaw == Flaw.Decodes ? Recoded(buffer.AsSpan(0, end + 1)) : buffer.AsSpan(0, end + 1));
                buffer.AsSpan(end + 1, count - end - 1).CopyTo(buffer);
                count = flaw == Flaw.FirstQuestionOnly ? 0 : count - end - 1;
                began = flaw == Flaw.OneDeadlineForAll ? began : Stopwatch.GetTimestamp();
            }
        }
    }
}
