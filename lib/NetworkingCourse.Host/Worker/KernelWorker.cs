using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Worker;

/// <summary>
/// The main loop of a kernel process: reads cells from standard input, runs them, and writes their events to standard output.
/// When its input closes, the process exits at once, even in the middle of a cell, because there is no reader left. When told
/// that no more cells follow, it exits like any .NET program, when its last foreground thread has ended.
/// </summary>
internal static class KernelWorker
{
    public static async Task<int> RunAsync(string folder, bool ahead)
    {
        // Ctrl-C reaches every process of the terminal. Ignore it: the parent has outputs to save before it ends this process.
        var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        // Applies also to threads that a library starts without the cell's context.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;

        // Opened before any cell can touch the console.
        var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false))
        {
            AutoFlush = true,
            NewLine = "\n",
        };
        var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        Console.SetIn(TextReader.Null);
        var writing = new Lock();
        void Send(string message)
        {
            lock (writing)
            {
                output.WriteLine(message);
            }
        }

        var cells = Channel.CreateUnbounded<string>();
        // Not disposed: threads that the cells leave behind may still use it.
        var stop = new CancellationTokenSource();
        new Thread(() => ReadCells(input, cells.Writer, stop)) { IsBackground = true, Name = "cells in" }.Start();

        // Not disposed at the end: threads that the cells have started may still write output.
        var kernel = new EmbeddedKernel(folder);
        if (ahead)
        {
            kernel.MakeReady();
        }

        await foreach (var code in cells.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var result = await kernel.ExecuteAsync(code, happened => Send(Wire.Event(happened)), stop.Token)
                .ConfigureAwait(false);
            Send(Wire.Ended(result));
        }

        // The thread pool starts all work that cells have queued before it starts this.
        await Task.Run(static () => { }).ConfigureAwait(false);
        GC.KeepAlive(interrupt);
        return ExitCode.Success;
    }

    private static void ReadCells(StreamReader input, ChannelWriter<string> cells, CancellationTokenSource stop)
    {
        while (input.ReadLine() is { } line)
        {
            if (Wire.Parse(line).Message is not { } message)
            {
                continue;
            }

            if (Wire.CodeOf(message) is { } code)
            {
                cells.TryWrite(code);
            }
            else if (Wire.IsFinish(message))
            {
                cells.TryComplete();
            }
            else if (Wire.IsStop(message))
            {
                stop.Cancel();
            }
        }

        // A normal exit would run the exit handlers that a cell may have registered, and wait for them.
        Process.GetCurrentProcess().Kill();
    }
}
