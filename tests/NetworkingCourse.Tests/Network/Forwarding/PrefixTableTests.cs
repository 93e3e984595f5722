using CsCheck;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network;

public sealed class PrefixTableTests
{
    // Few different bits, so that prefixes lie inside one another, are entered twice, and are found again.
    private static readonly Gen<Prefix> Prefixes =
        Gen.Select(Gen.UInt[0, 255], Gen.Int[0, 32], Gen.Bool).Select((bits, length, low) =>
            Prefix.Of(Address.V4(low ? bits * 0x00010101u : bits << 24), length));

    [Fact]
    public void A_trie_finds_what_a_list_finds_whatever_is_entered_and_taken_out() =>
        Gen.Select(Gen.Select(Prefixes, Gen.Int[0, 3]).Array[0, 120], Gen.UInt.Array[0, 40]).Sample((operations, addresses) =>
        {
            IPrefixTable<int> list = new PrefixList<int>();
            var (trie, entered) = (new PrefixTrie<int>(), new Dictionary<Prefix, int>());
            foreach (var (number, (prefix, what)) in operations.Index())
            {
                if (what == 0)
                {
                    Assert.Equal(list.Remove(prefix), trie.Remove(prefix));
                    entered.Remove(prefix);
                }
                else
                {
                    list.Enter(prefix, number);
                    trie.Enter(prefix, number);
                    entered[prefix] = number;
                }
            }

            Assert.Equal(list.Count, trie.Count);
            Assert.All(operations, operation => Assert.Equal(
                entered.TryGetValue(operation.Item1, out var number) ? number : null,
                trie.TryGet(operation.Item1, out var value) ? value : (int?)null));
            // Errors are most likely where prefixes begin and end.
            var edges = operations.SelectMany(operation => (Address[])[operation.Item1.Network, operation.Item1.Last]);
            foreach (var address in addresses.Select(Address.V4).Concat(edges))
            {
                Assert.Equal(list.Find(address), ((IPrefixTable<int>)trie).Find(address));
            }
        });

    [Fact]
    public void A_trie_has_fewer_than_two_nodes_a_prefix_and_none_when_all_are_taken_out() =>
        Prefixes.Array[0, 200].Sample(prefixes =>
        {
            var trie = new PrefixTrie<int>();
            foreach (var prefix in prefixes)
            {
                trie.Enter(prefix, 0);
                Assert.True(trie.Nodes <= 2 * trie.Count);
            }

            foreach (var prefix in prefixes.Distinct())
            {
                Assert.True(trie.Remove(prefix));
                Assert.False(trie.Remove(prefix));
                Assert.True(trie.Nodes <= Math.Max(1, 2 * trie.Count));
            }

            Assert.Equal((0, 1), (trie.Count, trie.Nodes));
        });

    [Fact]
    public void On_a_realistic_table_too_and_in_no_more_than_33_steps()
    {
        var prefixes = PrefixSample.Of(3000, seed: 7);
        var (list, trie) = (new PrefixList<Prefix>(), new PrefixTrie<Prefix>());
        foreach (var prefix in prefixes)
        {
            list.Enter(prefix, prefix);
            trie.Enter(prefix, prefix);
        }

        foreach (var address in PrefixSample.Addresses(prefixes, 2000))
        {
            var (inList, inTrie) = (list.Find(address.ToUInt32(), out var one), trie.Find(address.ToUInt32(), out var other));
            Assert.Equal((inList > 0, one), (inTrie > 0, other));
            Assert.InRange(Math.Abs(inTrie), 1, 33);
            Assert.Equal(inTrie > 0, one.Value.Contains(address) && inTrie > 0);
        }
    }

    [Fact]
    public void The_longest_of_those_that_match_is_found_and_explained()
    {
        IPrefixTable<string> table = new PrefixTrie<string>();
        var routes = new[] { ("0.0.0.0/0", "a"), ("10.0.0.0/8", "b"), ("10.1.0.0/16", "c"), ("10.1.2.0/24", "d") };
        foreach (var (prefix, hop) in routes)
        {
            table.Enter(Prefix.Parse(prefix), hop);
        }

        Assert.Equal("d", table.Find(Address.Parse("10.1.2.255"))!.Value.Value);
        Assert.Equal("c", table.Find(Address.Parse("10.1.3.0"))!.Value.Value);
        Assert.Equal("a", table.Find(Address.Parse("11.0.0.0"))!.Value.Value);
        Assert.True(table.Remove(Prefix.Parse("0.0.0.0/0")));
        Assert.Null(table.Find(Address.Parse("11.0.0.0")));
        Assert.Contains(
            "The longest match is 10.1.2.0/24 → d.",
            ((PrefixTrie<string>)table).Explain(Address.Parse("10.1.2.3")).ToString());
        Assert.Throws<ArgumentException>(() => table.Enter(Prefix.Parse("2001:db8::/32"), "v6"));
    }

    [Fact]
    public void Samples_are_the_same_for_the_same_seed_all_different_and_mostly_of_24_bits()
    {
        var prefixes = PrefixSample.Of(20_000, seed: 3);

        Assert.Equal(prefixes, PrefixSample.Of(20_000, seed: 3));
        Assert.NotEqual(prefixes, PrefixSample.Of(20_000, seed: 4));
        Assert.Equal(prefixes.Count, prefixes.Distinct().Count());
        Assert.InRange(prefixes.Count(prefix => prefix.Length == 24), 11_000, 13_500);
        Assert.All(prefixes, prefix => Assert.InRange(prefix.Length, 8, 24));
    }

    [Fact]
    public void Two_hundred_thousand_prefixes_stay_far_below_a_hundred_megabytes()
    {
        var prefixes = PrefixSample.Of(200_000);
        // What this thread allocates, whatever other tests do; arrays discarded while growing are counted too.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var trie = new PrefixTrie<int>();
        foreach (var (i, prefix) in prefixes.Index())
        {
            trie.Enter(prefix, i);
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(200_000, trie.Count);
        Assert.InRange(taken, 1_000_000, 50_000_000);
    }

    [Fact]
    public void A_list_looks_at_everything_and_a_trie_at_little()
    {
        var curve = LookupCurve.Measure([100, 50_000]);

        Assert.Equal([100.0, 50_000.0], curve.Points.Select(point => point.ListLooks));
        Assert.All(curve.Points, point => Assert.InRange(point.TrieLooks, 2, 33));
        // How many times as many prefixes a lookup in the list looks at: with five hundred times as many prefixes, the way down
        // the trie is hardly longer.
        double Ratio(int point) => curve.Points[point].ListLooks / curve.Points[point].TrieLooks;
        Assert.True(Ratio(1) > 100 * Ratio(0), curve.ToString());
        Assert.Equal(2, curve.Chart().Panels.Count);
    }

    [Fact]
    public void A_path_without_branches_is_one_step()
    {
        var trie = new PrefixTrie<string>();
        trie.Enter(Prefix.Parse("192.0.2.1/32"), "far");

        Assert.Equal(2, trie.Nodes);
        Assert.Equal(2, trie.Find(Address.Parse("192.0.2.1").ToUInt32(), out _));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void A_lookup_in_a_trie_takes_about_as_many_steps_as_the_number_of_prefixes_has_binary_digits(int count)
    {
        var prefixes = PrefixSample.Of(count);
        var trie = new PrefixTrie<int>();
        foreach (var prefix in prefixes)
        {
            trie.Enter(prefix, 0);
        }

        var steps = PrefixSample.Addresses(prefixes, 2000).Average(address => Math.Abs(trie.Find(address.ToUInt32(), out _)));
        Assert.InRange(steps / Math.Log2(count), 0.9, 1.3);
    }
}
