using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What a worker process does from its first line to its last: it takes its orders from its standard input, serves, and tells what happened
/// on its standard output. It lives no longer than the process that started it: when that ends, however it ends, the system closes the pipe.
/// </summary>
internal static class WorkerProgram
{
    /// <summary>Runs until it is told to stop.</summary>
    /// <returns>The exit code of the process.</returns>
    public static int Run()
    {
        // Ctrl-C in a terminal reaches all processes of a program at once; the parent will say what is to be done.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var orders = new BinaryReader(Console.OpenStandardInput());
        using var reports = new BinaryWriter(new BufferedStream(Console.OpenStandardOutput(), 8192));

        var order = WorkerOrder.Read(orders);
        var server = WorkerServer.Create(order, reports);
        server.Start();
        try
        {
            var grace = TimeSpan.FromTicks(orders.ReadInt64());
            server.StopAsync(grace).GetAwaiter().GetResult();
            server.Forwarder.Forward();
            return 0;
        }
        catch (EndOfStreamException)
        {
            // The parent is gone. There is nobody to report to and nothing to finish for.
            Process.GetCurrentProcess().Kill();
            return 1;
        }
    }
}
