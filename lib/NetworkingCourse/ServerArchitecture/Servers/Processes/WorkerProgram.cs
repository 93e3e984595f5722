using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The main program of a child process of the course. It reads its orders from standard input, serves, and reports on standard
/// output. It never outlives its parent: when the parent exits, for whatever reason, the system closes the pipe.
/// </summary>
internal static class WorkerProgram
{
    /// <summary>The order to stop; followed by the grace period.</summary>
    public const byte StopOrder = 1;

    /// <summary>The order to report which system resources the process holds.</summary>
    public const byte ResourcesOrder = 2;

    /// <summary>The order to report how many connections are open.</summary>
    public const byte ConnectionsOrder = 3;

    /// <summary>The order to accept connections; followed by an <see cref="AcceptingOrder"/>.</summary>
    public const byte AcceptOrder = 4;

    /// <summary>Runs until it is told to stop.</summary>
    /// <returns>The exit code of the process.</returns>
    public static int Run()
    {
        // Ctrl-C in a terminal reaches parent and children at once; ignore it and wait for the parent's order.
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
            else if (order.Architecture == AcceptingProgram.Name && !OperatingSystem.IsWindows())
            {
                AcceptingProgram.Run(orders, reports);
            }
            else
            {
                ServeAlone(order, orders, reports);
            }

            return 0;
        }
        catch (EndOfStreamException)
        {
            // The parent has exited, so there is no one to report to and nothing left to finish.
            Process.GetCurrentProcess().Kill();
            return 1;
        }
    }

    private static void ServeAsWorker(WorkerOrder order, BinaryReader orders, BinaryWriter reports)
    {
        var server = WorkerServer.Create(order, reports);
        server.Begin();
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
        while (orders.ReadByte() is not StopOrder and var asked)
        {
            if (asked == ResourcesOrder)
            {
                Resources.OfThisProcessAndItsWorkers(server).Write(reports);
            }
            else
            {
                reports.Write(server.OpenConnections);
            }

            reports.Flush();
        }

        server.StopAsync(TimeSpan.FromTicks(orders.ReadInt64())).GetAwaiter().GetResult();
    }
}
