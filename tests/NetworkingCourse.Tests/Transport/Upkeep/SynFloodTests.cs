using System.Net;
using CsCheck;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Upkeep;

public class SynFloodTests
{
    private static readonly SynCookies Cookies = new();

    private static readonly Gen<IPEndPoint> End =
        Gen.Select(Gen.UInt, Gen.Int[1, 65_535], (address, port) => new IPEndPoint(new IPAddress(address), port));

    [Fact]
    public void A_cookie_is_good_for_its_client_in_two_periods_and_says_a_size_that_fits() =>
        Gen.Select(End, End, Gen.Int[536, 65_495], Gen.Int[0, 10_000], Gen.Int[0, 40]).Sample(given =>
        {
            var (client, server, size, period, age) = given;
            var acknowledgment = unchecked(Cookies.Make(client, server, size, period) + 1);
            var checkedSize = Cookies.Check(client, server, acknowledgment, period + age);
            Assert.Equal(age <= 1, checkedSize is not null);
            if (checkedSize is { } fits)
            {
                Assert.Equal(OwnSynCookies.SegmentSizes.Last(one => one <= size), fits);
            }
        });

    [Fact]
    public void It_is_no_good_for_anyone_else_nor_with_a_bit_changed() =>
        Gen.Select(End, End, Gen.Int[0, 31], Gen.Int[0, 23]).Sample((client, server, period, bit) =>
        {
            var acknowledgment = unchecked(Cookies.Make(client, server, 1460, period) + 1);
            var neighbour = new IPEndPoint(client.Address, client.Port % 65_535 + 1);
            var changed = unchecked(((acknowledgment - 1) ^ (1u << bit)) + 1);
            Assert.Null(Cookies.Check(neighbour, server, acknowledgment, period));
            Assert.Null(Cookies.Check(client, server, changed, period));
        });

    [Fact]
    public void A_flood_keeps_clients_out_of_a_server_that_remembers_and_not_of_one_with_cookies()
    {
        var calm = SynFloodRun.Run(new SynFloodOptions { FloodPerSecond = 0 });
        var flooded = SynFloodRun.Run(new SynFloodOptions());
        var defended = SynFloodRun.Run(new SynFloodOptions { Cookies = () => new SynCookies(), GuessesPerSecond = 100 });

        Assert.Equal((180, 180, 1), (calm.Connected, calm.AtFirst, calm.MaxHalfOpen));
        Assert.Equal(128, flooded.MaxHalfOpen);
        Assert.InRange(flooded.Connected, 1, 18);
        Assert.Equal((180, 180, 0, 0), (defended.Connected, defended.AtFirst, defended.MaxHalfOpen, defended.Guessed));
    }

    // 128 places for 63 s each: just over two a second.
    [Theory]
    [InlineData(2, 180)]
    [InlineData(5, 90)]
    public void The_smallest_flood_follows_from_the_places_and_their_time(int perSecond, int maxClients)
    {
        var run = SynFloodRun.Run(new SynFloodOptions { FloodPerSecond = perSecond });
        Assert.InRange(run.AtFirst, 0, maxClients);
        Assert.Equal(perSecond * 63 > 128, run.AtFirst < 180);
    }

    [Fact]
    public void Cookies_that_are_never_right_connect_no_one()
    {
        var run = SynFloodRun.Run(new SynFloodOptions { Cookies = () => new Refusing() });
        Assert.Equal(0, run.Connected);
    }

    [Fact]
    public void Its_chart_shows_each_run()
    {
        var run = SynFloodRun.Run(new SynFloodOptions());
        var figure = SynFloodRun.Beside(("one", run), ("two", run));
        Assert.Equal(["one", "two"], figure.Panels[0].Series.Select(series => series.Name));
        Assert.Equal(run.Connected, figure.Panels[0].Series[0].Points[^1].Y);
    }

    private sealed class Refusing : OwnSynCookies
    {
        public override uint Make(IPEndPoint client, IPEndPoint server, int segmentSize, int period) => 0;

        public override int? Check(IPEndPoint client, IPEndPoint server, uint acknowledgment, int period) => null;
    }
}
