using NetworkingCourse.Checking;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Checking;

/// <summary>A right answer stays right where other work holds the thread pool while it is checked.</summary>
[Collection(Alone.Name)]
public class BusyMachineTests
{
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(3);

    // Together, because most of a check is waiting.
    [Fact]
    public async Task A_late_thread_pool_is_not_held_against_the_learner()
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

        var verdicts = await Task.WhenAll(Samples.OnSockets.Select(exercise => Task.Factory.StartNew(
            () => exercise.CheckReference(1), TaskCreationOptions.LongRunning)));

        busy.Join();
        Assert.True(verdicts.Length >= 5);
        Assert.All(verdicts, verdict => Assert.True(verdict.State == VerdictState.Right, verdict.ToText()));
    }
}
