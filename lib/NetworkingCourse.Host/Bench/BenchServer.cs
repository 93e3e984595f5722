using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetworkingCourse.ServerArchitecture;
using Architecture = NetworkingCourse.ServerArchitecture.Architecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// The server's side of a benchmark, in a process of its own: serves with no think time and prints nothing of it. Ends when its
/// standard input does, and so with whoever has started it.
/// </summary>
internal static class BenchServer
{
    /// <summary>The hidden subcommand that this program starts itself with.</summary>
    public const string Subcommand = "bench-server";

    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettlePeriod = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string architecture, int workers)
    {
        // Ctrl-C reaches every process of a terminal; what becomes of this one is for its parent to say.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        Server server;
        try
        {
            // Connections that are only held open must not be taken for clients that are slow.
            server = Architecture.Find(architecture).Start(new ServerOptions { Workers = workers, QuestionDeadline = TimeSpan.FromHours(1) });
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

        // Politely, so that an architecture with processes of its own can end them; but nobody waits for it for ever.
        await server.StopAsync(TimeSpan.Zero).WaitAsync(StopLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Environment.Exit(ExitCode.Success);
        return ExitCode.Success;
    }

    // The system tells a server of its clients' ends a moment after they have closed.
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
