using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Grading;

/// <summary>What became of reading a notebook.</summary>
/// <param name="Cells">Its code cells; null if it is refused.</param>
/// <param name="Refusal">Why it is refused.</param>
internal sealed record ReaderReply(IReadOnlyList<CellCode>? Cells, string? Refusal)
{
    public static ReaderReply Refused(string why) => new(null, why);
}

/// <summary>
/// The main loop of a process that reads notebooks for <see cref="NotebookReader"/>: their paths come in, and what is in them
/// goes out, each as JSON on a line. No code of theirs runs here.
/// </summary>
internal static class ReaderWorker
{
    /// <summary>The hidden subcommand with which this program starts itself as a reader.</summary>
    public const string Subcommand = "reader-worker";

    /// <summary>Why code is refused for which the stack is too small.</summary>
    public const string TooDeep = "Its code is nested too deeply to be read.";

    // A cell is more than its code, and a check inside of the answer to another one, and so on, has its text once for each.
    private const int MaxReply = 20 * NotebookReader.MaxCharacters;

    // The same on every system and under every limit: so a notebook that can be read on one machine can be read on all.
    private const int StackBytes = 8 << 20;

    public static int Run()
    {
        var reader = new Thread(ReadAll, StackBytes) { Name = "notebooks" };
        reader.Start();
        reader.Join();
        return ExitCode.Success;
    }

    private static void ReadAll()
    {
        // Ctrl-C reaches every process of the terminal. The parent ends this one when it no longer needs it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        var utf8 = new UTF8Encoding(false);
        using var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true, NewLine = "\n" };
        using var input = new StreamReader(Console.OpenStandardInput(), utf8);
        using var paths = new BlockingCollection<string>();
        new Thread(() => ReadPaths(input, paths)) { IsBackground = true, Name = "paths in" }.Start();
        foreach (var path in paths.GetConsumingEnumerable())
        {
            output.WriteLine(Reply(path));
        }
    }

    // Without the parent there is no reader left, even while a notebook is being read.
    private static void ReadPaths(StreamReader input, BlockingCollection<string> paths)
    {
        while (input.ReadLine() is { } line)
        {
            paths.Add(JsonSerializer.Deserialize<string>(line)!);
        }

        Process.GetCurrentProcess().Kill();
    }

    private static string Reply(string path)
    {
        var reply = JsonSerializer.Serialize(Read(path));
        return reply.Length <= MaxReply
            ? reply
            : JsonSerializer.Serialize(ReaderReply.Refused("It has too many cells or checks."));
    }

    private static ReaderReply Read(string path)
    {
        try
        {
            var cells = Notebook.Read(path).CodeCells.Select(cell => cell.Source).ToList();
            return cells.Sum(cell => (long)cell.Length) > NotebookReader.MaxCharacters
                ? ReaderReply.Refused(
                    FormattableString.Invariant($"It has more than {NotebookReader.MaxCharacters:N0} characters of code."))
                : new ReaderReply([.. cells.Select((cell, i) => CellCode.Of(i + 1, cell))], null);
        }
        catch (NotebookException exception)
        {
            return ReaderReply.Refused(exception.Message.Replace(path, "It"));
        }
        catch (InsufficientExecutionStackException)
        {
            return ReaderReply.Refused(TooDeep);
        }
    }
}
