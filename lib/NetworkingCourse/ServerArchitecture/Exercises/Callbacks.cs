using System.Diagnostics;
using System.Runtime.CompilerServices;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.7: operations with callbacks, some of which complete at once.</summary>
    public static CallbacksExercise Callbacks { get; } = new();
}

/// <summary>
/// A receive operation with a callback, like a <see cref="System.Net.Sockets.SocketAsyncEventArgs"/> with its socket. A script
/// decides what is received, and when.
/// </summary>
public abstract class ScriptedReception
{
    private protected ScriptedReception()
    {
    }

    /// <summary>Raised when a receive that was pending has completed.</summary>
    public abstract event Action? Completed;

    /// <summary>How many bytes the completed receive has brought; 0 at the end of the stream.</summary>
    public abstract int BytesTransferred { get; }

    /// <summary>Starts to receive.</summary>
    /// <returns>
    /// True if the receive is pending: <see cref="Completed"/> will be raised. False if it has completed synchronously:
    /// <see cref="Completed"/> will not be raised.
    /// </returns>
    public abstract bool ReceiveAsync();

    /// <summary>Answers the question that a completed receive has brought.</summary>
    public abstract void Answer();
}

/// <summary>The learner receives with callbacks until the end, and carries on where an operation has completed at once.</summary>
public sealed class CallbacksExercise : Exercise<CallbacksExercise.Answer>
{
    private const int LongRun = 1000;

    internal CallbacksExercise()
        : base(new ExerciseText(
            "4-server-architecture/7-callbacks-and-async-await.ipynb", "4.7", 1, nameof(Exercises.Callbacks),
            "Callbacks and synchronous completion",
            "Write a method that starts a conversation with callbacks and returns when its first receive is pending. `reception` "
                + "is the socket and its `SocketAsyncEventArgs` in one. Subscribe with `reception.Completed += () => …`, start a "
                + "receive with `reception.ReceiveAsync()`, without an argument, and look at `reception.BytesTransferred` when "
                + "the receive has completed. Each receive that completes brings one question: call `reception.Answer()` once "
                + "for it, then start the next receive. When `BytesTransferred` is 0, the client has left: do nothing more. "
                + "`ReceiveAsync` returns true if `Completed` will be raised, and false if the receive has completed at once. A "
                + "thousand in a row may complete at once.",
            [
                "Two ways lead to the same code: `Completed` is raised, or `ReceiveAsync` returns false. Write that code "
                    + "once, as a local function that returns whether to go on.",
                "`bool Handled()` returns false at the end, and otherwise answers and returns true. A loop `do { } while "
                    + "(!reception.ReceiveAsync() && Handled());` runs through all that completes at once, without calling "
                    + "itself. `Completed` does `if (Handled()) Loop();`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="reception">Receives from one client.</param>
    public delegate void Answer(ScriptedReception reception);

    internal override Answer Reference { get; } = reception =>
    {
        reception.Completed += () =>
        {
            if (Handled())
            {
                Receive();
            }
        };
        Receive();

        void Receive()
        {
            while (!reception.ReceiveAsync() && Handled())
            {
            }
        }

        bool Handled()
        {
            if (reception.BytesTransferred == 0)
            {
                return false;
            }

            reception.Answer();
            return true;
        }
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "forgets that a receive can complete at once",
            "Your code waits for a callback after every receive. When `ReceiveAsync` returns false, the bytes are there "
                + "already and no callback comes: the conversation hangs, although nothing has failed. It happens when data "
                + "arrive faster than you ask for them: on a fast network, under load, with a client that sends several "
                + "questions at once.",
            reception =>
            {
                reception.Completed += () =>
                {
                    if (reception.BytesTransferred > 0)
                    {
                        reception.Answer();
                        reception.ReceiveAsync();
                    }
                };
                reception.ReceiveAsync();
            }),
        new(
            "does not start the next receive",
            "Your code answers the question that a receive has brought, and stops there. No receive is pending, so no callback "
                + "will ever come. Start the next receive, whether the last one completed at once or later.",
            reception =>
            {
                reception.Completed += () =>
                {
                    if (reception.BytesTransferred > 0)
                    {
                        reception.Answer();
                        ReceiveOnce(reception);
                    }
                };
                ReceiveOnce(reception);
            }),
        new(
            "takes every receive for completed",
            "`ReceiveAsync` returned true: the receive is pending, and nothing has arrived yet. Your code uses its result at "
                + "once. It answers bytes that were there before, and when the callback comes, it answers again.",
            reception =>
            {
                reception.Completed += reception.Answer;
                while (true)
                {
                    reception.ReceiveAsync();
                    reception.Answer();
                }
            }),
        new(
            "answers a question twice",
            "Your code has called `Answer` twice for one receive: once where `ReceiveAsync` returned false, and once more in "
                + "the code that handles every receive. The client gets an answer too many, and takes it for the answer to its "
                + "next question.",
            reception =>
            {
                reception.Completed += Completed;
                Next();

                void Next()
                {
                    while (!reception.ReceiveAsync() && reception.BytesTransferred > 0)
                    {
                        reception.Answer();
                        reception.Answer();
                    }
                }

                void Completed()
                {
                    if (reception.BytesTransferred > 0)
                    {
                        reception.Answer();
                        Next();
                    }
                }
            }),
        new(
            "starts a second receive while one is pending",
            "A loop of yours starts receives, and so does the handler that the loop calls. When the handler's receive is "
                + "pending, the loop starts another one with the same object: .NET throws an `InvalidOperationException`. "
                + "Only one of the two may start the next receive.",
            reception =>
            {
                reception.Completed += Completed;
                Next();

                void Next()
                {
                    while (!reception.ReceiveAsync() && reception.BytesTransferred > 0)
                    {
                        Completed();
                    }
                }

                void Completed()
                {
                    if (reception.BytesTransferred > 0)
                    {
                        reception.Answer();
                        Next();
                    }
                }
            }),
        new(
            "grows the stack with each receive that completes at once",
            "Your code handles a receive that completed at once by a call that starts the next receive, which does the same. "
                + "None of these calls returns before the last one. A client that sends some ten thousand questions together "
                + "overflows the stack, and that ends the whole process: no `catch` helps. Return to a loop instead.",
            Recurse),
        new(
            "goes on after the end",
            "0 bytes are the end of the stream: the client has left. Your code starts another receive, which completes at once "
                + "with 0 bytes too, and so on for ever. The thread spins, and the connection is never closed.",
            reception =>
            {
                reception.Completed += Completed;
                Next();

                void Next()
                {
                    while (!reception.ReceiveAsync())
                    {
                        AnswerIfAny();
                    }
                }

                void Completed()
                {
                    AnswerIfAny();
                    Next();
                }

                void AnswerIfAny()
                {
                    if (reception.BytesTransferred > 0)
                    {
                        reception.Answer();
                    }
                }
            }),
        new(
            "starts the next receive before it has answered",
            "Your code starts the next receive before it has answered the question of the last one. The next receive may "
                + "overwrite that question. First `Answer`, then `ReceiveAsync`.",
            reception =>
            {
                reception.Completed += () =>
                {
                    if (reception.BytesTransferred > 0)
                    {
                        reception.ReceiveAsync();
                        reception.Answer();
                    }
                };
                reception.ReceiveAsync();
            }),
        new(
            "answers the end",
            "Your code calls `Answer` for the end of the stream, which brings no question: the client has left. Look at "
                + "`BytesTransferred` first, in the handler and also where `ReceiveAsync` has returned false.",
            reception =>
            {
                reception.Completed += Completed;
                Next();

                void Next()
                {
                    while (!reception.ReceiveAsync())
                    {
                        reception.Answer();
                    }
                }

                void Completed()
                {
                    reception.Answer();
                    Next();
                }
            }),
        new(
            "subscribes too late",
            "Your code starts a receive while `Completed` has no handler: it subscribes only afterwards, or not at all. A real "
                + "receive may complete between the two, on another thread. Then nothing calls your code, and the conversation "
                + "hangs. First subscribe, then start to receive.",
            reception =>
            {
                Next();
                reception.Completed += () =>
                {
                    if (reception.BytesTransferred > 0)
                    {
                        reception.Answer();
                        Next();
                    }
                };

                void Next()
                {
                    while (!reception.ReceiveAsync() && reception.BytesTransferred > 0)
                    {
                        reception.Answer();
                    }
                }
            }),
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        var random = trial.Random;
        bool[] mixed = [.. Enumerable.Range(0, 12).Select(_ => random.Next(2) == 0)];
        Conversation(trial, answer, "a client whose questions all come later", [true, true, true], endIsPending: true);
        Conversation(trial, answer, "a client whose second question comes at once", [true, false, true], endIsPending: true);
        Conversation(trial, answer, "a client that asked before you did", [false, false, true, false], endIsPending: true);
        Conversation(trial, answer, "a client that leaves at once after its question", [true, false], endIsPending: false);
        Conversation(trial, answer, "a client that does both", mixed, random.Next(2) == 0);
        Conversation(
            trial, answer, "a client that sends a thousand questions together", [true, .. Enumerable.Repeat(false, LongRun - 1)],
            endIsPending: true);
    }

    private static void ReceiveOnce(ScriptedReception reception)
    {
        if (!reception.ReceiveAsync() && reception.BytesTransferred > 0)
        {
            reception.Answer();
        }
    }

    // Not optimised: a compiler may turn a call at the end of a method into a jump, and then the stack does not grow.
    [MethodImpl(MethodImplOptions.NoOptimization)]
    private static void Recurse(ScriptedReception reception)
    {
        var started = false;
        reception.Completed += () => Handle(reception);
        Next(reception);
        started = !started;
    }

    [MethodImpl(MethodImplOptions.NoOptimization)]
    private static void Next(ScriptedReception reception)
    {
        if (!reception.ReceiveAsync())
        {
            Handle(reception);
        }
    }

    [MethodImpl(MethodImplOptions.NoOptimization)]
    private static void Handle(ScriptedReception reception)
    {
        if (reception.BytesTransferred > 0)
        {
            reception.Answer();
            Next(reception);
        }
    }

    private void Conversation(Trial trial, Answer answer, string client, bool[] pending, bool endIsPending)
    {
        var script = new Script([.. pending, endIsPending]);
        var what = $"{client}: {Told(script.Pending)}";
        trial.Call(what, () => script.Run(() => answer(script)));
        while (script.CanComplete)
        {
            trial.Call(what, () => script.Run(script.Complete));
        }

        var right = Outcome(pending.Length, "then nothing more");
        if (script.Failure is { } failure)
        {
            trial.Wrong(what, right, new Said(failure.What), Mistakes[failure.Mistake]);
        }

        if (!script.IsOver)
        {
            var hangs = Outcome(script.Answers, "then no receive is pending: the conversation hangs");
            var mistake = !script.HasBegun ? null
                : script.IsAnswered ? Mistakes[1]
                : script.WasPending ? null : Mistakes[0];
            var reason = script.HasBegun && mistake is null
                ? "`Completed` was raised, and your code has not called `Answer` for the question that the receive has brought."
                : null;
            trial.Wrong(what, right, hangs, mistake, reason);
        }

        if (script.AfterTheEnd > 0)
        {
            var more = InvariantText.Format($"then receives after the end: {script.AfterTheEnd}");
            trial.Wrong(what, right, Outcome(script.Answers, more), Mistakes[6]);
        }

        trial.Expect(what, right, Outcome(script.Answers, "then nothing more"));
    }

    private static Said Outcome(int answers, string then) =>
        new($"{InvariantText.Count(answers, "answer")}, {then}");

    private static string Told(bool[] pending) => pending.Length > LongRun
        ? InvariantText.Format($"receives complete later, then {LongRun - 1} times at once; the end comes later")
        : $"receives complete {string.Join(", ", pending[..^1].Select(When))}; the end comes {When(pending[^1])}";

    private static string When(bool isPending) => isPending ? "later" : "at once";

    // One conversation: which receives are pending, and which complete at once. The last one is the end.
    private sealed class Script(bool[] pending) : ScriptedReception
    {
        // Where the depth of the stack is measured in a run of receives that complete at once, and how much it may grow.
        private const int MeasuredFrom = 10;
        private const int MeasuredTo = 60;
        private const int MaxGrowth = 25;

        private const int MaxAfterTheEnd = 20;

        private int _begun;
        private int _atOnce;
        private int _depth;
        private int _afterTheEnd;
        private bool _isPending;

        public override event Action? Completed;

        public bool[] Pending => pending;

        public (string What, int Mistake)? Failure { get; private set; }

        public int Answers { get; private set; }

        /// <summary>Whether the question of the last receive has been answered.</summary>
        public bool IsAnswered { get; private set; } = true;

        public bool HasBegun => _begun > 0;

        /// <summary>Whether the last receive did not complete at once.</summary>
        public bool WasPending => HasBegun && pending[_begun - 1];

        public bool IsOver => _begun == pending.Length && !_isPending;

        public bool CanComplete => _isPending && Failure is null;

        public override int BytesTransferred
        {
            get
            {
                if (_isPending)
                {
                    Stop("a look at the result of a receive that was still pending", 2);
                }

                return _begun is 0 || _begun == pending.Length ? 0 : 1;
            }
        }

        /// <summary>How many receives were started after the end.</summary>
        public int AfterTheEnd => _afterTheEnd;

        public override bool ReceiveAsync()
        {
            if (_isPending)
            {
                Stop("a receive was started while another one was pending", 4);
            }

            if (_begun == pending.Length)
            {
                if (++_afterTheEnd > MaxAfterTheEnd)
                {
                    Stop(InvariantText.Format($"{MaxAfterTheEnd} more receives after the end"), 6);
                }

                return false;
            }

            if (_begun > 0 && !IsAnswered)
            {
                Stop("a receive was started before the last question was answered", 7);
            }

            if (pending[_begun] && Completed is null)
            {
                Stop("a receive was pending, and `Completed` had no handler", 9);
            }

            _isPending = pending[_begun++];
            IsAnswered = false;
            _atOnce = _isPending ? 0 : _atOnce + 1;
            return _isPending;
        }

        public override void Answer()
        {
            if (_isPending)
            {
                Stop("an answer to a receive that was still pending", 2);
            }

            if (IsAnswered)
            {
                Stop("two answers to one question", 3);
            }

            if (BytesTransferred == 0)
            {
                Stop("an answer to the end, which brings no question", 8);
            }

            IsAnswered = true;
            Answers++;
            Measure();
        }

        public void Complete()
        {
            _isPending = false;
            Completed?.Invoke();
        }

        public void Run(Action action)
        {
            try
            {
                action();
            }
            catch (ScriptEndedException)
            {
            }
            catch (Exception) when (Failure is not null)
            {
            }
        }

        private void Measure()
        {
            if (_atOnce == MeasuredFrom)
            {
                _depth = new StackTrace(false).FrameCount;
            }
            else if (_atOnce == MeasuredTo && new StackTrace(false).FrameCount - _depth is > MaxGrowth and var growth)
            {
                Stop(InvariantText.Format($"{growth} more calls on the stack after {MeasuredTo - MeasuredFrom} receives"), 5);
            }
        }

        private void Stop(string what, int mistake)
        {
            Failure ??= (what, mistake);
            throw new ScriptEndedException();
        }
    }
}
