using System.CommandLine;
using NetworkingCourse.Figures;
using NetworkingCourse.Network;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>bench network</c>: measures how large a network the simulation can handle.</summary>
internal static class BenchNetworkCommand
{
    public static Command Create()
    {
        var routers = new Option<int>("--routers")
        {
            Description = "The number of routers, each with three links and a host behind it.",
            HelpName = "N",
            DefaultValueFactory = _ => 1000,
        };
        var hops = new Option<int>("--hops")
        {
            Description = "The least number of frames to send over links.",
            HelpName = "N",
            DefaultValueFactory = _ => 1_000_000,
        };
        var seed = new Option<int>("--seed")
        {
            Description = "The seed of the random numbers.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var command = new Command(
            "network",
            "Measure the simulated network of chapter 3: routing table lookups, convergence of the routing, packets forwarded.")
        {
            routers, hops, seed,
        };
        command.SetAction(parsed =>
        {
            var (count, max) = (parsed.GetValue(routers), parsed.GetValue(hops));
            if (count is < 10 or > 4000)
            {
                return ExitCode.BadInput(FormattableString.Invariant($"--routers {count}: give a number from 10 to 4000."));
            }

            return max is < 1 or > 20_000_000
                ? ExitCode.BadInput(FormattableString.Invariant($"--hops {max}: give a number from 1 to 20000000."))
                : Measure(count, max, parsed.GetValue(seed));
        });
        return command;
    }

    private static int Measure(int routers, int hops, int seed)
    {
        Console.WriteLine(Provenance.Here());
        Console.WriteLine();
        _ = NetworkScale.MeasureTrie(1000, 1000, seed); // not counted: a warm-up, so that the methods are compiled
        var trie = NetworkScale.MeasureTrie(seed: seed);
        Console.WriteLine(trie);
        Console.WriteLine();
        var network = NetworkScale.Measure(routers, 3 * routers, hops, seed);
        Console.WriteLine(network);
        Console.WriteLine();
        var rip = NetworkScale.MeasureRip(routers, routers * 3 / 2, seed);
        Console.WriteLine(rip);
        return trie.IsRight && network.IsRight && rip.IsRight ? ExitCode.Success : ExitCode.Failed;
    }
}
