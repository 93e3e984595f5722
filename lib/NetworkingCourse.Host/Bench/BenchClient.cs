using System.Net;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// The client side of a benchmark, in a process of its own: runs the library's load generator as instructed over standard input.
/// It exits as soon as its standard input closes, even in the middle of a load, and so never outlives its parent.
/// </summary>
internal static class BenchClient
{
    /// <summary>The hidden subcommand with which this program starts itself as a load generator.</summary>
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
