using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

[Collection(Alone.Name)]
public sealed class OutstandingTests
{
    [Fact]
    public void It_is_told_once_all_have_ended_and_not_before()
    {
        var outstanding = new Outstanding();
        outstanding.Begin();
        outstanding.Begin();
        outstanding.End();
        var all = outstanding.WhenAllEndedAsync();
        Assert.False(all.IsCompleted);
        outstanding.End();
        Assert.True(all.IsCompletedSuccessfully);
    }

    [Fact]
    public void Those_that_ended_before_more_could_begin_are_not_waited_for_twice()
    {
        var outstanding = new Outstanding();
        outstanding.Begin();
        outstanding.End();
        outstanding.Begin();
        outstanding.End();
        Assert.True(outstanding.WhenAllEndedAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public void The_last_ending_is_seen_even_at_the_very_moment_at_which_no_more_may_begin()
    {
        const int rounds = 200_000;
        var outstanding = Enumerable.Range(0, rounds).Select(_ => new Outstanding()).ToArray();
        var told = new Task[rounds];
        Array.ForEach(outstanding, each => each.Begin());
        var (here, there) = (0, 0);

        // Two threads meet before every round, so that both start at once.
        var other = new Thread(() =>
        {
            for (var i = 0; i < rounds; i++)
            {
                Meet(ref there, ref here, i + 1);
                outstanding[i].End();
            }
        });
        other.Start();
        for (var i = 0; i < rounds; i++)
        {
            Meet(ref here, ref there, i + 1);
            told[i] = outstanding[i].WhenAllEndedAsync();
        }

        other.Join();
        Assert.Equal(0, told.Count(task => !task.IsCompletedSuccessfully));
    }

    private static void Meet(ref int mine, ref int others, int round)
    {
        Volatile.Write(ref mine, round);
        var wait = new SpinWait();
        while (Volatile.Read(ref others) < round)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }
}
