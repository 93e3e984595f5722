using System.Diagnostics;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Timelines of waiting and serving, drawn to scale, with one row per client, worker or connection.</summary>
public static class Timelines
{
    private const int MaxRows = 100;
    private const int ServingStyle = 2;

    /// <summary>Draws runs side by side, with one row per client and a mark at the predicted end of each.</summary>
    public static Figure Draw(params IReadOnlyList<Run> runs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        var end = runs.Max(run => Math.Max(run.Makespan.TotalSeconds, run.Prediction.Makespan.TotalSeconds)) * 1.04;
        return new Figure
        {
            Id = $"timeline-{string.Join('-', runs.Select(run => run.Architecture.Name).Distinct())}",
            Title = InvariantText.Format($"Waiting and served clients: think time {InvariantText.Of(runs[0].Options.Think)}"),
            Caption = "One row per client. Waiting: from its start until the server has read its question. "
                + "Served: until the answer is sent. The mark is the predicted end.",
            Panels = [.. runs.Select(run => ByClient(run, end))],
        };
    }

    /// <summary>Draws one row per worker: which clients it served, and when it was idle.</summary>
    public static Figure ByWorker(Run run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var numbers = run.Clients.Where(c => c.Port != 0).ToDictionary(c => c.Port, c => c.Number);
        var spans = Served(run.Events, run.Began);
        string[] workers = run.Architecture.Waiting == Parallelism.Workers
            ? [.. Enumerable.Range(1, run.Options.Workers).Select(ThreadedServer.WorkerName)]
            : [.. spans.Select(span => span.Worker).Distinct()];
        var points = spans
            .Select(span => new Point(
                span.From,
                Array.IndexOf(workers, span.Worker) + 1,
                span.To,
                InvariantText.Format($"client {numbers.GetValueOrDefault(span.Port)}")))
            .ToArray();
        return new Figure
        {
            Id = $"timeline-workers-{run.Architecture.Name}",
            Title = $"What each worker did: {run.Architecture.Name}, think time {InvariantText.Of(run.Options.Think)}",
            Caption = "One row per worker. A bar extends from a question read to its answer sent. "
                + "Where a row is empty, the worker was idle. The mark is the predicted end of the run.",
            Panels =
            [
                new Panel(
                    "",
                    new Axis("time since the clients started", "s")
                    {
                        Min = 0,
                        Max = Math.Max(run.Makespan.TotalSeconds, run.Prediction.Makespan.TotalSeconds) * 1.04,
                    },
                    new Axis("") { Names = workers, Reversed = true },
                    [
                        new Series("serving", Role.Measured, Mark.Spans, run.Architecture.Style, points),
                        new Series(
                            "predicted end",
                            Role.Predicted,
                            Mark.Ticks,
                            Series.Ink,
                            [.. workers.Select((_, i) => Instant(run.Prediction.Makespan.TotalSeconds, i + 1))]),
                    ]),
            ],
        };
    }

    /// <summary>
    /// Draws one row per connection from a server's log alone, which is all that the server knows about
    /// clients that the course did not start.
    /// </summary>
    internal static Figure OfLog(ServerLog log)
    {
        var events = log.Events.Where(e => e.Connection != 0).GroupBy(e => e.Connection).Take(MaxRows).ToList();
        var served = Served([.. events.SelectMany(connection => connection)], log.Began);
        int[] connections = [.. events.Select(connection => connection.Key)];
        int Row(int connection) => Array.IndexOf(connections, connection) + 1;
        var open = events.Select(connection => new Point(
            Seconds(log.Began, connection.First().Timestamp),
            Row(connection.Key),
            Seconds(log.Began, connection.Last().Timestamp),
            connection.Last().Sentence));
        return new Figure
        {
            Id = "timeline-log",
            Title = "What the server saw",
            Caption = "One row per connection, from its acceptance to its last event; "
                + "serving is from a question read to its answer sent. "
                + "A server cannot see how long a client waited before it was accepted.",
            Panels =
            [
                new Panel(
                    "",
                    new Axis("time since the server started", "s") { Min = 0 },
                    new Axis("")
                    {
                        Names =
                        [
                            .. events.Select(connection => InvariantText.Format($"client :{connection.First().ClientPort}")),
                        ],
                        Reversed = true,
                    },
                    [
                        new Series("open", Role.Measured, Mark.Spans, Series.Waiting, [.. open]) { Hatched = true },
                        new Series(
                            "serving",
                            Role.Measured,
                            Mark.Spans,
                            ServingStyle,
                            [.. served.Select(span => new Point(span.From, Row(span.Connection), span.To))]),
                    ]),
            ],
        };
    }

    private static Panel ByClient(Run run, double end)
    {
        var rows = run.Clients.Where(c => c.Port != 0).Take(MaxRows).ToList();
        var row = rows.Select((client, i) => (client.Port, Row: i + 1)).ToDictionary(pair => pair.Port, pair => pair.Row);
        var served = Served(run.Events, run.Began).Where(span => row.ContainsKey(span.Port)).ToList();
        var firstServed = served
            .GroupBy(span => span.Port)
            .ToDictionary(spans => spans.Key, spans => spans.Min(span => span.From));
        var waiting = rows.Select(client => new Point(
            client.Started.TotalSeconds,
            row[client.Port],
            firstServed.TryGetValue(client.Port, out var first) ? first : end,
            client.Failure ?? "waiting"));
        var predicted = run.Clients.Where(c => c.Latency is not null).OrderBy(c => c.Answers[^1])
            .Select((client, i) => (client.Port, End: (client.Started + run.Prediction.Latencies[i]).TotalSeconds))
            .Where(prediction => row.ContainsKey(prediction.Port))
            .Select(prediction => Instant(prediction.End, row[prediction.Port]));
        return new Panel(
            run.Architecture.Waiting == Parallelism.Workers
                ? InvariantText.Format($"{run.Architecture.Name}, {run.Options.Workers} workers")
                : run.Architecture.Name,
            new Axis("time", "s") { Min = 0, Max = end },
            new Axis("") { Names = [.. rows.Select(client => InvariantText.Format($"client {client.Number}"))], Reversed = true },
            [
                new Series("waiting", Role.Measured, Mark.Spans, Series.Waiting, [.. waiting]) { Hatched = true },
                new Series(
                    "served",
                    Role.Measured,
                    Mark.Spans,
                    ServingStyle,
                    [.. served.Select(span => new Point(span.From, row[span.Port], span.To, span.Worker))]),
                new Series("predicted end", Role.Predicted, Mark.Ticks, Series.Ink, [.. predicted]),
            ]);
    }

    // A point that ends where it begins is drawn as an upright tick: an instant within a row.
    private static Point Instant(double time, int row) => new(time, row, time);

    private static double Seconds(long began, long timestamp) => Stopwatch.GetElapsedTime(began, timestamp).TotalSeconds;

    private static List<(int Connection, int Port, string Worker, double From, double To)> Served(
        IReadOnlyList<ServerEvent> events, long began)
    {
        var spans = new List<(int, int, string, double, double)>();
        foreach (var connection in events.GroupBy(e => e.Connection))
        {
            ServerEvent? question = null;
            foreach (var entry in connection)
            {
                if (entry.Kind == ServerEventKind.Question)
                {
                    question = entry;
                }
                else if (question is { } asked && (entry.Kind == ServerEventKind.Answered || entry.EndsConversation))
                {
                    spans.Add((
                        connection.Key,
                        asked.ClientPort,
                        asked.Worker,
                        Seconds(began, asked.Timestamp),
                        Seconds(began, entry.Timestamp)));
                    question = null;
                }
            }
        }

        return spans;
    }
}
