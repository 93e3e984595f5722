using System.Globalization;

namespace NetworkingCourse.Host.Bench;

/// <summary>Writes the results of a benchmark for a terminal: tables, each followed by its notes.</summary>
internal static class BenchReport
{
    // Above this share, the load generator is saturated: a faster server would not show.
    private const double Busy = 0.95;
    private const double Megabyte = 1e6;

    // Fits a terminal window on a laptop without wrapping.
    private const int Width = 110;

    public static string Write(BenchResults results)
    {
        var lines = new List<string>();
        Introduce(results, lines);
        foreach (var cells in results.Cells
            .GroupBy(cell => cell.Connections)
            .Where(cells => !results.IsInterrupted || cells.Any(cell => cell.IsMeasured)))
        {
            Throughputs(results, [.. cells], lines);
        }

        WhatItTakes(results, lines);
        Holdings(results, lines);
        Fidelities(results, lines);
        if (results.IsInterrupted)
        {
            lines.Add("Interrupted. These are the results up to that point.");
        }

        return string.Join('\n', lines);
    }

    private static void Introduce(BenchResults results, List<string> lines)
    {
        lines.Add(results.Provenance.ToString());
        var (rounds, seconds) = (results.Rounds, results.Slice.TotalSeconds);
        lines.AddRange(Wrapped(Text(
            $"No think time, closed loop, servers and client in separate processes; {rounds} rounds of {seconds:0.00} s each.")));
        lines.Add($"×       throughput as a multiple of {results.Reference}'s in the same round, the median of the rounds");
        lines.Add("±       half the distance from the slowest round to the fastest");
        lines.Add("client  CPU use of the load generator; 100 % is one core, which is all it can use");
        lines.Add("server  CPU time that the server spent on each answer");
        if (!results.IsReferencePreferred)
        {
            lines.Add($"kestrel is not measured, so {results.Reference} is the yardstick.");
        }

        lines.Add("");
    }

    private static void Throughputs(BenchResults results, IReadOnlyList<Cell> cells, List<string> lines)
    {
        var notes = new Notes();
        var connections = cells[0].Connections;
        lines.Add(Text($"{connections:N0} {(connections == 1 ? "connection" : "connections")}"));
        Add(
            lines,
            ["architecture", "answers/s", "±", "×", "p50 µs", "p99 µs", "p99.9 µs", "max µs", "client", "server µs"],
            cells.Select(cell => Row(results, cell, notes)));
        foreach (var cell in cells
            .Where(cell => cell.IsMeasured && cell.Reason is null && cell.Workers != BenchPlan.DefaultWorkers))
        {
            var workers = cell.Workers == 1 ? "worker" : "workers";
            notes.Say(cell.Architecture, Text($"{cell.Workers} {workers}, one for each connection"));
        }

        lines.AddRange(notes.Lines());
        lines.Add("");
    }

    private static string[] Row(BenchResults results, Cell cell, Notes notes)
    {
        if ((cell.Reason ?? cell.Failure) is { } why)
        {
            notes.Say(cell.Architecture, why);
        }

        if (!cell.IsMeasured)
        {
            return [cell.Architecture, .. Enumerable.Repeat("-", 9)];
        }

        var latencies = cell.Latencies();
        if (cell.ClientCpuShare >= Busy)
        {
            notes.Say(cell.Architecture, "the load generator was busy all the time: the server may be faster than this");
        }

        return
        [
            cell.Architecture,
            Text($"{cell.Throughput:N0}"), Text($"{cell.Spread * 100:F0} %"),
            results.Ratio(cell) is { } ratio ? Text($"{ratio:F2}") : "-",
            Microseconds(latencies.At(50)), Microseconds(latencies.At(99)), Microseconds(latencies.At(99.9)),
            Microseconds(latencies.Max),
            Text($"{cell.ClientCpuShare * 100:F0} %"), cell.ServerCpuMicroseconds is { } cpu ? Text($"{cpu:F1}") : "-",
        ];
    }

    private static void WhatItTakes(BenchResults results, List<string> lines)
    {
        // For each architecture, the server with the most connections.
        var largest = results.Architectures
            .Select(name => results.Cells
                .Where(cell => cell.Architecture == name && cell.AtRest is not null)
                .MaxBy(cell => cell.Connections))
            .OfType<Cell>()
            .ToList();
        if (largest.Count == 0)
        {
            return;
        }

        lines.Add("What the servers use: at rest, before the first connection; loaded, with the most connections measured");
        Add(
            lines,
            [
                "architecture", "start-up ms", "connections", "threads at rest", "loaded",
                "memory MB at rest", "loaded", "processes",
            ],
            largest.Select(cell => new[]
            {
                cell.Architecture, Text($"{cell.StartUp!.Value.TotalMilliseconds:F0}"), Text($"{cell.Connections:N0}"),
                Text($"{cell.AtRest!.Threads}"),
                cell.UnderLoad is { } threads ? Text($"{threads.Threads}") : "-",
                Text($"{cell.AtRest.WorkingSet / Megabyte:F0}"),
                cell.UnderLoad is { } memory ? Text($"{memory.WorkingSet / Megabyte:F0}") : "-",
                Text($"{(cell.UnderLoad ?? cell.AtRest).Processes}"),
            }));
        if (!ProcessResources.CountsChildren)
        {
            lines.AddRange(Wrapped(
                "Child processes of a server are not counted: this system does not tell which process started which."));
        }

        lines.Add("");
    }

    private static void Holdings(BenchResults results, List<string> lines)
    {
        if (results.Holdings.Count == 0)
        {
            return;
        }

        var notes = new Notes();
        var active = results.Holdings[0].Active;
        lines.Add(Text($"Connections held open, {active:N0} of them active; held: answered at the beginning and at the end"));
        Add(
            lines,
            ["architecture", "connections", "held", "answers/s", "p50 µs", "p99 µs", "max µs", "threads", "memory MB"],
            results.Holdings.Select(held => new[]
            {
                held.Architecture, Text($"{held.Opened:N0}"), Text($"{held.Held:N0}"), Text($"{held.Throughput:N0}"),
                Microseconds(held.Latencies.At(50)), Microseconds(held.Latencies.At(99)), Microseconds(held.Latencies.Max),
                held.Holds is { } threads ? Text($"{threads.Threads}") : "-",
                held.Holds is { } memory ? Text($"{memory.WorkingSet / Megabyte:F0}") : "-",
            }));
        foreach (var held in results.Holdings.Where(held => held.Failure is not null))
        {
            notes.Say(held.Architecture, held.Failure!);
        }

        lines.AddRange(notes.Lines());
        if (ConnectionCapacity.For(BenchPlan.HeldConnections) is { Reason: { } reason } room)
        {
            lines.AddRange(Wrapped(Text($"{room.Connections:N0} instead of {BenchPlan.HeldConnections:N0}: {reason}.")));
        }

        lines.Add("");
    }

    private static void Fidelities(BenchResults results, List<string> lines)
    {
        if (results.Fidelities.Count == 0)
        {
            return;
        }

        var think = BenchPlan.FidelityThink.TotalMilliseconds;
        lines.Add(Text($"Makespans with a think time of {think:0} ms: the greatest distance from theory"));
        Add(
            lines,
            ["architecture", "clients", "difference"],
            results.Fidelities.Select(fidelity => new[]
            {
                fidelity.Architecture,
                Text($"{fidelity.Clients}"),
                (fidelity.Difference * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " %",
            }));
        lines.Add("");
    }

    private static void Add(List<string> lines, string[] head, IEnumerable<string[]> body)
    {
        var rows = body.Prepend(head).ToList();
        var widths = head.Select((_, i) => rows.Max(row => row[i].Length)).ToArray();
        lines.AddRange(rows.Select(row => string
            .Join("  ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))
            .TrimEnd()));
    }

    private static IEnumerable<string> Wrapped(string text)
    {
        while (text.Length > Width && text.LastIndexOf(' ', Width) is > 0 and var space)
        {
            yield return text[..space];
            text = text[(space + 1)..];
        }

        yield return text;
    }

    private static string Microseconds(TimeSpan time) => Text($"{time.TotalMicroseconds:N0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The notes below a table. A note that applies to several architectures appears once.</summary>
    private sealed class Notes
    {
        private readonly List<(string Who, string What)> _said = [];

        public void Say(string who, string what) => _said.Add((who, what));

        public IEnumerable<string> Lines() => _said
            .GroupBy(note => note.What)
            .SelectMany(note => Wrapped($"{string.Join(", ", note.Select(one => one.Who))}: {note.Key}."));
    }
}
