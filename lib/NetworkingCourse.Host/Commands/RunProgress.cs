using System.Diagnostics;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// Shows the progress of a run: on a terminal in a line that it keeps up to date; elsewhere with a line at the beginning and
/// end of each notebook, and every few seconds in between. Ends with a table.
/// </summary>
internal sealed class RunProgress : IDisposable
{
    private static readonly TimeSpan TerminalPeriod = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan FilePeriod = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly int _notebooks;
    private readonly bool _terminal = !Console.IsOutputRedirected;
    private readonly Timer _timer;
    private readonly List<string[]> _rows = [];
    private readonly List<string> _failures = [];
    private int _notebook;
    private string _name = "";
    private long _began;
    private CellStarted? _cell;
    private bool _running;

    public RunProgress(int notebooks)
    {
        _notebooks = notebooks;
        var period = _terminal ? TerminalPeriod : FilePeriod;
        _timer = new Timer(_ => Refresh(), null, period, period);
    }

    public void Begin(string name)
    {
        lock (_gate)
        {
            (_name, _cell, _running) = (name, null, true);
            _notebook++;
            _began = Stopwatch.GetTimestamp();
            if (!_terminal)
            {
                Console.WriteLine(Position());
            }
        }
    }

    public void Cell(CellStarted cell)
    {
        lock (_gate)
        {
            _cell = cell;
        }

        if (_terminal)
        {
            Refresh();
        }
    }

    /// <summary>Shows the result of the notebook; null if it was interrupted.</summary>
    public void End(NotebookResult? result, int figures)
    {
        lock (_gate)
        {
            _running = false;
            Clear();
            var outcome = result is null ? Text($"interrupted in code cell {_cell?.Cell ?? 1}")
                : result.Failure is { } failure ? $"FAILED at code cell {failure.Cell}"
                : "ok";
            var seconds = Stopwatch.GetElapsedTime(_began).TotalSeconds;
            var cells = result?.CellsRun ?? (_cell?.Cell - 1 ?? 0);
            Console.WriteLine(Text(
                $"{Position()}: {outcome}, {Count(cells, "cell")}, {Count(figures, "figure")}, {seconds:F1} s"));
            var firstCell = result?.FirstCell is { } first ? Text($"{first.TotalSeconds:F1}") : "";
            _rows.Add([_name, Text($"{cells}"), Text($"{figures}"), Text($"{seconds:F1}"), firstCell, outcome]);
            if (result?.Failure is { } failed)
            {
                var report = string.Join(
                    "\n    ",
                    failed.Error.Traceback.DefaultIfEmpty(failed.Error.Message).SelectMany(entry => entry.Split('\n')));
                _failures.Add($"{_name}, code cell {failed.Cell}: {failed.Error.Name}\n    {report}");
            }
        }
    }

    /// <summary>Prints a table with a row for each notebook, and then the failures.</summary>
    public void Summarise()
    {
        string[] head = ["notebook", "cells", "figures", "seconds", "first cell after", "outcome"];
        var widths = head.Select((_, i) => _rows.Append(head).Max(row => row[i].Length)).ToArray();
        Console.WriteLine();
        foreach (var row in _rows.Prepend(head))
        {
            var padded = row.Select((cell, i) => i is > 0 and < 5 ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            Console.WriteLine(string.Join("  ", padded).TrimEnd());
        }

        Console.WriteLine();
        foreach (var failure in _failures)
        {
            Console.WriteLine(failure);
            Console.WriteLine();
        }
    }

    public void Dispose() => _timer.Dispose();

    private static string Count(int count, string what) => Text($"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private string Position() => Text($"[{_notebook}/{_notebooks}] {_name}");

    private void Refresh()
    {
        lock (_gate)
        {
            if (!_running)
            {
                return;
            }

            var where = _cell is { } cell ? Text($"cell {cell.Cell}/{cell.Cells}  {cell.FirstLine}") : "starting the kernel";
            var line = Text($"{Position()}  {Stopwatch.GetElapsedTime(_began).TotalSeconds,5:F1} s  {where}");
            if (!_terminal)
            {
                Console.WriteLine(line);
                return;
            }

            Clear();
            var room = Math.Max(20, Width() - 1);
            Console.Write(line.Length <= room ? line : line[..(room - 1)] + "…");
        }
    }

    private void Clear()
    {
        if (_terminal)
        {
            Console.Write($"\r{new string(' ', Math.Max(0, Width() - 1))}\r");
        }
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
