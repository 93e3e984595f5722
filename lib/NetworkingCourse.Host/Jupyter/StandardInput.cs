using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>Asks the front end that a cell came from for a line of input.</summary>
/// <param name="channels">The channels to the front end.</param>
internal sealed class StandardInput(Channels channels)
{
    public const string NotSupported = "The cell reads from the console, but this front end does not ask its user for input.";

    private readonly Lock _gate = new();
    private TaskCompletionSource<string>? _asked;

    /// <summary>Asks for a line, and blocks until the answer arrives.</summary>
    /// <param name="request">The request of the cell that reads.</param>
    /// <param name="prompt">The prompt shown to the user.</param>
    /// <param name="isPassword">Whether the input is hidden.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    public string Ask(Request request, string prompt, bool isPassword, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _asked = answer;
        }

        channels.Send(
            Channel.StandardInput,
            MessageTypes.InputRequest,
            request,
            new JsonObject { ["prompt"] = prompt, ["password"] = isPassword });
        answer.Task.Wait(cancellation);
        return answer.Task.Result;
    }

    /// <summary>Takes an answer. An answer that no cell is waiting for is dropped.</summary>
    public void Take(Request reply)
    {
        lock (_gate)
        {
            _asked?.TrySetResult(reply.Text("value") ?? "");
            _asked = null;
        }
    }
}
