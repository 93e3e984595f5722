using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What a process of the course does from its first line to its last: it takes its orders from its standard input, serves, and reports
/// on its standard output. It lives no longer than the process that started it: when that ends, however it ends, the system closes the pipe.
/// </summary>
internal static class WorkerProgram
{
    /// <summary>Followed by a grace time: stop.</summary>
    public const byte StopOrder = 1;

    /// <summary>Say what you hold of the system's.</summary>
    public const byte ResourcesOrder = 2;

    /// <summary>Runs until it is told to stop.</summary>
    /// <returns>The exit code of the process.</returns>
    public static int Run()
    {
        // Ctrl-C in a terminal reaches all processes of a program at once; the parent will say what is to be done.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var orders = new BinaryReader(Console.OpenStandardInput());
        using var reports = new BinaryWriter(new BufferedStream(Console.OpenStandardOutput(), 8192));
        try
        {
            var order = WorkerOrder.Read(orders);
            if (order.Architecture.Length == 0)
            {
                ServeAsWorker(order, orders, reports);
            }
            else
            {
                ServeAlone(order, orders, reports);
            }

            return 0;
        }
        catch (EndOfStreamException)
        {
            // The parent is gone. There is nobody to report to and nothing to finish for.
            Process.GetCurrentProcess().Kill();
            return 1;
        }
    }

    private static void ServeAsWorker(WorkerOrder order, BinaryReader orders, BinaryWriter reports)
    {
        var server = WorkerServer.Create(order, reports);
        server.Start();
        _ = orders.ReadByte();
        server.StopAsync(TimeSpan.FromTicks(orders.ReadInt64())).GetAwaiter().GetResult();
        server.Forwarder.Forward();
    }

    private static void ServeAlone(WorkerOrder order, BinaryReader orders, BinaryWriter reports)
    {
        Think.KnowRoundsPerMillisecond(order.RoundsPerMillisecond);
        var server = Architecture.Find(order.Architecture).Start(order.Options);
        reports.Write(server.EndPoint.Port);
        reports.Flush();
        while (orders.ReadByte() == ResourcesOrder)
        {
            Resources.OfThisProcessAndItsWorkers(server).Write(reports);
            reports.Flush();
        }

        server.StopAsync(TimeSpan.FromTicks(orders.ReadInt64())).GetAwaiter().GetResult();
    }
}
