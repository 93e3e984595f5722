using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Worker;

/// <summary>
/// The inside of a kernel process: takes cells from standard input, runs them, writes what happens to standard output. It ends when
/// its input does, whatever a cell is doing: nobody is left to read what it finds.
/// </summary>
internal static class KernelWorker
{
    public static async Task<int> RunAsync(string folder)
    {
        // Ctrl-C reaches every process of a terminal; what becomes of this one is for its parent to say, who has outputs to save first.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
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
        new Thread(() => ReadCells(input, cells.Writer)) { IsBackground = true, Name = "cells in" }.Start();

        using var kernel = new EmbeddedKernel(folder);
        await foreach (var code in cells.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var result = await kernel.ExecuteAsync(code, happened => Send(Wire.Event(happened))).ConfigureAwait(false);
            Send(Wire.Ended(result));
        }

        return ExitCode.Success;
    }

    private static void ReadCells(StreamReader input, ChannelWriter<string> cells)
    {
        while (input.ReadLine() is { } line)
        {
            if (Wire.Parse(line).Message is { } message && Wire.CodeOf(message) is { } code)
            {
                cells.TryWrite(code);
            }
        }

        // A polite exit would run exit handlers, and wait for those, which a cell may have set up.
        Process.GetCurrentProcess().Kill();
    }
}
