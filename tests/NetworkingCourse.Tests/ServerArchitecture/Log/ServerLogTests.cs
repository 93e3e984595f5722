using System.Diagnostics;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class ServerLogTests
{
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_full_log_keeps_the_newest_events_in_order_and_counts_all()
    {
        var log = new ServerLog(capacity: 5);
        for (var i = 1; i <= 12; i++)
        {
            Write(log, ServerEventKind.Question, i);
        }

        Assert.Equal([8, 9, 10, 11, 12], log.Events.Select(entry => entry.Connection));
        Assert.Equal(12, log.Written);
    }

    [Fact]
    public void What_was_read_does_not_change_when_more_is_written()
    {
        var log = new ServerLog(capacity: 2);
        Write(log, ServerEventKind.Question, 1);
        var events = log.Events;
        Write(log, ServerEventKind.Question, 2);
        Write(log, ServerEventKind.Question, 3);

        Assert.Equal([1], events.Select(entry => entry.Connection));
    }

    [Fact]
    public void A_log_without_room_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new ServerLog(capacity: 0));

    [Fact]
    public async Task Who_follows_sees_everything_and_each_writers_events_in_order_while_several_write()
    {
        const int writers = 4;
        const int each = 5_000;
        var log = new ServerLog(capacity: writers * each);
        var reading = FollowAsync(log, writers * each);
        var threads = Enumerable.Range(0, writers).Select(writer => new Thread(() =>
        {
            for (var i = 0; i < each; i++)
            {
                Write(log, ServerEventKind.Question, connection: i, port: writer + 1);
            }
        })).ToList();

        threads.ForEach(thread => thread.Start());
        var events = await reading.WaitAsync(SafetyNet);
        threads.ForEach(thread => thread.Join());

        for (var writer = 1; writer <= writers; writer++)
        {
            Assert.Equal(
                Enumerable.Range(0, each),
                events.Where(entry => entry.ClientPort == writer).Select(entry => entry.Connection));
        }

        Assert.Equal(log.Events, events);
    }

    [Fact]
    public async Task Reading_can_begin_where_an_earlier_one_ended_and_even_before_it_is_written()
    {
        var log = new ServerLog();
        Write(log, ServerEventKind.Question, 0);
        var fromTheSecond = FollowAsync(log, 2, from: 1);
        var fromTheThird = FollowAsync(log, 1, from: 2);

        Write(log, ServerEventKind.Question, 1);
        Write(log, ServerEventKind.Question, 2);

        Assert.Equal([1, 2], (await fromTheSecond.WaitAsync(SafetyNet)).Select(entry => entry.Connection));
        Assert.Equal([2], (await fromTheThird.WaitAsync(SafetyNet)).Select(entry => entry.Connection));
    }

    [Fact]
    public async Task Following_ends_when_it_is_cancelled()
    {
        var log = new ServerLog();
        using var cancellation = new CancellationTokenSource();
        var reading = FollowAsync(log, 1, cancellation: cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(SafetyNet));
    }

    [Fact]
    public async Task Waiting_finds_what_was_written_before_and_what_comes_after()
    {
        var log = new ServerLog();
        Write(log, ServerEventKind.Closed, 1);
        Assert.Equal(1, (await log.WaitForAsync(ServerEventKind.Closed)).Connection);

        var second = log.WaitForAsync(ServerEventKind.Closed, count: 2, deadline: SafetyNet);
        Write(log, ServerEventKind.Reset, 2);
        Assert.False(second.IsCompleted);
        Write(log, ServerEventKind.Closed, 3);

        Assert.Equal(3, (await second).Connection);
    }

    [Fact]
    public async Task Waiting_in_vain_ends_with_a_message_that_says_what_the_log_holds()
    {
        var log = new ServerLog();
        Write(log, ServerEventKind.Accepted, 1);
        Write(log, ServerEventKind.CutOff, 1);

        var exception = await Assert.ThrowsAsync<TimeoutException>(
            () => log.WaitForAsync(ServerEventKind.CutOff, count: 2, deadline: TimeSpan.FromMilliseconds(50)));

        Assert.Equal("The log showed CutOff 1 times within 0.05 s, not 2. It holds: 1 accepted, 1 cut off.", exception.Message);
    }

    [Fact]
    public async Task Waiting_that_is_cancelled_by_the_caller_is_no_timeout()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = new ServerLog().WaitForAsync(ServerEventKind.Closed, cancellation: cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(SafetyNet));
    }

    [Fact]
    public void The_table_shows_the_last_events_and_says_how_many_there_were()
    {
        var log = new ServerLog(capacity: 10);
        for (var i = 1; i <= 25; i++)
        {
            Write(log, ServerEventKind.Question, i, port: 40_000 + i);
        }

        var table = log.Table(last: 3);

        Assert.Equal([":40023", ":40024", ":40025"], table.Rows.Select(row => row[2]));
        Assert.Contains("The last 3 of 25 events", table.Note, StringComparison.Ordinal);
    }

    private static async Task<List<ServerEvent>> FollowAsync(
        ServerLog log,
        int count,
        long from = 0,
        CancellationToken cancellation = default)
    {
        var events = new List<ServerEvent>();
        await foreach (var entry in log.FollowAsync(from, cancellation))
        {
            events.Add(entry);
            if (events.Count == count)
            {
                break;
            }
        }

        return events;
    }

    private static void Write(ServerLog log, ServerEventKind kind, int connection, int port = 0) =>
        log.Write(new ServerEvent(
            Stopwatch.GetTimestamp(),
            kind,
            connection,
            port,
            "test",
            Environment.CurrentManagedThreadId,
            0,
            null));
}
