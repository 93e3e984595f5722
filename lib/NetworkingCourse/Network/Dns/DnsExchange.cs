using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>One try to have a question answered by a server.</summary>
/// <param name="Server">Who was asked.</param>
/// <param name="OverTcp">Over TCP, or over UDP.</param>
/// <param name="Query">What was sent.</param>
/// <param name="Response">What came; null if nothing came that was believed.</param>
/// <param name="Refused">What else came and was not believed, each with the reason.</param>
/// <param name="Sent">When it was sent, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Ended">When it was over.</param>
/// <param name="Outcome">How it ended, for people.</param>
public sealed record DnsAttempt(
    IPEndPoint Server, bool OverTcp, ReadOnlyMemory<byte> Query, ReadOnlyMemory<byte>? Response, IReadOnlyList<string> Refused, long Sent, long Ended, string Outcome)
{
    /// <summary>How long it took.</summary>
    public TimeSpan Took => Stopwatch.GetElapsedTime(Sent, Ended);
}

/// <summary>A question to a server, and what came of it: over UDP, perhaps more than once, and over TCP where the answer was too long.</summary>
/// <param name="Question">The question.</param>
/// <param name="Attempts">Every try, in order; at least one.</param>
/// <param name="Response">The answer; null if there is none.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record DnsExchange(DnsQuestion Question, IReadOnlyList<DnsAttempt> Attempts, DnsMessage? Response) : IShown
{
    /// <summary>What came and was not believed, each with the reason.</summary>
    public IReadOnlyList<string> Refused => [.. Attempts.SelectMany(attempt => attempt.Refused)];

    /// <summary>How long all of it took.</summary>
    public TimeSpan Took => Stopwatch.GetElapsedTime(Attempts[0].Sent, Attempts[^1].Ended);

    /// <summary>The query as it was sent, field by field.</summary>
    public ByteView QueryView() => DnsMessage.View(Attempts[^1].Query);

    /// <summary>The response as it came, field by field.</summary>
    /// <exception cref="InvalidOperationException">None came.</exception>
    public ByteView ResponseView() => DnsMessage.View(Attempts[^1].Response ?? throw new InvalidOperationException($"There is no response: {Attempts[^1].Outcome}."));

    /// <summary>Who sent what to whom.</summary>
    public LadderDiagram Ladder() => DnsLadder.Of($"{Question}", "client", [(Attempts[0].Server.ToString(), this)]);

    /// <inheritdoc/>
    public string ToHtml() => $"<pre>{WebUtility.HtmlEncode(ToString())}</pre>";

    /// <summary>The tries in a line each, and the answer.</summary>
    public override string ToString()
    {
        var tries = Attempts.Select(attempt => InvariantText.Format(
            $"{(attempt.OverTcp ? "TCP" : "UDP")} {attempt.Server}, {Octets.Count(attempt.Query.Length)}: {attempt.Outcome}{(attempt.Response is { } response ? $", {Octets.Count(response.Length)}" : "")} ({InvariantText.Of(attempt.Took)})"));
        var refused = Refused.Select(reason => $"refused: {reason}");
        return string.Join('\n', tries.Concat(refused).Concat(Response is null ? [] : [Response.ToString()]));
    }
}
