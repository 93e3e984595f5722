using NetworkingCourse.Application;
using NetworkingCourse.Links;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Application;

[Collection(Alone.Name)]
public class LevelTests
{
    [Fact]
    public async Task All_four_levels_are_led_from_http_to_the_same_page_and_their_POST_became_a_GET()
    {
        await using var internet = LittleInternet.Start(
            new ProxyOptions { Name = TestServers.FreshName("proxy") },
            origin: TestServers.FreshName("origin"));

        var levels = await FourLevels.FetchAsync(internet, new Uri("http://adder.test/"));

        Assert.Equal(4, levels.Runs.Count);
        Assert.All(levels.Runs, run =>
        {
            Assert.Equal(
                (200, "GET", "https://www.adder.test/"),
                (run.Answer.Status, run.Answer.Method, run.Answer.Address.AbsoluteUri));
            Assert.Equal(levels.Runs[0].Answer.Text, run.Answer.Text);
            Assert.Equal(["POST", "GET", "GET"], run.Sent.Select(request => request.Method));
            Assert.Equal(3, run.Network.Wire.Recording.Connections);
            Assert.True(run.Network.Wire.Recording.CountFrom("client") > run.Network.Clear.Recording.CountFrom("client"));
        });
        // The handshakes are full ones, with certificates: none resumes an earlier session.
        Assert.All(levels.Runs, run => Assert.InRange(run.Network.Wire.Recording.CountFrom("server"), 4000, 6000));
        Assert.Equal(levels.Runs.Select(run => run.Lines).Order(), levels.Runs.Select(run => run.Lines));
        Assert.Contains("redirects followed", levels.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", 301, "GET")]
    [InlineData("POST", 302, "GET")]
    [InlineData("POST", 303, "GET")]
    [InlineData("POST", 307, "POST")]
    [InlineData("POST", 308, "POST")]
    [InlineData("PUT", 301, "PUT")]
    [InlineData("PUT", 303, "GET")]
    [InlineData("DELETE", 303, "GET")]
    [InlineData("DELETE", 308, "DELETE")]
    [InlineData("HEAD", 303, "HEAD")]
    [InlineData("HEAD", 301, "HEAD")]
    [InlineData("GET", 303, "GET")]
    [InlineData("GET", 307, "GET")]
    public void A_redirect_makes_a_GET_of_some_requests(string method, int status, string then) =>
        Assert.Equal(then, LevelNetwork.Redirected(method, status));

    [Fact]
    public async Task The_levels_change_the_method_as_HttpClient_does()
    {
        await using var internet = LittleInternet.Start(
            new ProxyOptions { Name = TestServers.FreshName("proxy") },
            origin: TestServers.FreshName("origin"));
        using var client = new HttpClient(internet.NewDirectHandler());
        foreach (var method in new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS" })
        {
            foreach (var status in new[] { 301, 302, 303, 307, 308 })
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), $"http://bench.test/redirect/{status}");
                using var response = await client.SendAsync(request);

                Assert.Equal(
                    (method, status, response.RequestMessage!.Method.Method),
                    (method, status, LevelNetwork.Redirected(method, status)));
            }
        }
    }

    [Fact]
    public async Task Over_a_long_wire_it_is_round_trips_that_count()
    {
        await using var origin = WebOrigin.Start(TestServers.FreshName("origin"));
        await using var link = DelayLink.Start(origin.EndPoint, TimeSpan.FromMilliseconds(40), TestServers.FreshName("link"));

        var measured = await ObjectsOverLink.MeasureAsync(link, "bench.test", "/length", 1, 4);

        // Never fewer round trips than predicted; and the ways differ as they should.
        Assert.All(
            Enumerable.Range(0, 3).SelectMany(measured.InRoundTrips),
            point => Assert.True(point.RoundTrips >= point.Predicted - 0.1, $"{point}"));
        Assert.True(measured.InRoundTrips(0).Last().RoundTrips > measured.InRoundTrips(1).Last().RoundTrips);
        Assert.True(measured.InRoundTrips(1).Last().RoundTrips > measured.InRoundTrips(2).Last().RoundTrips);
        Assert.Equal(6, measured.Chart().Panels[0].Series.Count);
    }
}
