using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>One attempt to get an answer from a server.</summary>
/// <param name="Server">The server that was queried.</param>
/// <param name="OverTcp">True for TCP, false for UDP.</param>
/// <param name="Query">The query as sent.</param>
/// <param name="Response">The accepted response; null if there was none.</param>
/// <param name="Refused">The reasons why other messages that arrived were rejected, one for each.</param>
/// <param name="Sent">When the query was sent, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Ended">When the attempt ended.</param>
/// <param name="Outcome">A human-readable outcome.</param>
public sealed record DnsAttempt(
    IPEndPoint Server,
    bool OverTcp,
    ReadOnlyMemory<byte> Query,
    ReadOnlyMemory<byte>? Response,
    IReadOnlyList<string> Refused,
    long Sent,
    long Ended,
    string Outcome)
{
    /// <summary>The duration of the attempt.</summary>
    public TimeSpan Duration => Stopwatch.GetElapsedTime(Sent, Ended);
}

/// <summary>
/// A question to a server and its outcome: one or more attempts over UDP, and one over TCP if the answer was truncated.
/// </summary>
/// <param name="Question">The question.</param>
/// <param name="Attempts">All attempts, in order; at least one.</param>
/// <param name="Response">The answer; null if there is none.</param>
public sealed record DnsExchange(DnsQuestion Question, IReadOnlyList<DnsAttempt> Attempts, DnsMessage? Response) : ShownRecord
{
    /// <summary>The reasons why messages were rejected, one for each.</summary>
    public IReadOnlyList<string> Refused => [.. Attempts.SelectMany(attempt => attempt.Refused)];

    /// <summary>The total duration.</summary>
    public TimeSpan Duration => Stopwatch.GetElapsedTime(Attempts[0].Sent, Attempts[^1].Ended);

    /// <summary>The last query as sent, field by field.</summary>
    public ByteView QueryView() => DnsMessage.View(Attempts[^1].Query);

    /// <summary>The last response as received, field by field.</summary>
    /// <exception cref="InvalidOperationException">There is no response.</exception>
    public ByteView ResponseView() => DnsMessage.View(
        Attempts[^1].Response ?? throw new InvalidOperationException($"There is no response: {Attempts[^1].Outcome}."));

    /// <summary>The messages exchanged, as a ladder diagram.</summary>
    public LadderDiagram Ladder() => DnsLadder.Of($"{Question}", "client", [(Attempts[0].Server.ToString(), this)]);

    /// <inheritdoc/>
    public override string ToHtml() => $"<pre>{WebUtility.HtmlEncode(ToString())}</pre>";

    /// <summary>The attempts, one per line, and then the answer.</summary>
    public override string ToString()
    {
        var tries = Attempts.Select(attempt =>
        {
            var (transport, query) = (attempt.OverTcp ? "TCP" : "UDP", Octets.Count(attempt.Query.Length));
            var response = attempt.Response is { } bytes ? $", {Octets.Count(bytes.Length)}" : "";
            var took = InvariantText.Of(attempt.Duration);
            return InvariantText.Format($"{transport} {attempt.Server}, {query}: {attempt.Outcome}{response} ({took})");
        });
        var refused = Refused.Select(reason => $"refused: {reason}");
        return string.Join('\n', tries.Concat(refused).Concat(Response is null ? [] : [Response.ToString()]));
    }
}
