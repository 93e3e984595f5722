using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>The process that a front end starts: a kernel, what may interrupt it, and its end.</summary>
internal static class JupyterProgram
{
    /// <summary>How long servers may take to stop, and with them the processes that they have started.</summary>
    private static readonly TimeSpan ForServers = TimeSpan.FromSeconds(1.5);

    /// <summary>How long the runtime may take to end the process: cells can set up exit handlers, and those can wait for ever.</summary>
    private static readonly TimeSpan ForExit = TimeSpan.FromSeconds(1);

    /// <summary>Answers front ends until it is told to end, or nobody is there any more.</summary>
    /// <param name="connectionFile">Where it listens.</param>
    /// <param name="longestSilence">After this time without a listener and without a message nobody is there, unless there is a parent to ask.</param>
    public static int Run(string connectionFile, TimeSpan longestSilence)
    {
        // Also for threads that a library starts without the cell's context.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        var errors = Console.Error;
        Console.SetIn(TextReader.Null);
        StartedProcesses.EndWithThisOne();
        try
        {
            var connection = ConnectionFile.Read(connectionFile);
            using var kernel = new JupyterKernel(connection, Environment.CurrentDirectory, what => errors.WriteLine($"course kernel: {what}"));
            using var interrupts = new InterruptSignals(kernel.Interrupt, kernel.End);
            using var watch = new ParentWatch(() => !kernel.HasFrontEnd(longestSilence), () =>
            {
                errors.WriteLine("course kernel: the front end is gone, so the kernel ends.");
                kernel.End();
            });
            kernel.Run();
            CourseServers.Stop(ForServers);
            StartedProcesses.End();
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException or SocketException)
        {
            return ExitCode.BadInput(exception.Message);
        }

        new Thread(KillLater) { IsBackground = true }.UnsafeStart();
        Environment.Exit(ExitCode.Success);
        return ExitCode.Success;
    }

    private static void KillLater()
    {
        Thread.Sleep(ForExit);
        Process.GetCurrentProcess().Kill();
    }
}
