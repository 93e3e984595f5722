using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>Which hosts of a network reach which others. Each row is a sending host, each column a destination.</summary>
public sealed class ConnectivityMatrix : Shown
{
    private const string Sheet =
        """
        <style>
        table.course-table.course-matrix td.yes, table.course-table.course-matrix td.no { text-align: center; }
        .course-matrix td.no { font-weight: 600; outline: 2px solid #ff0d45; outline-offset: -3px; }
        .course-matrix td.yes { background: color-mix(in srgb, currentColor 12%, transparent); }
        </style>
        """;

    private readonly Dictionary<(string From, string To), PingReply> _replies;

    private ConnectivityMatrix(IReadOnlyList<string> hosts, Dictionary<(string From, string To), PingReply> replies) =>
        (Hosts, _replies) = (hosts, replies);

    /// <summary>The hosts.</summary>
    public IReadOnlyList<string> Hosts { get; }

    /// <summary>The number of ordered pairs of hosts.</summary>
    public int Pairs => _replies.Count;

    /// <summary>The number of pairs in which the first host gets replies from the second.</summary>
    public int Reached => _replies.Values.Count(reply => reply.RoundTrip is not null);

    /// <summary>Whether every host reaches every other.</summary>
    public bool IsComplete => Reached == Pairs;

    /// <summary>The reason why one host does not reach another; null if it does.</summary>
    public string? Why(string from, string to) => _replies.TryGetValue((from, to), out var reply)
        ? reply.RoundTrip is null ? Reason(reply) : null
        : throw new ArgumentException(
            $"There is no such pair of hosts: '{from}' and '{to}'. The hosts: {string.Join(", ", Hosts)}.");

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder(Style.Sheet)
            .Append(Sheet)
            .Append("<div class=\"course-scroll\"><table class=\"course-table course-matrix\"><thead><tr><th>from \\ to</th>");
        foreach (var host in Hosts)
        {
            html.Append("<th>").Append(Encode(host)).Append("</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var from in Hosts)
        {
            html.Append("<tr><th>").Append(Encode(from)).Append("</th>");
            foreach (var to in Hosts)
            {
                html.Append(from == to
                    ? "<td></td>"
                    : Why(from, to) is { } why
                        ? $"<td class=\"no\" title=\"{Encode(why)}\">✗</td>"
                        : "<td class=\"yes\">✓</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</tbody></table></div>").Append("<p class=\"course-note\"><b>").Append(Encode(Score)).Append("</b></p>");
        return html.Append(IsComplete ? "" : Reasons().ToHtml()).ToString();
    }

    /// <summary>The matrix as text, followed by the reasons for the failures.</summary>
    public override string ToString()
    {
        var matrix = new Table(
            ["from \\ to", .. Hosts],
            Hosts.Select(IReadOnlyList<object?> (from) =>
                [from, .. Hosts.Select(to => from == to ? "" : Why(from, to) is null ? "✓" : "✗")]),
            Score);
        return IsComplete ? matrix.ToString() : $"{matrix}\n\n{Reasons()}";
    }

    internal static ConnectivityMatrix Of(Internet internet)
    {
        var hosts = internet.Hosts.Select(host => host.Name).ToList();
        if (hosts.Count > 30)
        {
            throw new InvalidOperationException(
                InvariantText.Format($"A matrix of {hosts.Count} hosts is too large to read; the limit is 30."));
        }

        var runs = new Dictionary<(string, string), PingRun>();
        foreach (var (from, to) in hosts.SelectMany(_ => hosts, (from, to) => (from, to)).Where(pair => pair.from != pair.to))
        {
            var run = new PingRun(internet, internet.Find<IpNode>(from), to, internet.AddressOf(to), 56, 64, dontFragment: false);
            runs[(from, to)] = run;
            // The pings are spaced out, so that they do not fill the queues.
            internet.RunFor(TimeSpan.FromMilliseconds(20));
            run.Schedule(1, TimeSpan.Zero);
        }

        internet.RunUntil(() => runs.Values.All(run => run.IsDone), internet.Now + Internet.ReplyTimeout);
        foreach (var run in runs.Values)
        {
            run.End();
        }

        return new ConnectivityMatrix(hosts, runs.ToDictionary(run => run.Key, run => run.Value.Replies[0]));
    }

    private string Score =>
        InvariantText.Format($"{Reached} of {Pairs} pairs reach each other{(IsComplete ? ": all is well." : ".")}");

    // What the administrator of this network would have to find out: where the first packet of the exchange was dropped.
    private static string Reason(PingReply reply) =>
        reply.Trace.Drop is { } drop ? $"{drop.Node}: {drop.Text}" : reply.Error ?? "no reply arrives";

    private Table Reasons() => new(
        ["dropped at: reason", "pairs"],
        _replies.Where(pair => pair.Value.RoundTrip is null)
            .GroupBy(pair => Reason(pair.Value))
            .OrderByDescending(alike => alike.Count())
            .Select(IReadOnlyList<object?> (alike) =>
                [alike.Key, string.Join(", ", alike.Select(pair => $"{pair.Key.From} → {pair.Key.To}"))]));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
