using NetworkingCourse.Host.Bench;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Tests.Bench;

public sealed class BenchPlanTests
{
    private static readonly IReadOnlyList<Cell> Cells =
        [
            .. new[] { 1, 64, 1000 }.SelectMany(
                _ => SampleResults.Names, (connections, architecture) => new Cell(architecture, connections, 4)),
        ];

    [Fact]
    public void Every_round_measures_every_cell_once_and_those_that_are_compared_one_after_the_other()
    {
        for (var round = 0; round < 12; round++)
        {
            var order = BenchPlan.Order(Cells, round).ToList();
            Assert.Equal(Cells.ToHashSet(), order.ToHashSet());
            Assert.Equal(Cells.Count, order.Count);
            Assert.Equal(Cells.Select(cell => cell.Connections), order.Select(cell => cell.Connections));
        }
    }

    [Fact]
    public void In_as_many_rounds_as_there_are_architectures_each_has_had_many_places_and_no_constant_neighbour()
    {
        var count = SampleResults.Names.Length;
        var rounds = Enumerable.Range(0, count)
            .Select(round => BenchPlan.Order(Cells, round).Take(count).Select(cell => cell.Architecture).ToList())
            .ToList();
        Assert.All(SampleResults.Names, name =>
        {
            var places = rounds.Select(order => order.IndexOf(name)).Distinct().Count();
            Assert.True(places >= count / 2, $"{name} stays in its place.");
            var before = rounds.Where(order => order[0] != name).Select(order => order[order.IndexOf(name) - 1]).ToList();
            Assert.All(before.Distinct(), neighbour => Assert.True(
                before.Count(one => one == neighbour) <= rounds.Count / 2 + 1,
                $"{name} nearly always comes after {neighbour}."));
        });
    }

    [Fact]
    public void A_server_gets_a_worker_for_each_connection_if_each_holds_one_and_is_not_asked_for_more_than_it_can_hold()
    {
        var cells = BenchPlan.Cells(new BenchOptions(Architecture.All, [1, 64], TimeSpan.FromSeconds(1), Fidelity: false));
        Assert.Equal(2 * Architecture.All.Count, cells.Count);
        Assert.Equal((64, null), Of(cells, Architecture.Threaded, 64));
        Assert.Equal((BenchPlan.DefaultWorkers, null), Of(cells, Architecture.Threaded, 1));
        Assert.Equal((BenchPlan.DefaultWorkers, null), Of(cells, Architecture.ThreadPerConnection, 64));
        Assert.Equal((BenchPlan.DefaultWorkers, null), Of(cells, Architecture.Processes, 1));
        Assert.Contains("a worker process for each connection", Of(cells, Architecture.Processes, 64).Reason);
        Assert.Equal((BenchPlan.DefaultWorkers, null), Of(cells, Architecture.Async, 64));
        Assert.Equal((BenchPlan.DefaultWorkers, null), Of(cells, Architecture.Sequential, 1));
        Assert.Contains("serves 1 at a time", Of(cells, Architecture.Sequential, 64).Reason);
    }

    [Theory]
    [InlineData(0.1, 3)]
    [InlineData(2, 10)]
    [InlineData(600, 25)]
    public void A_time_is_spread_over_some_rounds(double seconds, int rounds)
    {
        var options = new BenchOptions(Architecture.All, [1], TimeSpan.FromSeconds(seconds), Fidelity: false);
        Assert.Equal(rounds, options.Rounds);
        Assert.Equal(seconds, options.Slice.TotalSeconds * rounds, 5);
    }

    [Theory]
    [InlineData(5000, 20_000, 28_000, 5000, null)]
    [InlineData(5000, null, 16_384, 5000, null)]
    [InlineData(5000, 1024, 28_000, 724, "1,024 descriptors")]
    [InlineData(5000, 20_000, 8000, 4000, "8,000 ephemeral ports")]
    public void What_does_not_fit_is_made_less_and_the_reason_is_said(
        int wanted,
        int? descriptors,
        int ports,
        int fits,
        string? says)
    {
        var (connections, reason) = ConnectionCapacity.For(wanted, descriptors, ports);
        Assert.Equal(fits, connections);
        Assert.Equal(says is null, reason is null);
        Assert.Contains(says ?? "", reason ?? "");
    }

    [Theory]
    [InlineData(100, 0, 0, 100)]
    [InlineData(100, 50, 60, 60)]
    [InlineData(100, 100, 130, 0)]
    public void The_time_left_is_the_plan_stretched_as_what_has_been_done_was(
        double planned,
        double done,
        double elapsed,
        double left) =>
        Assert.Equal(
            left,
            BenchProgress.Left(
                TimeSpan.FromSeconds(planned), TimeSpan.FromSeconds(done), TimeSpan.FromSeconds(elapsed)).TotalSeconds,
            5);

    private static (int Workers, string? Reason) Of(IReadOnlyList<Cell> cells, Architecture architecture, int connections) =>
        cells.Where(cell => cell.Architecture == architecture.Name && cell.Connections == connections)
            .Select(cell => (cell.Workers, cell.Reason))
            .Single();
}
