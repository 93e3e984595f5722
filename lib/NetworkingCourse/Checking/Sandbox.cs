using System.Runtime;

namespace NetworkingCourse.Checking;

/// <summary>
/// Runs code that may never end on a thread of its own, and stops it at a deadline. A loop is stopped anywhere but in a
/// <c>finally</c> block; a wait for a lock, a task or a sleep is interrupted; a call that blocks in the system ends only if what it
/// waits for is closed.
/// </summary>
internal static class Sandbox
{
    // Deep recursion that ends is not a mistake.
    private const int StackBytes = 16 << 20;

    // How long stopped code may take to end before it is given up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Runs code until it ends, or until the deadline.</summary>
    /// <param name="body">The code. It must not throw.</param>
    /// <param name="deadline">How long it may run.</param>
    /// <param name="release">Closes what the code may be blocked on; called at the deadline.</param>
    public static SandboxEnd Run(Action body, TimeSpan deadline, Action release)
    {
        using var stop = new CancellationTokenSource();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                RunUntilStopped(body, stop.Token);
                ended.SetResult();
            },
            StackBytes)
        {
            IsBackground = true,
            Name = "the learner's code",
        };
        thread.Start();
        if (ended.Task.Wait(deadline))
        {
            return SandboxEnd.Ended;
        }

        release();
        thread.Interrupt();
        // Not on this thread: to cancel is to wait until the other thread has stopped.
        var stopping = Task.Run(stop.Cancel);
        if (!ended.Task.Wait(Patience))
        {
            return SandboxEnd.StillRunning;
        }

        stopping.Wait();
        return SandboxEnd.Stopped;
    }

    private static void RunUntilStopped(Action body, CancellationToken stop)
    {
        try
        {
            // Obsolete means here that stopped code may leave its own data half changed. It is the learner's data, and the check
            // is over; a thread that spins for ever would be worse.
#pragma warning disable SYSLIB0046
            ControlledExecution.Run(body, stop);
#pragma warning restore SYSLIB0046
        }
        catch (Exception exception) when (exception is OperationCanceledException or ThreadInterruptedException)
        {
        }
    }
}

/// <summary>How code in a <see cref="Sandbox"/> ended.</summary>
internal enum SandboxEnd
{
    /// <summary>By itself.</summary>
    Ended,

    /// <summary>It was stopped at the deadline.</summary>
    Stopped,

    /// <summary>Not at all: it is blocked in a call of the system, or loops in a <c>finally</c> block.</summary>
    StillRunning,
}
