using CsCheck;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network;

public sealed class PathVectorTests
{
    private static readonly Prefix Shop = Prefix.Parse("203.0.113.0/24");

    [Fact]
    public void Packets_go_where_money_says_and_not_where_the_way_is_short()
    {
        var routing = PathVector.Of("T > A, T > B, A = B, B > S, A > S");
        routing.Announce("S", Shop);
        routing.Converge();

        Assert.Equal(["S"], routing.Route("A", Shop.Network)!.Hops);
        // The customer's path is taken although the peer's is just as long.
        Assert.Equal(PathSource.Customer, routing.Route("B", Shop.Network)!.Source);
        Assert.Equal(["A", "S"], routing.Route("T", Shop.Network)!.Hops);
    }

    [Fact]
    public void Nobody_carries_strangers_for_nothing()
    {
        // B could carry A's traffic to P, its provider, but nobody would pay for it.
        var routing = PathVector.Of("P > B, A = B");
        routing.Announce("P", Shop);
        routing.Converge();

        Assert.NotNull(routing.Route("B", Shop.Network));
        Assert.Null(routing.Route("A", Shop.Network));
    }

    [Fact]
    public void A_more_specific_announcement_takes_it_all()
    {
        var routing = PathVector.Of("T > A, T > B, A > S, B > M");
        routing.Announce("S", Shop);
        routing.Converge();
        Assert.Equal("S", routing.Route("B", Address.Parse("203.0.113.7"))!.Hops[^1]);

        routing.Announce("M", Prefix.Parse("203.0.113.0/25"));
        routing.Converge();

        Assert.All(["T", "A", "B"], network => Assert.Equal("M", routing.Route(network, Address.Parse("203.0.113.7"))!.Hops[^1]));
        Assert.Equal("S", routing.Route("B", Address.Parse("203.0.113.200"))!.Hops[^1]);
        // The owner of the addresses knows where they are, and does not believe others about it.
        Assert.Equal(PathSource.Own, routing.Route("S", Address.Parse("203.0.113.7"))!.Source);
        Assert.Contains("announces 203.0.113.0/25", routing.Draw(Address.Parse("203.0.113.7")).ToString());
    }

    [Fact]
    public void In_the_drawing_customers_stand_below_all_whom_they_pay()
    {
        var places = PathVector.Of("T1 = T2, T1 > A, T1 > B, T2 > B, T2 > C, B > shop, C > thief").Draw(Shop.Network).Places;

        Assert.All(
            [("T1", "A"), ("T1", "B"), ("T2", "B"), ("T2", "C"), ("B", "shop"), ("C", "thief")],
            pair => Assert.True(places[pair.Item1].Y < places[pair.Item2].Y));
        Assert.Equal(places["T1"].Y, places["T2"].Y);
        Assert.True(places["A"].X < places["B"].X && places["B"].X < places["C"].X, "each is near below those that it pays");
    }

    [Fact]
    public void Who_pays_himself_by_way_of_others_is_drawn_all_the_same() =>
        Assert.Equal(3, PathVector.Of("A > B, B > C, C > A").Draw(Shop.Network).Places.Count);

    [Fact]
    public void It_comes_to_rest_and_no_path_leads_downhill_and_up_again() =>
        Gen.Select(Gen.Int[3, 10], Gen.Int).Sample((count, seed) =>
        {
            // Providers have lower numbers than their customers, so that nobody is its own provider's provider.
            var (random, text) = (new Random(seed), new List<string>());
            for (var network = 1; network < count; network++)
            {
                foreach (var other in Enumerable.Range(0, network).Where(other => other == network - 1 || random.Next(3) == 0))
                {
                    text.Add($"n{other} {(random.Next(4) == 0 && other != network - 1 ? "=" : ">")} n{network}");
                }
            }

            var routing = PathVector.Of(string.Join(", ", text));
            routing.Announce($"n{count - 1}", Shop);
            Assert.InRange(routing.Converge(), 1, 2 * count);
            foreach (var network in routing.Networks)
            {
                var path = routing.Route(network, Shop.Network);
                Assert.NotNull(path); // everybody is above or below everybody else's chain of customers
                var kinds = path.Hops
                    .Prepend(network)
                    .SkipLast(1)
                    .Select(hop => routing.Route(hop, Shop.Network)!.Source)
                    .ToList();
                // Up to providers first, then at most one peer, then down to customers; never up again.
                Assert.Equal(kinds.OrderByDescending(kind => kind), kinds);
                Assert.True(kinds.Count(kind => kind == PathSource.Peer) <= 1);
            }
        });

    [Theory]
    [InlineData("A < B", "Expected: two different names")]
    [InlineData("A > A", "Expected: two different names")]
    [InlineData("A > B, B = A", "joined twice")]
    public void Text_that_joins_nobody_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => PathVector.Of(text)).Message);
}
