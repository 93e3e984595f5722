using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>The process that a front end starts: it runs a kernel, lets it be interrupted, and ends it.</summary>
internal static class JupyterProgram
{
    /// <summary>How long servers, and the processes that they have started, may take to stop.</summary>
    private static readonly TimeSpan ForServers = TimeSpan.FromSeconds(1.5);

    /// <summary>How long the runtime may take to end the process: cells can add exit handlers, which may never return.</summary>
    private static readonly TimeSpan ForExit = TimeSpan.FromSeconds(1);

    /// <summary>Answers front ends until told to end, or until the front end is gone.</summary>
    /// <param name="connectionFile">The path of the connection file.</param>
    /// <param name="longestSilence">
    /// How long the kernel waits without a listener and without a message until it considers the front end gone. Used only if
    /// there is no parent process to watch.
    /// </param>
    public static int Run(string connectionFile, TimeSpan longestSilence)
    {
        // This also covers threads that a library starts without the cell's context.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        var errors = Console.Error;
        Console.SetIn(TextReader.Null);
        StartedProcesses.EndWithThisOne();
        try
        {
            var connection = ConnectionFile.Read(connectionFile);
            using var kernel = new JupyterKernel(
                connection, Environment.CurrentDirectory, what => errors.WriteLine($"course kernel: {what}"));
            using var interrupts = new InterruptSignals(kernel.Interrupt, kernel.End);
            using var watch = new ParentWatch(() => !kernel.HasFrontEnd(longestSilence), () =>
            {
                errors.WriteLine("course kernel: the front end is gone; shutting down.");
                kernel.End();
            });
            kernel.Run();
            CourseServers.Stop(ForServers);
            StartedProcesses.End();
        }
        catch (Exception exception)
            when (exception is FormatException or IOException or UnauthorizedAccessException or SocketException)
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
