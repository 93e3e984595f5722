using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.7: the accept loop of an asynchronous server.</summary>
    public static AcceptLoopExercise AcceptLoop { get; } = new();
}

/// <summary>What an asynchronous accept loop needs of a server. Clients come and go as a script says.</summary>
public abstract class ScriptedServer
{
    private protected ScriptedServer()
    {
    }

    /// <summary>
    /// The same for a real server: clients connect to its listener, and each conversation is one of this chapter.
    /// </summary>
    /// <param name="listener">The listening socket.</param>
    /// <param name="serving">The think time, and the signal to stop.</param>
    public static ScriptedServer On(Socket listener, Serving serving) => new SocketAcceptor(listener, serving);

    /// <summary>Waits for the next client.</summary>
    /// <returns>The client; null once the server is to stop.</returns>
    /// <exception cref="InvalidOperationException">The last call has not ended yet, or the server has stopped.</exception>
    public abstract Task<ScriptedClient?> AcceptAsync();

    /// <summary>Writes into the log that a conversation has failed.</summary>
    /// <param name="exception">What its task threw.</param>
    public abstract void Report(Exception exception);
}

/// <summary>A client that has been accepted.</summary>
public abstract class ScriptedClient
{
    private protected ScriptedClient()
    {
    }

    /// <summary>Holds the whole conversation with the client.</summary>
    /// <returns>A task that ends with the conversation. It fails if the client has reset the connection, for example.</returns>
    public abstract Task ConverseAsync();
}

/// <summary>The learner writes an accept loop that serves many clients at once and ends after the last of them.</summary>
public sealed class AcceptLoopExercise : Exercise<AcceptLoopExercise.Answer>
{
    internal AcceptLoopExercise()
        : base(new ExerciseText(
            "4-server-architecture/7-callbacks-and-async-await.ipynb", "4.7", 2, nameof(Exercises.AcceptLoop),
            "An accept loop with async and await",
            "Write the accept loop of an asynchronous server. `server.AcceptAsync()` waits for the next client, a "
                + "`ScriptedClient`, and gives null when the server is to stop; `client.ConverseAsync()` holds one "
                + "conversation. All clients are served at the same time. A conversation that throws is reported with "
                + "`server.Report(exception)` and harms nothing else. The task that you return ends, without an exception, after "
                + "`AcceptAsync` has given null *and* all conversations have ended.",
            [
                "An asynchronous method of its own, with the `try` and `catch` inside, makes a conversation a task that never "
                    + "fails. Who keeps that task, and who waits for it?",
                "`static async Task HandleAsync(ScriptedServer server, ScriptedClient client)` awaits "
                    + "`client.ConverseAsync()` in a `try`. The loop adds `HandleAsync(server, client)` to a `List<Task>` "
                    + "without awaiting it. After the loop: `await Task.WhenAll(conversations)`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="server">The server.</param>
    /// <returns>A task that ends with the last conversation.</returns>
    public delegate Task Answer(ScriptedServer server);

    internal override Answer Reference { get; } = async server =>
    {
        List<Task> conversations = [];
        while (await server.AcceptAsync() is { } client)
        {
            conversations.Add(HandleAsync(server, client));
        }

        await System.Threading.Tasks.Task.WhenAll(conversations);
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "awaits the conversation in the accept loop",
            "Your loop awaits a conversation before it accepts again. No thread is blocked, and still there is one client at "
                + "a time: the second one waits until the first has left. Its timeline is that of the sequential server. "
                + "Start the conversation, keep its task, and accept.",
            async server =>
            {
                while (await server.AcceptAsync() is { } client)
                {
                    await HandleAsync(server, client);
                }
            }),
        new(
            "loses the exception of a conversation",
            "A conversation has failed and nothing was reported. The exception stays in the conversation's task until something "
                + "awaits that task. If nothing does so before the server stops, perhaps months later, the server drops clients "
                + "while its log says that all is well. Await each conversation in a method with a `try` and a `catch`.",
            async server =>
            {
                List<Task> conversations = [];
                while (await server.AcceptAsync() is { } client)
                {
                    conversations.Add(client.ConverseAsync());
                }

                await System.Threading.Tasks.Task.WhenAll(conversations).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }),
        new(
            "lets the exception of a conversation end the loop",
            "One conversation has failed, and with it the accept loop. The server still listens, so that clients connect and "
                + "wait, but they are never accepted: one rude client has ended the service for all. Catch the exception in the "
                + "conversation's own method.",
            async server =>
            {
                List<Task> conversations = [];
                while (await server.AcceptAsync() is { } client)
                {
                    conversations.Add(ReportAndRethrowAsync(server, client));
                    foreach (var ended in conversations.FindAll(task => task.IsCompleted))
                    {
                        await ended;
                    }
                }

                await System.Threading.Tasks.Task.WhenAll(conversations);
            }),
        new(
            "does not wait for the conversations at the stop",
            "Your task has ended while a conversation was still going on. The code that stops the server takes it for stopped, "
                + "closes what it needs, and ends the program: the client's answer breaks off. Keep the tasks, and await them "
                + "all after the loop.",
            async server =>
            {
                while (await server.AcceptAsync() is { } client)
                {
                    _ = HandleAsync(server, client);
                }
            }),
        new(
            "waits only for the last conversation at the stop",
            "Your task waits for one conversation at the stop, not for all of them. Clients that have been there for longer "
                + "are cut off. Keep every task, not only the last one, and use `Task.WhenAll`.",
            async server =>
            {
                var last = System.Threading.Tasks.Task.CompletedTask;
                while (await server.AcceptAsync() is { } client)
                {
                    last = HandleAsync(server, client);
                }

                await last;
            }),
        new(
            "async void",
            "An `async void` method returns nothing to wait for, so that no one can tell when it has ended. And if an "
                + "exception leaves it, no code can catch it: on a server it ends the whole process. Return a `Task`.",
            async server =>
            {
                while (await server.AcceptAsync() is { } client)
                {
                    HandleVoid(server, client);
                }
            }),
        new(
            "blocks its thread",
            "Your code holds its thread while it waits, in `.Result`, `.Wait()` or `Task.WaitAll`. Your method then does not "
                + "return its task, and nothing else can go on in that thread. Write `static async Task` and use `await`, as in "
                + "`await server.AcceptAsync()`: your method then returns its task at once, and goes on later.",
            server =>
            {
                List<Task> conversations = [];
                while (server.AcceptAsync().Result is { } client)
                {
                    conversations.Add(HandleAsync(server, client));
                }

                return System.Threading.Tasks.Task.WhenAll(conversations);
            }),
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        var script = new Script(trial, this);
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(script.Turns);
        try
        {
            script.Run(answer);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private static async Task HandleAsync(ScriptedServer server, ScriptedClient client)
    {
        try
        {
            await client.ConverseAsync();
        }
        catch (Exception exception)
        {
            server.Report(exception);
        }
    }

    private static async Task ReportAndRethrowAsync(ScriptedServer server, ScriptedClient client)
    {
        try
        {
            await client.ConverseAsync();
        }
        catch (Exception exception)
        {
            server.Report(exception);
            throw;
        }
    }

    private static async void HandleVoid(ScriptedServer server, ScriptedClient client) => await HandleAsync(server, client);

    private sealed class Script(Trial trial, AcceptLoopExercise exercise) : ScriptedServer
    {
        // How often the check looks for what other threads may be doing for the learner.
        private const int MaxLooks = 25;

        // How long the learner's code may hold the thread of the check while it waits, and how often the check looks whether it
        // does.
        private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(200);
        private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

        private readonly Thread _thread = Thread.CurrentThread;
        private readonly Lock _gate = new();
        private readonly List<Exception> _reported = [];
        private readonly List<Client> _talking = [];
        private TaskCompletionSource<ScriptedClient?>? _accepting;
        private Task _serving = System.Threading.Tasks.Task.CompletedTask;
        private string _what = "called your method";
        private int _connected;
        private bool _hasStopped;
        private long? _waitsSince;
        private volatile bool _isVoid;
        private volatile bool _isCalling;
        private volatile bool _isBlocked;

        public TurnQueue Turns { get; } = new();

        private bool IsAccepting => _accepting is not null;

        public void Run(Answer answer)
        {
            using var watch = new Timer(_ => EndIfBlocked(), null, LookEvery, LookEvery);
            Call(() => _serving = answer(this));
            if (_serving is null)
            {
                trial.Wrong(_what, new Said("a task"), null, reason: "Your method returned null instead of a task.");
            }

            Require("the loop accepts", () => IsAccepting || _serving.IsCompleted, "it does not accept", null);
            ThrowIfFailed();
            Require("the loop accepts", () => IsAccepting, "your task has ended", null);
            for (var i = 0; i < 3; i++)
            {
                Connect("connected");
            }

            var reset = _talking[trial.Random.Next(_talking.Count)];
            End(reset, "reset the connection: its conversation failed", reset.Failure);
            Require("the failure was reported", () => HasReported(reset), "nothing was reported", exercise.Mistakes[1]);
            trial.Note($"{_what}, and your server reported it");
            Connect("connected");
            End(_talking[trial.Random.Next(_talking.Count)], "closed: its conversation ended", null);
            Connect("connected, asked and closed at once", endsAtOnce: true);
            Connect("connected");
            Do("the server was told to stop: `AcceptAsync` gave null", Stop);
            RequireThatItWaits(exercise.Mistakes[3]);
            while (_talking.Count > 0)
            {
                End(_talking[^1], "closed: its conversation ended", null);
                if (_talking.Count > 0)
                {
                    RequireThatItWaits(exercise.Mistakes[4]);
                }
            }

            Require("your task ends", () => _serving.IsCompleted, "it does not", null);
            var exception = _serving.Exception?.InnerException;
            trial.Expect($"{_what}: your task ended", new Said("no exception"), (object?)exception ?? new Said("no exception"));
            trial.Expect("looked into the log", new Said("1 failure"), new Said(InvariantText.Count(_reported.Count, "failure")));
        }

        public override Task<ScriptedClient?> AcceptAsync()
        {
            lock (_gate)
            {
                if (_hasStopped)
                {
                    throw new InvalidOperationException("The server has stopped: there are no more clients to accept.");
                }

                if (_accepting is not null)
                {
                    throw new InvalidOperationException("AcceptAsync was called before its last call had ended.");
                }

                _accepting = new TaskCompletionSource<ScriptedClient?>();
                return _accepting.Task;
            }
        }

        public override void Report(Exception exception)
        {
            ArgumentNullException.ThrowIfNull(exception);
            lock (_gate)
            {
                _reported.Add(exception);
            }
        }

        // Whether the caller is async void: an exception that leaves such a method ends the process. So it is not tried.
        public void SawCallers(StackTrace stack)
        {
            const BindingFlags fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            _isVoid |= stack.GetFrames().Select(frame => frame.GetMethod()?.DeclaringType)
                .Where(type => typeof(IAsyncStateMachine).IsAssignableFrom(type))
                .Any(type => type!.GetFields(fields).Any(field => field.FieldType == typeof(AsyncVoidMethodBuilder)));
        }

        private void Connect(string what, bool endsAtOnce = false)
        {
            var client = new Client(this, ++_connected);
            if (endsAtOnce)
            {
                client.End(null);
            }
            else
            {
                _talking.Add(client);
            }

            Do($"client {client.Number} {what}", () => Accepted(client));
            Require("its conversation begins", () => client.HasBegun, "it does not begin", null);
            if (_isVoid)
            {
                trial.Wrong(
                    _what, new Said("its conversation begins in a method that returns a task"),
                    new Said("it begins in a method that is async void"), exercise.Mistakes[5]);
            }

            if (!Holds(() => IsAccepting))
            {
                var failed = _serving.IsFaulted && _reported.Count > 0;
                var actual = (object?)_serving.Exception?.InnerException ?? new Said("it does not accept");
                trial.Wrong(_what, new Said("the loop accepts again"), actual, exercise.Mistakes[failed ? 2 : 0]);
            }

            trial.Expect(_what, new Said("the loop accepts again"), new Said("the loop accepts again"));
        }

        private void End(Client client, string what, Exception? failure)
        {
            _talking.Remove(client);
            Do($"client {client.Number} {what}", () => client.End(failure));
        }

        private void Accepted(ScriptedClient? client)
        {
            var accepting = _accepting;
            _accepting = null;
            accepting?.SetResult(client);
        }

        private void Stop()
        {
            _hasStopped = true;
            Accepted(null);
        }

        private bool HasReported(Client client)
        {
            lock (_gate)
            {
                return _reported.Contains(client.Failure)
                    || _reported.Exists(exception => exception.GetBaseException() == client.Failure);
            }
        }

        private void RequireThatItWaits(Mistake<Answer> mistake)
        {
            Turn();
            var others = $"your task goes on: {InvariantText.Count(_talking.Count, "conversation")} left";
            if (_serving.IsCompleted)
            {
                trial.Wrong(_what, new Said(others), new Said("it has ended"), mistake);
            }

            trial.Expect(_what, new Said(others), new Said(others));
        }

        private void Require(string right, Func<bool> condition, string otherwise, Mistake<Answer>? mistake)
        {
            if (!Holds(condition))
            {
                trial.Wrong(_what, new Said(right), new Said(otherwise), mistake);
            }
        }

        private bool Holds(Func<bool> condition)
        {
            for (var look = 0; look < MaxLooks; look++)
            {
                Turn();
                if (condition())
                {
                    return true;
                }

                // Whatever the learner has given to the thread pool comes before this.
                System.Threading.Tasks.Task.Run(static () => Thread.Sleep(1)).Wait();
            }

            return false;
        }

        private void Do(string what, Action action)
        {
            _what = what;
            Call(() => Turns.Outside(action));
            Turn();
        }

        private void Turn() => Call(() =>
        {
            while (Turns.RunOne())
            {
            }
        });

        private void Call(Action code)
        {
            trial.Call(_what, () =>
            {
                _isCalling = true;
                try
                {
                    code();
                }
                catch (Exception) when (_isBlocked)
                {
                    // The blocked call was interrupted.
                }
                finally
                {
                    _isCalling = false;
                }
            });
            if (_isBlocked)
            {
                trial.Wrong(
                    _what, new Said("your code gives its thread back while it waits"), new Said("it holds its thread and waits"),
                    exercise.Mistakes[6]);
            }
        }

        // What blocked code waits for could only come when it has given the thread back.
        private void EndIfBlocked()
        {
            var isWaiting = _isCalling && (_thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0;
            lock (_gate)
            {
                _waitsSince = isWaiting ? _waitsSince ?? Stopwatch.GetTimestamp() : null;
                if (_waitsSince is { } since && Stopwatch.GetElapsedTime(since) >= MaxWait)
                {
                    _waitsSince = null;
                    _isBlocked = true;
                    _thread.Interrupt();
                }
            }
        }

        private void ThrowIfFailed()
        {
            if (_serving.IsFaulted)
            {
                trial.Call(_what, () => _serving.GetAwaiter().GetResult());
            }
        }
    }

    private sealed class Client(Script script, int number) : ScriptedClient
    {
        private readonly TaskCompletionSource _end = new();
        private volatile bool _hasBegun;

        public int Number => number;

        public IOException Failure { get; } = new($"client {number} has reset the connection");

        public bool HasBegun => _hasBegun;

        public override Task ConverseAsync()
        {
            script.SawCallers(new StackTrace(false));
            _hasBegun = _hasBegun ? throw new InvalidOperationException("The conversation has begun already.") : true;
            return _end.Task;
        }

        public void End(Exception? failure)
        {
            if (failure is null)
            {
                _end.SetResult();
            }
            else
            {
                _end.SetException(failure);
            }
        }
    }
}
