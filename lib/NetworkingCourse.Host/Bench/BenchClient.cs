using System.Net;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// The clients' side of a benchmark, in a process of its own: the library's load generator, which is told over standard input what to
/// do. Ends at once when its input does, whatever it is doing, and so with whoever has started it.
/// </summary>
internal static class BenchClient
{
    /// <summary>The hidden subcommand that this program starts itself with.</summary>
    public const string Subcommand = "bench-client";

    public static async Task<int> RunAsync()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        var orders = Channel.CreateUnbounded<LoadOrder>();
        new Thread(() => ReadOrders(orders.Writer)) { IsBackground = true, Name = "orders in" }.Start();
        await foreach (var order in orders.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var load = LoadGenerator.Run(new IPEndPoint(IPAddress.Loopback, order.Port), new GeneratorOptions
            {
                Connections = order.Connections,
                Idle = order.Idle,
                WarmUp = TimeSpan.FromSeconds(order.WarmUp),
                Measured = TimeSpan.FromSeconds(order.Measured),
                Timeout = TimeSpan.FromSeconds(order.Timeout),
                Connected = () => Console.WriteLine(BenchWire.Line(new LoadConnected())),
            });
            Console.WriteLine(BenchWire.Line(LoadReport.Of(load)));
        }

        return ExitCode.Success;
    }

    private static void ReadOrders(ChannelWriter<LoadOrder> orders)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        while (input.ReadLine() is { } line)
        {
            orders.TryWrite(BenchWire.Parse<LoadOrder>(line));
        }

        Environment.Exit(ExitCode.Success);
    }
}
