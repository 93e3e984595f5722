using NetworkingCourse.Checking;

namespace NetworkingCourse;

/// <summary>
/// Lets asynchronous code of the learner go on only when the check says so, on the thread of the check. What the code has given
/// to the thread pool is waited for.
/// </summary>
internal sealed class AwaitedTurns(Trial trial) : TurnQueue
{
    // How often the check looks for what other threads may be doing for the learner.
    private const int MaxLooks = 25;
    private const int MaxLooksAtOtherThreads = 400;
    private const int LooksToSettle = 3;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile bool _usesOtherThreads;

    /// <summary>What is being done, for an exception and for the deadline.</summary>
    public string What { get; set; } = "called your method";

    /// <summary>Whether a condition holds as soon as nothing goes on any more, or before.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="progress">A number that changes with what the learner's code does.</param>
    public bool Holds(Func<bool> condition, Func<int> progress)
    {
        var last = progress();
        for (var look = 0; look < (_usesOtherThreads ? MaxLooksAtOtherThreads : MaxLooks); look++)
        {
            Run();
            if (condition())
            {
                return true;
            }

            (look, last) = progress() is var now && now == last ? (look, last) : (0, now);
            LookAway();
        }

        return false;
    }

    /// <summary>
    /// To be called by what the learner's code calls: if it does so on other threads, a busy machine may keep it waiting.
    /// </summary>
    public void NoteCall() => _usesOtherThreads |= Environment.CurrentManagedThreadId != _thread;

    /// <summary>Lets the learner's code go on until nothing more happens.</summary>
    public void Settle()
    {
        for (var look = 0; look < LooksToSettle; look++)
        {
            Run();
            LookAway();
        }

        Run();
    }

    /// <summary>Runs code of the check with this context, and restores the one before.</summary>
    public void Use(Action check)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            check();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Does something that lets awaiting code go on.</summary>
    public void Do(Action action) => trial.Call(What, () => Outside(action));

    private void Run() => trial.Call(What, () =>
    {
        while (RunOne())
        {
        }
    });

    // Lets other threads work for a moment: what they do for the learner cannot be waited for.
    private static void LookAway() => System.Threading.Tasks.Task.Run(static () => Thread.Sleep(1)).Wait();
}
