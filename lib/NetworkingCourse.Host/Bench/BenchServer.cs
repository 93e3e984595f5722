using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetworkingCourse.ServerArchitecture;
using Architecture = NetworkingCourse.ServerArchitecture.Architecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// The server side of a benchmark, in a process of its own: serves with no think time and prints no log. It exits when its
/// standard input closes, and so never outlives its parent.
/// </summary>
internal static class BenchServer
{
    /// <summary>The hidden subcommand with which this program starts itself as a server.</summary>
    public const string Subcommand = "bench-server";

    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettlePeriod = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string architecture, int workers)
    {
        // Ctrl-C reaches every process of the terminal. Ignore it: the parent decides when this process ends.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        Server server;
        try
        {
            // A long deadline, so that the server does not take idle connections for slow clients.
            server = Architecture.Find(architecture)
                .Start(new ServerOptions { Workers = workers, QuestionDeadline = TimeSpan.FromHours(1) });
        }
        catch (Exception exception) when (exception is ArgumentException or SocketException or PlatformNotSupportedException)
        {
            Console.WriteLine(BenchWire.Line(new ServerReady(0, exception.Message)));
            return ExitCode.Failed;
        }

        Console.WriteLine(BenchWire.Line(new ServerReady(server.EndPoint.Port, null)));
        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync().ConfigureAwait(false) is { } request)
        {
            if (request == BenchWire.Settle)
            {
                Console.WriteLine(BenchWire.Line(new Settled(await SettleAsync(server).ConfigureAwait(false))));
            }
        }

        // Stop gracefully, so that an architecture with worker processes can end them, but don't wait forever.
        await server.StopAsync(TimeSpan.Zero).WaitAsync(StopLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Environment.Exit(ExitCode.Success);
        return ExitCode.Success;
    }

    // The server learns only a moment later that its clients have closed their connections.
    private static async Task<int> SettleAsync(Server server)
    {
        using var limit = new CancellationTokenSource(SettleLimit);
        while (server.OpenConnections > 0 && !limit.IsCancellationRequested)
        {
            await Task.Delay(SettlePeriod).ConfigureAwait(false);
        }

        return server.OpenConnections;
    }
}
