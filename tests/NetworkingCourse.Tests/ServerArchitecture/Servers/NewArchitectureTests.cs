using System.Text.Json.Nodes;
using NetworkingCourse.Figures;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>A new architecture takes one file and one entry. This eleventh one serves, and has a place in the charts.</summary>
public sealed class NewArchitectureTests
{
    private static readonly Architecture Eleventh = new(
        "eleventh", "all clients at once, each on a thread of its own",
        typeof(EleventhServer), options => new EleventhServer(options), Parallelism.Unlimited, style: Architecture.All.Count);

    [Fact]
    public async Task It_serves_and_no_other_architecture_looks_like_it()
    {
        var sweep = await Sweep.RunAsync([1, 2], TimeSpan.FromMilliseconds(5), architectures: [Eleventh]);

        Assert.All(sweep.Runs, run => Assert.Equal(run.Clients.Count, run.Answered));
        var (chart, marker) = (sweep.Chart(), MarkerOf(sweep.Chart()));
        Assert.All(Architecture.All, architecture =>
        {
            var other = MarkerOf(With(chart, architecture.Style));
            Assert.NotEqual((string)other["color"]!, (string)marker["color"]!);
            Assert.NotEqual((string)other["symbol"]!, (string)marker["symbol"]!);
        });
    }

    [Fact]
    public async Task It_shows_itself_like_any_server()
    {
        await using var server = Eleventh.Start();

        Assert.Contains("<td>eleventh</td>", server.ToHtml(), StringComparison.Ordinal);
        Assert.StartsWith("eleventh: listening on 127.0.0.1:", server.ToString(), StringComparison.Ordinal);
    }

    private static JsonNode MarkerOf(Figure chart) => JsonNode.Parse(FigureRenderer.Current.ToSpecification(chart))!["data"]!
        .AsArray().First(trace => (string)trace!["name"]! == Eleventh.Name)!["marker"]!;

    private static Figure With(Figure chart, int style) => chart with
    {
        Panels =
        [
            .. chart.Panels.Select(panel => panel with
            {
                Series = [.. panel.Series.Select(one => one.Role == Role.Measured ? one with { Style = style } : one)],
            }),
        ],
    };

    private sealed class EleventhServer(ServerOptions options) : Server(options)
    {
        public override Architecture Architecture => Eleventh;

        protected override void Serve() => StartTask(AcceptConnectionsAsync);

        private async Task AcceptConnectionsAsync()
        {
            while (await AcceptAsync("pool") is { } connection)
            {
                // Not on the thread pool, which other tests need.
                StartThread("thread", _ => BlockingConversation.HandleConversation(connection));
            }
        }
    }
}
