using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Worker;

/// <summary>
/// The inside of a kernel process: takes cells from standard input, runs them, writes what happens to standard output. It ends when
/// its input does, whatever a cell is doing: nobody is left to read what it finds. Told that no cell will follow, it ends as any .NET
/// program does: when its last foreground thread has ended.
/// </summary>
internal static class KernelWorker
{
    public static async Task<int> RunAsync(string folder, bool ahead)
    {
        // Ctrl-C reaches every process of a terminal; what becomes of this one is for its parent to say, who has outputs to save first.
        var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        // Also for threads that a library starts without the cell's context.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;

        // Taken before any cell can touch the console.
        var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
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
        // Not disposed: threads that the cells leave behind may still look at it.
        var stop = new CancellationTokenSource();
        new Thread(() => ReadCells(input, cells.Writer, stop)) { IsBackground = true, Name = "cells in" }.Start();

        // Not closed at the end: threads that the cells have started may still have something to say.
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

        // What cells have queued in the thread pool is taken from there before this is.
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

        // A polite exit would run exit handlers, and wait for those, which a cell may have set up.
        Process.GetCurrentProcess().Kill();
    }
}
