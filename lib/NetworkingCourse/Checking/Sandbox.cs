using System.Diagnostics;

namespace NetworkingCourse.Checking;

/// <summary>
/// Runs code that may never end on a thread of its own, and stops it at a deadline. A wait for a lock, a task or a sleep is
/// interrupted; a call that blocks in the system ends if what it waits for is closed; a loop ends if the kernel can stop it (see
/// <see cref="StoppableCode"/>). Code that cannot be stopped goes on at the lowest priority, so that nothing else is held up.
/// </summary>
internal static class Sandbox
{
    // Deep recursion that ends is not a mistake; but what fills the stack of a program's main thread is one.
    private const int StackBytes = 8 << 20;

    // How long stopped code may take to end before it is given up.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    // The time in which other programs hold the cores does not count. But the wait must end, even on a machine that stays busy.
    private const int MaxStretch = 10;

    /// <summary>Runs code until it ends, or until the deadline.</summary>
    /// <param name="body">The code. It must not throw.</param>
    /// <param name="deadline">
    /// How long it may run. On a busy machine, the time in which it waits for a core is added, where the system tells it.
    /// </param>
    /// <param name="release">Closes what the code may be blocked on; called at the deadline.</param>
    public static SandboxEnd Run(Action body, TimeSpan deadline, Action release)
    {
        using var stop = new CancellationTokenSource();
        var stoppable = StoppableCode.Of(body, stop.Token);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RunawayThread? runaway = null;
        var thread = new Thread(
            () =>
            {
                Volatile.Write(ref runaway, RunawayThread.Current());
                try
                {
                    stoppable();
                }
                catch (Exception exception) when (exception is OperationCanceledException or ThreadInterruptedException)
                {
                    // It was stopped.
                }

                ended.SetResult();
            },
            StackBytes)
        {
            IsBackground = true,
            Name = "the learner's code",
        };
        thread.Start();
        var isInTime = false;
        try
        {
            isInTime = Ends(ended.Task, deadline, TimeWithoutCore);
        }
        finally
        {
            // Also if the cell that waits here is itself stopped.
            if (!isInTime)
            {
                release();
            }

            // Also if the code has ended: it may have started threads of its own.
            stop.Cancel();
            if (!isInTime)
            {
                thread.Interrupt();
            }
        }

        if (isInTime || Ends(ended.Task, Timeout, TimeWithoutCore))
        {
            return isInTime ? SandboxEnd.Ended : SandboxEnd.Stopped;
        }

        Volatile.Read(ref runaway)?.Demote();
        return SandboxEnd.StillRunning;

        TimeSpan TimeWithoutCore() => Volatile.Read(ref runaway)?.TimeWithoutCore ?? TimeSpan.Zero;
    }

    private static bool Ends(Task code, TimeSpan limit, Func<TimeSpan> timeWithoutCore)
    {
        var (began, before) = (Stopwatch.GetTimestamp(), timeWithoutCore());
        while (true)
        {
            var stretched = limit + timeWithoutCore() - before;
            var left = (stretched < limit * MaxStretch ? stretched : limit * MaxStretch) - Stopwatch.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                return code.IsCompleted;
            }

            if (code.Wait(left))
            {
                return true;
            }
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

    /// <summary>Not at all: it loops and the kernel cannot stop it, or it is blocked in a call of the system.</summary>
    StillRunning,
}
