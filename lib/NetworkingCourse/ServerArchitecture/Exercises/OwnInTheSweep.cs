using System.Net.Sockets;
using NetworkingCourse.Checking;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.9: a server of your own that serves as many clients at once as it claims.</summary>
    public static OwnInTheSweepExercise OwnInTheSweep { get; } = new();
}

/// <summary>
/// The learner writes an architecture and says how many clients it serves at once. The check counts on how many answers it thinks
/// at the same time, and measures nothing.
/// </summary>
public sealed class OwnInTheSweepExercise : Exercise<Architecture>
{
    private const int Clients = 12;
    private const int Questions = 2;

    private static readonly TimeSpan Think = TimeSpan.FromSeconds(0.15);

    private static readonly Mistake<Architecture> NeverThinks = new(
        "does not think",
        "Your server answers without the think time, so its line is flat whatever its architecture. Call `serving.Think()`, or "
            + "await `serving.ThinkAsync()`, once for each question: that is the work whose waiting the sweep measures.",
        Of(int.MaxValue, Pool(4, thoughts: 0, later: 0)));

    private static readonly Mistake<Architecture> ThinksTwice = new(
        "thinks twice about each question",
        "Your server thinks more than once for one question, so that each answer takes two think times, and its line is above "
            + "that of every other server. The sweep compares servers that do the same work: call `serving.Think()`, or await "
            + "`serving.ThinkAsync()`, once for each question.",
        Of(4, Pool(4, thoughts: 2, later: 2)));

    private static readonly Mistake<Architecture> ThinksOncePerConversation = new(
        "thinks only about the first question of a conversation",
        "Your server thinks once for each client, and answers the client's further questions without the think time. The think "
            + "time is the work for one question. Call `serving.Think()`, or await `serving.ThinkAsync()`, inside the loop that "
            + "receives, for each question.",
        Of(4, Pool(4, later: 0)));

    private static readonly Mistake<Architecture> ClaimsTheFlatLine = new(
        "claims the flat line and has a few workers",
        "Your server claims more clients at once than it serves. With a few workers, client *k* waits for ⌈k/W⌉ conversations: "
            + "the line is flat up to W clients and then a staircase. Claim as many as it has workers (`atOnce: 4` for four), or "
            + "serve every client at once.",
        Of(int.MaxValue, Pool(4)));

    private static readonly Mistake<Architecture> OneAtATime = new(
        "has workers and serves one client at a time",
        "Your server claims several workers, but only one conversation runs at a time. If the accepting thread also holds the "
            + "conversation, or a lock is held during the think time, the other workers have nothing to do.",
        Of(4, Pool(1)));

    private static readonly Mistake<Architecture> ServesMore = new(
        "serves more than it claims",
        "Your server serves more clients at once than it claims, so it looks better than its prediction. Without a limit, say "
            + "so: leave out `atOnce` if your method returns a task, or pass `int.MaxValue`.",
        Of(2, Pool(Clients)));

    private static readonly Mistake<Architecture> ReturnsAtOnce = new(
        "returns while the server is to run",
        "Your method has returned, and with that the server has ended: its listener is closed. Start what is to run beside it, "
            + "and then wait until the server is to stop: `serving.Stopping.WaitHandle.WaitOne()`, or `await` the loop that "
            + "accepts.",
        Of(4, (listener, serving) => serving.Start(() => Work(listener, serving, 1, 1))));

    internal OwnInTheSweepExercise()
        : base(new ExerciseText(
            "4-server-architecture/9-compared.ipynb", "4.9", 3, nameof(Exercises.OwnInTheSweep),
            "Put a server of your own beside the ten",
            "Write an architecture with `Architecture.Own` that serves at least two clients at once, and say with `atOnce` how "
                + "many: threads, tasks, whatever you like. It calls `serving.Think()` or awaits `serving.ThinkAsync()` for each "
                + "question. The server runs until your method returns; `serving.Stopping` says when that is to be.",
            [
                "Start from your blocking server of lesson 4.1. Which part of it must run several times at once: accepting, or "
                    + "conversing? `serving.Start(() => …)` runs code on a thread of its own.",
                "Four workers: in a loop, `serving.Start(() => { while (true) Converse(listener.Accept(), serving); })` four "
                    + "times, then `serving.Stopping.WaitHandle.WaitOne()`. Claim `atOnce: 4`. Any number of threads may accept "
                    + "on one socket.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    /// <inheritdoc/>
    internal override int DifferentChecks => 1;

    internal override TimeSpan Deadline => TimeSpan.FromSeconds(30);

    internal override Architecture Reference { get; } = Of(4, Pool(4));

    internal override IReadOnlyList<Mistake<Architecture>> Mistakes { get; } =
    [
        NeverThinks, ThinksTwice, ThinksOncePerConversation, ClaimsTheFlatLine, OneAtATime, ServesMore, ReturnsAtOnce,
    ];

    private protected override void Try(Trial trial, Architecture answer)
    {
        if (!answer.IsOwn)
        {
            trial.Wrong("looked at its name", new Said("an architecture of your own"), new Said($"the course's {answer}"));
        }

        var claimed = Math.Min(answer.ClaimedAtOnce, Clients);
        var (answered, thoughts, atOnce, failure, hasReturned) = trial.Call(
            InvariantText($"let {Clients} clients ask {Questions} questions each at the same time"),
            () => Punctuality
                .JudgeAsync(Think, think => CountAsync(answer, think, trial.Over), seen => seen.AtOnce >= claimed)
                .GetAwaiter().GetResult());
        if (failure is NotImplementedException)
        {
            trial.Call("started it", () => throw failure);
        }

        var asked = InvariantText($"let {Clients} clients ask {Questions} questions each at the same time: the answered ones");
        if (hasReturned)
        {
            trial.Wrong(asked, Clients, answered, ReturnsAtOnce);
        }

        if (failure is not null && answered < Clients)
        {
            trial.Wrong(asked, Clients, answered, reason: $"Your server ended with {failure.GetType().Name}: {failure.Message}");
        }

        trial.Expect(asked, Clients, answered);
        trial.Expect(
            "counted on how many answers it thought at the same time, and compared that with the claim",
            claimed,
            atOnce,
            atOnce == 0 ? NeverThinks : atOnce > claimed ? ServesMore : atOnce == 1 ? OneAtATime : ClaimsTheFlatLine);
        const int all = Clients * Questions;
        trial.Expect(
            InvariantText($"counted how often it thought for the {all} questions"),
            all,
            thoughts,
            thoughts > all ? ThinksTwice : ThinksOncePerConversation);
        trial.Expect("looked whether it serves several clients at once", true, atOnce > 1);
    }

    private static string InvariantText(FormattableString text) => Display.InvariantText.Format(text);

    private static async Task<(int Answered, int Thoughts, int AtOnce, Exception? Failure, bool HasReturned)> CountAsync(
        Architecture architecture, TimeSpan think, CancellationToken cancellation)
    {
        var server = architecture.Start(new ServerOptions { Think = think, Name = $"{architecture.Name}, counted" });
        await using (server.ConfigureAwait(false))
        {
            var run = await Load
                .ClosedLoopAsync(
                    server, Clients, Questions, connectFirst: true, deadline: 60 * think, cancellation: cancellation)
                .ConfigureAwait(false);
            var hasReturned = server is OwnServer { Body.IsCompletedSuccessfully: true };
            var count = server.ThinkTimes.Count!;
            return (run.Answered, count.Total, count.Max, server.Failure, hasReturned);
        }
    }

    private static Architecture Of(int atOnce, Action<Socket, Serving> body) => Architecture.Own("your server", body, atOnce);

    private static Action<Socket, Serving> Pool(int workers, int thoughts = 1, int later = 1) => (listener, serving) =>
    {
        for (var i = 0; i < workers; i++)
        {
            serving.Start(() => Work(listener, serving, thoughts, later));
        }

        serving.Stopping.WaitHandle.WaitOne();
    };

    // Thinks so many times about the first question of a conversation, and so many times about each later one.
    private static void Work(Socket listener, Serving serving, int thoughts, int later)
    {
        while (true)
        {
            using var client = listener.Accept();
            client.ReceiveTimeout = (int)serving.Deadline.TotalMilliseconds;
            var (buffer, times) = (new byte[1000], thoughts);
            for (; client.Receive(buffer) is > 0 and var count; times = later)
            {
                for (var i = 0; i < times; i++)
                {
                    serving.Think();
                }

                buffer[count - 1] = Question.AnswerEnd;
                client.Send(buffer.AsSpan(0, count));
            }
        }
    }
}
