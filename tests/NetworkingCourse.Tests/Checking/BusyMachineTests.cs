using System.Diagnostics;
using System.Globalization;
using NetworkingCourse.Checking;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Checking;

/// <summary>A right answer stays right where other work holds the thread pool, or the cores, while it is checked.</summary>
[Collection(Alone.Name)]
public class BusyMachineTests
{
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(3);

    public static TheoryData<string> Names => Samples.Names(onSockets: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_late_thread_pool_is_not_held_against_the_learner(string name)
    {
        using var over = new CancellationTokenSource(Busy);
        var busy = new Thread(() =>
        {
            while (!over.IsCancellationRequested)
            {
                for (var i = 0; i <= ThreadPool.ThreadCount; i++)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(_ => Thread.Sleep(Held), null);
                }

                Thread.Sleep(Held);
            }
        });
        busy.Start();

        var verdict = Samples.Of(name).CheckReference(1);

        over.Cancel();
        busy.Join();
        Assert.True(verdict.State == VerdictState.Right, verdict.ToText());
    }

    [NeedsFact(Need.Linux)]
    public void Time_in_which_others_hold_the_cores_does_not_count()
    {
        using var over = new CancellationTokenSource();
        var others = Enumerable.Range(0, 4 * Environment.ProcessorCount)
            .Select(_ => new Thread(() =>
            {
                while (!over.IsCancellationRequested)
                {
                    Thread.SpinWait(100);
                }
            }))
            .ToList();
        others.ForEach(other => other.Start());
        var deadline = TimeSpan.FromSeconds(0.4);
        var began = Stopwatch.GetTimestamp();

        var end = Sandbox.Run(() => Compute(deadline / 2), deadline, () => { });

        var took = Stopwatch.GetElapsedTime(began);
        over.Cancel();
        others.ForEach(other => other.Join());
        Assert.True(took > deadline, "The cores were free."); // or else nothing has been shown
        Assert.Equal(SandboxEnd.Ended, end);
    }

    // Returns when the calling thread has had a core for so long.
    private static void Compute(TimeSpan time)
    {
        while (long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture)
            < time.TotalNanoseconds)
        {
            Thread.SpinWait(1000);
        }
    }
}
