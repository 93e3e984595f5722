using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>Asks the front end that a cell came from for a line of input.</summary>
/// <param name="channels">Where it is asked.</param>
internal sealed class StandardInput(Channels channels)
{
    public const string NobodyToAsk = "The cell reads from the console, and this front end does not ask its reader for input.";

    private readonly Lock _gate = new();
    private TaskCompletionSource<string>? _asked;

    /// <summary>Asks, and blocks until the answer is there.</summary>
    /// <param name="request">The request of the cell that wants it.</param>
    /// <param name="prompt">What the reader is told.</param>
    /// <param name="isPassword">Whether what is typed is hidden.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public string Ask(Request request, string prompt, bool isPassword, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _asked = answer;
        }

        channels.Send(Channel.StandardInput, MessageTypes.InputRequest, request, new JsonObject { ["prompt"] = prompt, ["password"] = isPassword });
        answer.Task.Wait(cancellation);
        return answer.Task.Result;
    }

    /// <summary>Takes an answer. One that nobody waits for any more is dropped.</summary>
    public void Take(Request reply)
    {
        lock (_gate)
        {
            _asked?.TrySetResult(reply.Text("value") ?? "");
            _asked = null;
        }
    }
}
