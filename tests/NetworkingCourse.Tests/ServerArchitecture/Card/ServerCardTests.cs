using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>The card of a server of the learner's.</summary>
[Collection(Alone.Name)]
public class ServerCardTests
{
    private static readonly Architecture[] Beside = [Architecture.Sequential, Architecture.Async];

    [Fact]
    public async Task It_shows_what_the_server_does_beside_others_and_is_a_page_of_its_own()
    {
        var mine = Architecture.Own("<mine>", Exercises.BlockingServer.Reference);
        var said = new List<string>();
        var card = await ServerCard.MakeAsync(mine, Beside, said.Add);
        Assert.Equal(4, said.Count);
        Assert.Equal(
            [("sequential", 1), ("async", 64), ("<mine>", 1)],
            card.Throughput.GroupBy(result => result.Architecture.Name)
                .Select(results => (results.Key, results.Max(result => result.Connections))));
        Assert.All(card.Throughput, result => Assert.True(result.Load.Throughput > 0));
        Assert.Equal(3 * ServerCard.Clients.Count, card.Sweep!.Runs.Count);
        Assert.All(card.Threads, cost => Assert.InRange(cost.Threads!.Value, 0, 50));
        var text = card.ToText();
        Assert.Contains("<mine>: claims to serve 1 at once", text);
        Assert.Contains("Faults: 11 of 11, survived", text);
        Assert.DoesNotContain("<script src", card.ToHtml());
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var page = await File.ReadAllTextAsync(card.Save(Path.Combine(folder.FullName, "my-server.html")));
            Assert.StartsWith("<!DOCTYPE html>", page);
            Assert.Contains("<h3>&lt;mine&gt;</h3>", page);
            Assert.Contains("Plotly", page);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_server_that_claims_more_than_it_serves_is_shown_as_it_is_and_soon()
    {
        var boasting = Architecture.Own("boasting", Exercises.BlockingServer.Reference, atOnce: int.MaxValue);
        var card = await ServerCard.MakeAsync(boasting, Beside);
        Assert.Null(card.Threads.Single(cost => cost.Architecture == boasting).Threads);
        Assert.Contains("it does not serve 100 clients at once", card.ToText());
    }

    [Fact]
    public async Task A_stub_and_a_server_that_answers_nobody_have_a_card_with_their_faults_only()
    {
        var stub = await ServerCard.MakeAsync(
            Architecture.Own("stub", (_, _) => throw new NotImplementedException(), 1), Beside);
        Assert.Null(stub.Sweep);
        Assert.Contains("its code is still to be written", stub.ToHtml());
        var silent = await ServerCard.MakeAsync(
            Architecture.Own("silent", (_, serving) => serving.Stopping.WaitHandle.WaitOne(), 1), Beside);
        Assert.Empty(silent.Throughput);
        Assert.Contains("Faults: 0 of 11", silent.ToText());
    }
}
