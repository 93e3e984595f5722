using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What came of one HTTP request, as its client saw it.</summary>
/// <param name="Number">The request's number in its run, from 1.</param>
/// <param name="Client">The number of the client that sent it, from 1.</param>
/// <param name="Method">Its method.</param>
/// <param name="Due">When it was due, counted from when the run began.</param>
/// <param name="Took">Its latency: from when it was due until the whole response was there, or until it had failed.</param>
/// <param name="Origin">Which origin answered; null if none did.</param>
/// <param name="Status">The response's status code; null if there was no response.</param>
/// <param name="Text">The response's content, or what went wrong instead of a response.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record HttpAnswer(int Number, int Client, string Method, TimeSpan Due, TimeSpan Took, string? Origin, int? Status, string Text) : IShown
{
    /// <summary>Whether the request was executed and its client knows it.</summary>
    public bool Succeeded => Status is >= 200 and < 300;

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The answer as one line: <c>GET: 200 after 5.1 ms, A answers GET /</c>.</summary>
    public override string ToString() =>
        InvariantText.Format($"{Method}: {(Status is { } status ? $"{status}" : "no response")} after {InvariantText.Of(Took)}{(Text.Length > 0 ? $", {Text}" : "")}");
}
