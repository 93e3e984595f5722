using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>Draws exchanges with servers as a ladder diagram.</summary>
internal static class DnsLadder
{
    public static LadderDiagram Of(string title, string client, IReadOnlyList<(string Server, DnsExchange Exchange)> exchanges)
    {
        var (messages, notes) = (new List<LadderMessage>(), new List<LadderNote>());
        var began = exchanges.Count > 0 ? exchanges[0].Exchange.Attempts[0].Sent : 0;
        foreach (var (server, exchange) in exchanges)
        {
            foreach (var attempt in exchange.Attempts)
            {
                var (sent, ended) =
                    (Stopwatch.GetElapsedTime(began, attempt.Sent), Stopwatch.GetElapsedTime(began, attempt.Ended));
                messages.Add(new LadderMessage(
                    client, server, sent, sent, $"{exchange.Question}?{(attempt.OverTcp ? " (TCP)" : "")}"));
                notes.AddRange(attempt.Refused.Select(reason => new LadderNote(client, ended, $"refused: {reason}")));
                if (attempt.Response is { } bytes)
                {
                    messages.Add(new LadderMessage(server, client, ended, ended, Summary(DnsMessage.Parse(bytes)))
                    {
                        Detail = DnsMessage.Parse(bytes).ToString(),
                    });
                }
                else
                {
                    notes.Add(new LadderNote(client, ended, attempt.Outcome));
                }
            }
        }

        return new LadderDiagram(title, [client, .. exchanges.Select(exchange => exchange.Server).Distinct()])
        {
            Messages = messages,
            Notes = notes,
            Spacing = LadderSpacing.Even,
        };
    }

    /// <summary>Summarizes a response in a few words.</summary>
    public static string Summary(DnsMessage response)
    {
        var records = response.Answers;
        return response.IsTruncated ? "truncated"
            : response.Code != ResponseCode.NoError ? InvariantText.Of(response.Code)
            : records.Count > 0
                ? $"{records[0].Type.Text()} {Octets.Shorten(records[0].Data.ToString()!, 40)}"
                    + (records.Count > 1 ? InvariantText.Format($" and {records.Count - 1} more") : "")
            : response.Authority.FirstOrDefault(record => record.Type == DnsType.NS) is { } server
                ? $"ask the servers of {server.Name}"
            : "no such record";
    }
}
