using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A <see cref="ServerCard"/> as HTML and as text.</summary>
internal sealed class ServerCardView(ServerCard card)
{
    // On a light page and on a dark one alike.
    private const string Sheet =
        """
        <style>
        .course-card { max-width: 60em; }
        .course-card h3 { margin: .2em 0; }
        .course-card dl { display: flex; flex-wrap: wrap; gap: .6em; margin: .6em 0; }
        .course-card dl > div { flex: 1 1 10.5em; padding: .4em .8em; border-radius: .4em;
        border: 1px solid color-mix(in srgb, currentColor 35%, transparent); }
        .course-card dt { font-weight: 600; } .course-card dd { margin: 0; }
        .course-card dd b { font-size: 1.4em; font-variant-numeric: tabular-nums; }
        .course-card dd span { display: block; opacity: .9; }
        .course-card ul { display: flex; flex-wrap: wrap; gap: .3em; padding: 0; margin: .6em 0; list-style: none; }
        .course-card li { padding: .05em .6em; border-radius: .8em; color: #ffffff; background: #1a7f37;
        print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        .course-card li.course-failed { background: #b42318; }
        </style>
        """;

    private string Name => card.Architecture.Name;

    public string ToHtml()
    {
        var html = new StringBuilder(Style.Sheet).Append(Sheet).Append("<div class=\"course-card\"><h3>")
            .Append(Text(Name)).Append("</h3><p class=\"course-note\">").Append(Text(Claim)).Append("</p><dl>");
        foreach (var (title, value, detail) in Values())
        {
            html.Append("<div><dt>").Append(Text(title)).Append("</dt><dd><b>").Append(Text(value)).Append("</b><span>")
                .Append(Text(detail)).Append("</span></dd></div>");
        }

        html.Append("</dl><ul>");
        foreach (var result in Results)
        {
            html.Append(result.Passed ? "<li>✓ " : "<li class=\"course-failed\">✗ ")
                .Append(Text(result.Passed ? result.Name : result.ToString())).Append("</li>");
        }

        html.Append("</ul>");
        if (card.Sweep is { } sweep)
        {
            html.Append(sweep.Chart().ToHtml())
                .Append(MeasuredThroughput.Chart(card.Throughput).ToHtml())
                .Append(ThreadTable().ToHtml());
        }

        return html.Append("<p class=\"course-note\">").Append(Text(card.Made.ToString())).Append("</p></div>").ToString();
    }

    public string ToText()
    {
        var text = new StringBuilder(Name).Append(": ").AppendLine(Claim);
        foreach (var (title, value, detail) in Values())
        {
            text.Append("  ").Append(title).Append(": ").Append(value).Append(", ").AppendLine(detail);
        }

        foreach (var result in Results)
        {
            text.Append(result.Passed ? "  ✓ " : "  ✗ ").AppendLine(result.Passed ? result.Name : result.ToString());
        }

        if (card.Sweep is { } sweep)
        {
            text.AppendLine()
                .AppendLine(sweep.ToText())
                .AppendLine(ThroughputTable().ToString())
                .AppendLine(ThreadTable().ToString());
        }

        return text.Append(card.Made).ToString();
    }

    private IReadOnlyList<FaultResult> Results => card.Faults.Results[Name];

    private string Claim => card.Architecture.AtOnce(new ServerOptions(), int.MaxValue) switch
    {
        int.MaxValue => "claims to serve all clients at once",
        var max => InvariantText.Format($"claims to serve {max} at once"),
    };

    private IEnumerable<(string Title, string Value, string Detail)> Values()
    {
        var faults = Results.Where(result => result.Fault is not null).ToList();
        yield return (
            "Faults",
            Results.Count == 0
                ? "not yet"
                : InvariantText.Format($"{faults.Count(result => result.Passed)} of {Faults.All.Count}"),
            Results.Count == 0 ? "its code is still to be written" : "survived, with others served meanwhile and afterwards");
        if (card.Sweep is not { } sweep)
        {
            yield break;
        }

        var last = sweep.Runs.Where(run => run.Architecture == card.Architecture).MaxBy(run => run.Clients.Count)!;
        yield return (
            $"Latency, {InvariantText.Count(last.Clients.Count, "client")}",
            last.Answered < last.Clients.Count
                ? InvariantText.Format($"{last.Answered} answered")
                : InvariantText.Of(last.Makespan),
            InvariantText.Format($"until the last answer; its claim predicts {InvariantText.Of(last.Prediction.Makespan)}"));
        var busiest = card.Throughput.Where(result => result.Architecture == card.Architecture)
            .MaxBy(result => result.Connections)!;
        yield return (
            InvariantText.Format($"Throughput, {busiest.Connections} connections"),
            InvariantText.Format($"{busiest.Load.Throughput:N0}/s"),
            InvariantText.Format($"number {card.Place} of {card.Fastest.Count}")
                + busiest.Load.FailureSentence);
        var threads = card.Threads.First(cost => cost.Architecture == card.Architecture);
        yield return (
            $"Threads, {InvariantText.Count(threads.Connections, "client")}",
            threads.Threads is { } more ? InvariantText.Format($"{more}") : "–",
            threads.Threads is null ? threads.ToString() : "more than without the server");
    }

    private Table ThroughputTable() => new(
        ["architecture", "connections", "answers per second", "99 % within", "failed"],
        card.Throughput.Select(IReadOnlyList<object?> (result) =>
        [
            result.Architecture.Name,
            result.Connections,
            InvariantText.Format($"{result.Load.Throughput:N0}"),
            InvariantText.Of(result.Load.Latencies.At(99)),
            result.Load.FailureSentence,
        ]),
        "The client is one thread of this process, in which the servers run, too. "
            + $"They share {InvariantText.Count(Environment.ProcessorCount, "core")}.");

    private Table ThreadTable() => new(
        ["architecture", "clients held", "threads"],
        card.Threads.Select(IReadOnlyList<object?> (cost) =>
            [cost.Architecture.Name, cost.Connections, cost.Threads ?? (object)"–"]),
        "Threads that the process had more than without the server. All servers run in this process and share its thread pool, "
            + "whose threads were there before. A server gets as many clients as it serves at once, at most a hundred.");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
