using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The outcome of an HTTP request, as seen by its client.</summary>
/// <param name="Number">The request's number in its run, counted from 1.</param>
/// <param name="Client">The number of the client that sent it, counted from 1.</param>
/// <param name="Method">The request method.</param>
/// <param name="Due">When the request was due, relative to the beginning of the run.</param>
/// <param name="Latency">
/// The latency, from when the request was due until the complete response had arrived or the request failed.
/// </param>
/// <param name="Origin">The origin that answered; null if none did.</param>
/// <param name="Status">The response's status code; null if there was no response.</param>
/// <param name="Text">The response content or, if there was no response, a description of the error.</param>
public sealed record HttpAnswer(
    int Number, int Client, string Method, TimeSpan Due, TimeSpan Latency, string? Origin, int? Status, string Text) : ShownRecord
{
    /// <summary>Whether the request succeeded (2xx), so that its client knows that it was executed.</summary>
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>The outcome as a single line, for example <c>GET: 200 after 5.1 ms, A answers GET /</c>.</summary>
    public override string ToString() =>
        InvariantText.Format(
            $"{Method}: {(Status is { } status ? $"{status}" : "no response")} after {InvariantText.Of(Latency)}")
        + (Text.Length > 0 ? $", {Text}" : "");
}
