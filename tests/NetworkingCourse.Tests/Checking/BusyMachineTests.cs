using NetworkingCourse.Checking;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Checking;

/// <summary>A right answer stays right where other work holds the thread pool while it is checked.</summary>
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

        busy.Join();
        Assert.True(verdict.State == VerdictState.Right, verdict.ToText());
    }
}
