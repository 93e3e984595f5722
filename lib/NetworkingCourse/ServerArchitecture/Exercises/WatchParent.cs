using NetworkingCourse.Checking;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.5: a worker that does not outlive its parent.</summary>
    public static WatchParentExercise WatchParent { get; } = new();
}

/// <summary>The learner writes the loop in which a worker takes its parent's orders and notices the parent's death.</summary>
public sealed class WatchParentExercise : Exercise<WatchParentExercise.Answer>
{
    internal static readonly Mistake<Answer> HoldsThePort = new(
        "an orphan holds the port",
        "Your method ends when the pipe ends, but the thread that accepts knows nothing of it. The worker is an orphan now: "
            + "it goes on serving clients, perhaps for months and with an old version of the program, and a new server cannot "
            + "bind the port. Call `StopAccepting` and `CloseListener`.",
        worker => ExecuteAll(worker));

    internal static readonly Mistake<Answer> KeepsTheQueue = new(
        "stops accepting but keeps the listener open",
        "Your worker accepts no one any more, but the listening socket that it inherited is still open. The system goes on "
            + "completing handshakes and puts the connections into the accept queue, from which no one takes them: clients "
            + "connect and wait in vain. Close the listener too, so that they are refused.",
        worker =>
        {
            ExecuteAll(worker);
            worker.StopAccepting();
        });

    internal static readonly Mistake<Answer> ClosesWhileAccepting = new(
        "closes the listener while a thread accepts from it",
        "Your worker closes the listener while its other thread still accepts from it. That thread gets an error, takes it for a "
            + "crash, and the log names the wrong culprit; if it only tries again, it spins. First `StopAccepting`, then "
            + "`CloseListener`.",
        worker =>
        {
            ExecuteAll(worker);
            worker.CloseListener();
            worker.StopAccepting();
        });

    internal static readonly Mistake<Answer> TakesEmptyForTheEnd = new(
        "takes an empty line for the end",
        "Your worker stops at an empty line. The parent is alive: it has sent a line without an order. Only null says that the "
            + "stream has ended, just as only 0 bytes say so in a receive loop. `string.IsNullOrEmpty` confuses the two.",
        worker =>
        {
            while (worker.ReadOrder() is { Length: > 0 } order)
            {
                worker.Execute(order);
            }

            End(worker);
        });

    internal static readonly Mistake<Answer> ExecutesEmptyLines = new(
        "executes empty lines",
        "Your worker passes an empty line to `Execute`. An empty line is not an order: the parent uses it only to test whether "
            + "the pipe still works. Skip it, and read on.",
        worker =>
        {
            while (worker.ReadOrder() is { } line)
            {
                worker.Execute(line);
            }

            End(worker);
        });

    internal static readonly Mistake<Answer> PollsTheId = new(
        "polls the parent's process ID",
        "Your worker asks again and again whether a process with the parent's ID exists. Here the parent has died, and the "
            + "system has given its ID to another process, so the answer stays yes for ever. And between two questions the "
            + "worker would be an orphan, or else a core would be busy with asking. Read from the pipe instead: its end "
            + "cannot be missed.",
        worker =>
        {
            while (worker.IsParentIdInUse())
            {
            }

            End(worker);
        });

    internal static readonly Mistake<Answer> ReadsOn = new(
        "goes on reading after the end",
        "Your worker takes null for \"no order yet\" and reads again. `ReadOrder` waits while there is no order; null means "
            + "that the other end of the pipe is closed, and it returns null at once from then on. Your loop spins: the "
            + "orphan not only holds the port, it also takes a core.",
        worker =>
        {
            while (true)
            {
                if (worker.ReadOrder() is { Length: > 0 } order)
                {
                    worker.Execute(order);
                }
            }
        });

    internal WatchParentExercise()
        : base(new ExerciseText(
            "4-server-architecture/5-processes.ipynb", "4.5", 2, nameof(Exercises.WatchParent),
            "Notice that the parent has died",
            "This method runs in a worker process, on a thread of its own; another thread accepts clients. "
                + "`worker.ReadOrder()` waits for the next line from the pipe: an order, or an empty line, by which the "
                + "parent only tests the pipe. Null means the end of the stream. Pass each order to `worker.Execute(order)`; "
                + "ignore empty lines. When the parent is gone, call `worker.StopAccepting()`, then `worker.CloseListener()`, "
                + "and return. (Do not end the process: here that would be your notebook.)",
            [
                "However the parent dies, the system closes its end of the pipe. What does `ReadOrder` return then, and what "
                    + "does it return for an empty line?",
                "`while (worker.ReadOrder() is { } order)` runs once for each line, empty or not, and ends at null. What has to "
                    + "happen after the loop?",
            ]))
    {
    }

    /// <summary>The learner's method: it returns when the parent is gone and the port is free.</summary>
    /// <param name="worker">The parts of the worker process.</param>
    public delegate void Answer(ScriptedWorker worker);

    internal override Answer Reference => worker =>
    {
        ExecuteAll(worker);
        End(worker);
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        HoldsThePort, KeepsTheQueue, ClosesWhileAccepting, TakesEmptyForTheEnd, ExecutesEmptyLines, PollsTheId, ReadsOn,
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        string[] orders = ["resources", "log", "reopen the log", ""];
        string[][] lives =
        [
            ["resources", "log"],
            ["resources", "", "log"],
            [],
            [.. Enumerable.Range(0, trial.Random.Next(4, 9)).Select(_ => orders[trial.Random.Next(orders.Length)]), "", "log"],
        ];
        foreach (var lines in lives)
        {
            var scene = lines.Length == 0
                ? "new worker: its parent dies before it has sent anything"
                : $"new worker: its parent sends {Present.Line(lines)} and then dies";
            var run = new ScriptedRun(trial);
            var worker = new ScriptedWorker(run, lines);
            run.Call(scene, () =>
            {
                answer(worker);
                worker.CheckTheEnd();
            });
            trial.Expect("looked at the orders that were executed", lines.Where(line => line.Length > 0), worker.Executed);
        }
    }

    private static void ExecuteAll(ScriptedWorker worker)
    {
        while (worker.ReadOrder() is { } order)
        {
            if (order.Length > 0)
            {
                worker.Execute(order);
            }
        }
    }

    private static void End(ScriptedWorker worker)
    {
        worker.StopAccepting();
        worker.CloseListener();
    }
}
