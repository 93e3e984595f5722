using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Each experiment of the course shows its effect: as a ratio within one run, with room for a noisy machine.</summary>
[Collection(Alone.Name)]
public class ExperimentTests
{
    [Fact]
    public async Task The_open_loop_shows_a_stall_that_the_closed_loop_hides()
    {
        var stall = TimeSpan.FromMilliseconds(400);
        var measured = await CoordinatedOmission.MeasureAsync(TimeSpan.FromSeconds(1.6), stall);

        // Both loops met the stall: the closed loop in a handful of answers, the open loop in a quarter of them.
        Assert.True(measured.Closed.Latencies.Quantile(1) >= stall * 0.9, measured.ToString());
        Assert.True(measured.Closed.Latencies.Quantile(0.95) < stall / 4, measured.ToString());
        Assert.True(measured.Open.Latencies.Quantile(0.95) > stall / 2, measured.ToString());
        Assert.Equal(measured.Open.Requests.Count, measured.Open.Latencies.Count);
        Assert.Equal(3, measured.Chart().Panels[0].Series.Count);
    }

    [Fact]
    public async Task A_computing_handler_stops_an_event_loop_and_not_threads()
    {
        var measured = await Interference.MeasureAsync(
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromMilliseconds(400),
            Architecture.Poll,
            Architecture.Threaded);

        var kept = measured.Results.Select(result => result.Beside.Rate / result.Alone.Rate).ToArray();
        Assert.True(kept[0] < 0.2 && kept[1] > 2 * kept[0], measured.ToString());
        Assert.All(measured.Results, result => Assert.NotEqual(0, result.LongOnes.Count));
    }

    [NeedsFact(Need.Linux)]
    public async Task Poll_pays_for_idle_connections_and_epoll_does_not()
    {
        // Other programs may disturb one of the four turns, but hardly in three measurements in a row.
        for (var tries = 3; ; tries--)
        {
            var measured = await WakeUpCost.MeasureAsync(
                [0, 1500],
                TimeSpan.FromMilliseconds(250),
                Architecture.Poll,
                Architecture.Epoll);

            double Growth(Architecture architecture) =>
                measured.Results.Last(result => result.Architecture == architecture).Median
                / measured.Results.First(result => result.Architecture == architecture).Median;
            if (Growth(Architecture.Poll) > 2 * Growth(Architecture.Epoll))
            {
                return;
            }

            Assert.True(tries > 1, measured.ToString());
        }
    }

    [NeedsFact(Need.Linux)]
    public async Task A_connection_wakes_every_thread_that_waits_with_epoll_on_one_socket_and_otherwise_one()
    {
        const int threads = 6;
        var measured = await ThunderingHerd.MeasureAsync(threads, connections: 10);

        var woken = measured.Results.Select(result => result.WokenPerConnection).ToArray();
        Assert.Equal(4, woken.Length);
        Assert.InRange(woken[1], 0.7 * threads, 1.5 * threads);
        Assert.All([woken[0], woken[2], woken[3]], one => Assert.InRange(one, 1, 2));
    }

    [NeedsFact(Need.Linux)]
    public async Task A_loop_without_descriptors_spins_unless_it_waits_refuses_or_has_a_limit()
    {
        var counted = await OutOfDescriptors.CountAsync(clients: 30, descriptors: 12, turns: 500);

        Assert.Equal(
            [
                (WhenFull.TryAgain, 12, 0, 488, 500, false, 18, 1),
                (WhenFull.AwaitAnEnd, 12, 0, 1, 13, true, 18, 1),
                (WhenFull.Refuse, 11, 19, 19, 30, true, 0, 0),
                (WhenFull.Limit, 10, 0, 0, 10, true, 20, 1),
            ],
            counted.Results.Select(result => (
                result.Rule, result.First.Accepted, result.First.Refused, result.First.Failed, result.First.Turns,
                result.First.IsAsleep, result.Queued, result.AcceptedLater)));
        Assert.All(counted.Results.Where(result => result.First.Failed > 0), result => Assert.Equal(24, result.First.Error));
        Assert.Contains("EMFILE", counted.ToString(), StringComparison.Ordinal);
    }

    [NeedsFact(Need.Linux)]
    public void An_edge_is_reported_once_and_a_level_until_nothing_is_left()
    {
        var counted = Triggering.Count();

        Assert.Equal(
            [(5, 0, 10), (1, 0, 10), (3, 3, 0), (1, 1, 6), (1, 4, 0), (1, 4, 0)],
            counted.Results.Select(result => (result.Reports, result.Receives, result.Left)));
        Assert.Equal(["level", "edge", "level", "edge", "level", "edge"], counted.Results.Select(result => result.Kind));
    }

    [Fact]
    public async Task Throughput_is_measured_for_each_server_and_number_of_connections_with_what_an_answer_costs()
    {
        await using var loop = await StandaloneServer.StartAsync(Architecture.Poll);
        await using var other = await StandaloneServer.StartAsync(Architecture.Poll, new ServerOptions { Name = "other" });
        await using var four = await StandaloneServer.StartAsync(Architecture.Threaded);
        var measured = await Throughput.MeasureAsync([1, 8], TimeSpan.FromMilliseconds(150), loop, other, four);

        Assert.Equal(
            [("poll", 1), ("other", 1), ("threaded", 1), ("poll", 8), ("other", 8), ("threaded", 4)],
            measured.Results.Select(result => (result.Server.Name, result.Connections)));
        Assert.All(measured.Results, result => Assert.True(
            result is { Load.Answers: > 0, Load.Failures.Count: 0 } && result.ProcessorPerAnswer > TimeSpan.Zero,
            measured.ToString()));
        Assert.All(measured.Results, result => Assert.Equal(OperatingSystem.IsLinux(), result.WaitsPerAnswer > 0));
        // Two servers of one architecture can be told apart in the chart.
        Assert.Equal(3, measured.Chart().Panels[0].Series.Select(series => series.Style).Distinct().Count());
    }

    [Fact]
    public void Without_a_bound_hardly_any_answer_is_in_time_once_the_load_is_too_high()
    {
        double InTime(double load) => GoodputByLoad.Unbounded(
            load, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));

        Assert.Equal(50, InTime(50));
        Assert.Equal(100, InTime(100));
        // At 200 a second, request k is due after 5·k ms and done after 10·(k + 1) ms: in time up to k = 18.
        Assert.Equal(19, InTime(200));
    }

    [Fact]
    public async Task Handlers_that_block_starve_the_pool_and_nothing_else()
    {
        var measured = await Starvation.MeasureAsync(Environment.ProcessorCount * 10, TimeSpan.FromMilliseconds(100));

        var last = measured.Results.Select(result => result.Latencies.Quantile(1)).ToArray();
        Assert.True(last[0] > 2 * last[1] && last[0] > 2 * last[2], measured.ToString());
        // The clients wait although the processor does not work.
        Assert.InRange(measured.Results[0].ProcessorTime / last[0], 0, 0.5);
        Assert.All(measured.Results, result => Assert.True(result.ProcessorTime > TimeSpan.Zero, measured.ToString()));
    }

    [Fact]
    public async Task Measured_queues_are_near_those_of_theory()
    {
        var measured = await QueueingCurve.MeasureAsync(
            TimeSpan.FromMilliseconds(20),
            [1, 4],
            [0.2, 0.6],
            TimeSpan.FromSeconds(2));

        Assert.All(measured.Points, point => Assert.InRange(point.Run.Latencies.Mean / point.ForTheseArrivals, 0.9, 3));
        Assert.All(measured.Points, point => Assert.Equal(point.Run.Requests.Count, point.Run.Latencies.Count));
    }

    [Fact]
    public async Task A_thread_for_each_connection_is_counted_as_such()
    {
        const int connections = 150;
        var measured = await Footprint.MeasureAsync(
            connections,
            workers: 2,
            [Architecture.ThreadPerConnection, Architecture.Poll, Architecture.Processes]);

        var (threads, loop, processes) = (measured.Results[0], measured.Results[1], measured.Results[2]);
        Assert.InRange(threads.Loaded.Threads - threads.AtRest.Threads, connections - 5, connections + 20);
        Assert.InRange(loop.Loaded.Threads - loop.AtRest.Threads, -5, 10);
        Assert.True(threads.MemoryPerConnection > loop.MemoryPerConnection, measured.ToString());
        // Three runtimes instead of one.
        Assert.True(processes.AtRest.Memory > 2 * loop.AtRest.Memory, measured.ToString());
        Assert.Equal((2, null), (processes.Connections, processes.MemoryPerConnection));
    }
}
