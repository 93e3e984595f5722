using System.Diagnostics;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// Shows the progress of a run: the cell that runs, and the result of each notebook. Ends with a table.
/// </summary>
internal sealed class RunProgress : IDisposable
{
    private readonly int _notebooks;
    private readonly ProgressLine _line;
    private readonly List<string[]> _rows = [];
    private readonly List<string> _failures = [];
    private string _name = "";
    private string _position = "";
    private long _began;
    private CellStarted? _cell;

    /// <param name="notebooks">The number of notebooks that will be run.</param>
    public RunProgress(int notebooks) => (_notebooks, _line) = (notebooks, new ProgressLine(share: Share));

    public void Begin(string name)
    {
        (_name, _cell, _began) = (name, null, Stopwatch.GetTimestamp());
        _position = Text($"[{_rows.Count + 1}/{_notebooks}] {name}");
        if (!_line.IsOnTerminal)
        {
            _line.End(_position);
        }

        Show("starting the kernel");
    }

    public void Cell(CellStarted cell)
    {
        _cell = cell;
        Show(Text($"cell {cell.Cell}/{cell.Cells}  {cell.FirstLine}"));
    }

    /// <summary>Shows the result of the notebook; null if it was interrupted.</summary>
    public void End(NotebookResult? result, int figures)
    {
        var outcome = result is null ? Text($"interrupted in code cell {_cell?.Cell ?? 1}")
            : result.Failure is { } failure ? $"FAILED at code cell {failure.Cell}"
            : "ok";
        var seconds = Stopwatch.GetElapsedTime(_began).TotalSeconds;
        var cells = result?.CellsRun ?? (_cell?.Cell - 1 ?? 0);
        _line.End(Text($"{_position}: {outcome}, {Count(cells, "cell")}, {Count(figures, "figure")}, {seconds:F1} s"));
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

    public void Dispose() => _line.Dispose();

    private static string Count(int count, string what) => Text($"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    // Asked on the thread that draws; an old value does no harm.
    private double Share() =>
        (_rows.Count + (_cell is { } cell ? (cell.Cell - 1.0) / cell.Cells : 0)) / _notebooks;

    private void Show(string where)
    {
        var (position, began) = (_position, _began);
        _line.Set(() => Text($"{position}  {Stopwatch.GetElapsedTime(began).TotalSeconds,5:F1} s  {where}"));
    }
}
