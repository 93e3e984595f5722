using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.3: a thread for each client, but not more than a limit.</summary>
    public static ServeOnThreadsExercise ServeOnThreads { get; } = new();
}

/// <summary>The learner accepts clients and starts a limited number of threads, some of which fail.</summary>
public sealed class ServeOnThreadsExercise : Exercise<ServeOnThreadsExercise.Answer>
{
    internal static readonly Mistake<Answer> ServesOnTheAcceptor = new(
        "the acceptor serves the client itself",
        "Your loop calls `Handle` itself, so it accepts the next client only after this one has left. That is the sequential "
            + "server again: one slow client keeps all others waiting, and an exception in `Handle` ends the acceptor. Call "
            + "`Handle` in the work that you give to `Start`.",
        server =>
        {
            while (server.Accept() is { } client)
            {
                server.WaitForSlot();
                server.Handle(client);
                server.FreeSlot();
            }
        });

    internal static readonly Mistake<Answer> LetsExceptionsEscape = new(
        "an exception leaves its thread",
        "An exception left the thread in which it was thrown. One bad conversation has then ended much more than itself: .NET "
            + "ends the whole process, and all other clients lose their connections. `finally` frees the slot but does not "
            + "catch the exception. Catch it at the outermost level of the thread, and log it.",
        server => Serve(server, client =>
        {
            try
            {
                server.Handle(client);
            }
            finally
            {
                server.FreeSlot();
            }
        }));

    internal static readonly Mistake<Answer> LeaksSlots = new(
        "a failed conversation keeps its slot",
        "When `Handle` throws, your code jumps over `FreeSlot`, and the slot is lost for good. Nothing looks broken at first: "
            + "the server gets slower with each failure, and when as many conversations have failed as there are slots, it "
            + "accepts no one any more. Free the slot in a `finally` block.",
        server => Serve(server, client =>
        {
            try
            {
                server.Handle(client);
                server.FreeSlot();
            }
            catch (Exception exception)
            {
                server.Log(exception);
            }
        }));

    internal static readonly Mistake<Answer> HasNoLimit = new(
        "starts threads without a limit",
        "Your code starts a thread for every client, however many there are. Each takes memory, so anyone who opens enough "
            + "connections brings the server down. Call `WaitForSlot` before you accept a client.",
        server =>
        {
            while (server.Accept() is { } client)
            {
                server.Start(() => Handle(server, client, () => { }));
            }
        });

    internal static readonly Mistake<Answer> WaitsInTheThread = new(
        "waits for a slot in the new thread",
        "The new thread waits for the slot. So only a few conversations run at a time, but there is a thread for each client "
            + "that waits, and threads are what the limit is for. The acceptor has to wait, before it accepts: further "
            + "clients then wait in the accept queue, where they cost almost nothing.",
        server =>
        {
            while (server.Accept() is { } client)
            {
                server.Start(() =>
                {
                    server.WaitForSlot();
                    Handle(server, client, server.FreeSlot);
                });
            }
        });

    internal static readonly Mistake<Answer> FreesTooEarly = new(
        "frees the slot when the thread starts",
        "`Start` returns at once, while its thread is still at work. Your loop frees the slot right after that, so it never "
            + "waits for a thread to end, and the limit limits nothing. The thread has to free the slot, as the last thing "
            + "that it does.",
        server =>
        {
            while (true)
            {
                server.WaitForSlot();
                if (server.Accept() is not { } client)
                {
                    return;
                }

                server.Start(() => Handle(server, client, () => { }));
                server.FreeSlot();
            }
        });

    internal static readonly Mistake<Answer> FreesTwice = new(
        "frees a slot twice",
        "A thread whose conversation failed frees its slot twice, once in `catch` and again in `finally` or after it. Each "
            + "failure then adds a slot, and the limit grows until it is none. A `SemaphoreSlim` that was given no maximum "
            + "does not notice.",
        server => Serve(server, client =>
        {
            try
            {
                server.Handle(client);
            }
            catch (Exception exception)
            {
                server.Log(exception);
                server.FreeSlot();
            }
            finally
            {
                server.FreeSlot();
            }
        }));

    internal static readonly Mistake<Answer> FailsInSilence = new(
        "catches the exception and tells no one",
        "Your code catches the exception and does nothing with it. The server goes on, but the client's failure is in no log, "
            + "and those who look for the bug find nothing. Pass the exception to `Log`.",
        server => Serve(server, client =>
        {
            try
            {
                server.Handle(client);
            }
            catch (IOException)
            {
            }
            catch (InvalidOperationException)
            {
            }
            finally
            {
                server.FreeSlot();
            }
        }));

    internal static readonly Mistake<Answer> NeverFrees = new(
        "never frees a slot",
        "A client was served without an error, and its thread ended without `FreeSlot`. As soon as every slot has been used "
            + "once, the server accepts no one any more. Each thread has to give its slot back.",
        server => Serve(server, client => Handle(server, client, () => { })));

    internal static readonly Mistake<Answer> SharesTheVariable = new(
        "all threads share the loop's variable",
        "A thread served the wrong client. The work that you give to `Start` runs later, and reads the variable then: by that "
            + "time your loop has put the next client into it, so one client is served twice and another never. Declare the "
            + "variable inside the loop, so that each thread has its own.",
        server =>
        {
            int? client;
            while (true)
            {
                server.WaitForSlot();
                client = server.Accept();
                if (client is null)
                {
                    return;
                }

                server.Start(() => Handle(server, client ?? 0, server.FreeSlot));
            }
        });

    internal static readonly Mistake<Answer> ReturnsTooEarly = new(
        "returns while the server is to run",
        "Your method returned before `Accept()` had returned null, and that ended the server: the other clients wait in the "
            + "accept queue, and nothing accepts them. Accept one client after another until `Accept` returns null.",
        server =>
        {
            server.WaitForSlot();
            if (server.Accept() is { } client)
            {
                server.Start(() => Handle(server, client, server.FreeSlot));
            }
        });

    internal ServeOnThreadsExercise()
        : base(new ExerciseText(
            "4-server-architecture/3-threads.ipynb", "4.3", 2, nameof(Exercises.ServeOnThreads),
            "A thread for each client, up to a limit",
            "Write the acceptor of a server. The server runs until your method returns. Return when `server.Accept()` returns "
                + "null. Until then, the acceptor starts a thread for each client with `server.Start(work)`, which returns at "
                + "once; in that thread, `server.Handle(client)` serves the client. Before it starts a thread, the acceptor "
                + "takes one of the server's slots with `server.WaitForSlot()`; `server.FreeSlot()` gives it back when the "
                + "client has been served. `Handle` may throw any exception: pass it to `server.Log`. No other client may "
                + "notice.",
            [
                "There are two places: the loop of the acceptor, and the work of one thread. Which of the calls belongs to "
                    + "which? And which of them must happen even if `Handle` throws?",
                "In the loop: `WaitForSlot`, `Accept`, `Start`. In the work: `try { server.Handle(client); } catch (Exception e) "
                    + "{ server.Log(e); } finally { server.FreeSlot(); }`.",
            ]))
    {
    }

    /// <summary>The learner's method: it accepts clients until <see cref="ScriptedAcceptor.Accept"/> returns null.</summary>
    /// <param name="server">The parts of the server.</param>
    public delegate void Answer(ScriptedAcceptor server);

    internal override Answer Reference => server => Serve(server, client => Handle(server, client, server.FreeSlot));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        ServesOnTheAcceptor, LetsExceptionsEscape, LeaksSlots, HasNoLimit, WaitsInTheThread, FreesTooEarly, FreesTwice,
        FailsInSilence, NeverFrees, SharesTheVariable, ReturnsTooEarly,
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        var run = new ScriptedRun(trial);
        var server = new ScriptedAcceptor(run, trial.Random);
        var scene = InvariantText.Format($"{server.Slots} slots; {server.Clients} clients in the accept queue")
            + InvariantText.Format($"; `Handle` will throw for {server.Failing} of them");
        run.Call(scene, () =>
        {
            answer(server);
            server.RunTheRest();
        });
        trial.Expect("counted the clients that were served", server.Clients, server.Handled);
        trial.Expect("counted the exceptions in the log", server.Failing, server.Logged, FailsInSilence);
    }

    private static void Serve(ScriptedAcceptor server, Action<int> work)
    {
        while (true)
        {
            server.WaitForSlot();
            if (server.Accept() is not { } client)
            {
                return;
            }

            server.Start(() => work(client));
        }
    }

    private static void Handle(ScriptedAcceptor server, int client, Action free)
    {
        try
        {
            server.Handle(client);
        }
        catch (Exception exception)
        {
            server.Log(exception);
        }
        finally
        {
            free();
        }
    }
}
