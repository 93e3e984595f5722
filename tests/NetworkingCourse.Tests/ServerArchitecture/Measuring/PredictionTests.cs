using CsCheck;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class PredictionTests
{
    private static readonly Gen<(int Clients, int Questions, int Workers, int Milliseconds)> Experiments =
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 5], Gen.Int[1, 20], Gen.Int[1, 2000]);

    [Fact]
    public void Sequential_client_k_is_done_after_k_conversations_and_the_mean_is_half_of_N_plus_1() => Experiments.Sample(e =>
    {
        var prediction = Predict(Architecture.Sequential, e);
        var conversation = e.Questions * e.Milliseconds / 1000.0;
        Assert.All(
            prediction.Latencies.Select((latency, i) => latency.TotalSeconds - ((i + 1) * conversation)),
            error => Assert.Equal(0, error, 4));
        Assert.Equal((e.Clients + 1) / 2.0 * conversation, prediction.Mean.TotalSeconds, 4);
        Assert.Equal(e.Clients * conversation, prediction.Makespan.TotalSeconds, 4);
    });

    [Fact]
    public void W_workers_finish_client_k_after_the_ceiling_of_k_over_W() => Experiments.Sample(e =>
    {
        var prediction = Predict(Architecture.Threaded, e);
        for (var k = 1; k <= e.Clients; k++)
        {
            Assert.Equal(
                (k + e.Workers - 1) / e.Workers * e.Questions * e.Milliseconds / 1000.0,
                prediction.Latencies[k - 1].TotalSeconds,
                4);
        }
    });

    [Fact]
    public void Async_serves_everybody_in_one_conversation() => Experiments.Sample(e =>
        Assert.All(
            Predict(Architecture.Async, e).Latencies,
            latency => Assert.Equal(e.Questions * e.Milliseconds / 1000.0, latency.TotalSeconds, 4)));

    [Fact]
    public void Computing_gets_on_no_faster_than_there_are_cores() => Experiments.Sample(e =>
    {
        var options = new ServerOptions
        {
            Think = TimeSpan.FromMilliseconds(e.Milliseconds),
            Workers = 20,
            ThinkKind = ThinkKind.Computing,
        };
        foreach (var architecture in new[] { Architecture.Threaded, Architecture.Async })
        {
            var prediction = Prediction.For(architecture, options, e.Clients, 1, cores: 2);
            Assert.True(prediction.IsBound);
            Assert.InRange(
                prediction.Makespan.TotalSeconds,
                (e.Clients / 2.0 * e.Milliseconds / 1000.0) - 1e-4,
                ((e.Clients + 1) / 2 * e.Milliseconds / 1000.0) + 1e-4);
        }
    });

    [NeedsFact(Need.Linux)]
    public void L_loops_wait_for_all_clients_at_once_and_compute_or_block_for_L_of_them()
    {
        var options = new ServerOptions { Think = TimeSpan.FromSeconds(1), Loops = 3 };
        Prediction Of(ThinkKind kind) =>
            Prediction.For(Architecture.LoopPerCore, options with { ThinkKind = kind }, clients: 7, cores: 16);

        Assert.Equal(TimeSpan.FromSeconds(1), Of(ThinkKind.Waiting).Makespan);
        Assert.False(Of(ThinkKind.Waiting).IsBound);
        foreach (var holding in new[] { Of(ThinkKind.Computing), Of(ThinkKind.Blocking) })
        {
            Assert.Equal([1.0, 1, 1, 2, 2, 2, 3], holding.Latencies.Select(latency => latency.TotalSeconds));
            // Which loop a client gets is chance, and three clients may share one.
            Assert.True(holding.IsBound);
        }

        Assert.Equal("3", Architecture.LoopPerCore.Workers(options));
        Assert.Null(Architecture.LoopPerCore.MaxConnections(options));
        Assert.False(Prediction.For(Architecture.Epoll, options with { ThinkKind = ThinkKind.Computing }, 7).IsBound);
    }

    [Fact]
    public async Task Clients_that_cannot_connect_or_wait_too_long_have_failed_and_say_why()
    {
        var server = TestServers.Start("async", new ServerOptions { Think = TimeSpan.FromMinutes(1) });
        var late = await Load.ClosedLoopAsync(server, clients: 2, deadline: TimeSpan.FromMilliseconds(300));
        Assert.Equal(0, late.Answered);
        Assert.All(late.Clients, client => Assert.StartsWith("no answer within", client.Failure));
        await server.StopAsync(TimeSpan.Zero);
        var refused = await Load.ClosedLoopAsync(server, clients: 2, connectFirst: true);
        Assert.All(refused.Clients, client => Assert.StartsWith("connection refused", client.Failure));
        Assert.Contains("0 of 2", refused.ToString());
    }

    [Fact]
    public void Where_descriptors_are_few_as_many_clients_as_fit_run_and_it_is_said()
    {
        Assert.Equal((9000, 9000), (Descriptors.Clients(9000, 20_000).Clients, Descriptors.Clients(9000, null).Clients));
        var fit = Descriptors.Clients(9000, 4096);
        Assert.Equal((4096 - 1000) / 2, fit.Clients);
        Assert.Contains("ulimit", fit.ToString());
    }

    private static Prediction Predict(Architecture architecture, (int Clients, int Questions, int Workers, int Milliseconds) e) =>
        Prediction.For(
            architecture,
            new ServerOptions { Think = TimeSpan.FromMilliseconds(e.Milliseconds), Workers = e.Workers },
            e.Clients,
            e.Questions);
}
