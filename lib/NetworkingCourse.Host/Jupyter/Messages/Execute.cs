using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary><c>execute</c>: runs a cell.</summary>
/// <param name="kernel">Runs the cell.</param>
/// <param name="channels">The channels for the cell's output.</param>
/// <param name="input">Asks for the cell's input.</param>
/// <param name="history">Records the cell.</param>
/// <param name="interactive">Called after each cell from an interactive front end.</param>
internal sealed class Execute(EmbeddedKernel kernel, Channels channels, StandardInput input, History history, Action interactive)
    : IReplies
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _running;
    private bool _isOver;

    public string RequestType => MessageTypes.ExecuteRequest;

    public string ReplyType => MessageTypes.ExecuteReply;

    /// <summary>Stops the running cell, if there is one.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            _running?.Cancel();
        }
    }

    /// <summary>Stops the running cell and all later ones.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            _running?.Cancel();
        }
    }

    public JsonObject Reply(Request request)
    {
        var code = request.Text("code") ?? "";
        var isSilent = request.Flag("silent");
        var isKept = !isSilent && request.Flag("store_history", otherwise: true);
        string? value = null;
        var publisher = isSilent ? null : new CellPublisher(channels, request);
        void Take(KernelEvent happened)
        {
            value ??= happened is KernelEvent.Result shown ? shown.Data.ToString() : null;
            publisher?.Take(happened);
        }

        if (!isSilent)
        {
            channels.Broadcast(
                MessageTypes.ExecuteInput,
                request,
                new JsonObject { ["code"] = code, ["execution_count"] = kernel.Executions + (isKept ? 1 : 0) });
        }

        var result = Run(
            stop => new CellOrder(
                code,
                Counts: isKept,
                Ask: (prompt, isPassword) => Ask(request, publisher, prompt, isPassword, stop)),
            Take);
        publisher?.End();
        if (isKept)
        {
            history.Add(result.Cell, code, value);
        }

        var reply = result.Error is { } error ? Errors.Reply(error) : new JsonObject
        {
            ["status"] = "ok",
            ["payload"] = new JsonArray(),
            ["user_expressions"] = Expressions(request),
        };
        reply["execution_count"] = result.Cell;
        // Only an interactive front end accepts input requests; a program that runs notebooks needs no completion. This comes
        // after the first cell, which must not wait for it.
        if (request.Flag("allow_stdin"))
        {
            interactive();
        }

        return reply;
    }

    /// <summary>Runs code that can be interrupted.</summary>
    private CellResult Run(Func<CancellationToken, CellOrder> order, Action<KernelEvent> events)
    {
        // Not disposed: threads that the cell leaves running may still use it to ask for input.
        var stop = new CancellationTokenSource();
        lock (_gate)
        {
            _running = stop;
            if (_isOver)
            {
                stop.Cancel();
            }
        }

        try
        {
            return kernel.Execute(order(stop.Token), events, stop.Token);
        }
        finally
        {
            lock (_gate)
            {
                _running = null;
            }
        }
    }

    private string Ask(Request request, CellPublisher? publisher, string prompt, bool isPassword, CancellationToken cancellation)
    {
        if (!request.Flag("allow_stdin"))
        {
            throw new InvalidOperationException(StandardInput.NotSupported);
        }

        // The cell's output so far must appear before the prompt.
        publisher?.Flush();
        return input.Ask(request, prompt, isPassword, cancellation);
    }

    /// <summary>The formats of each expression's value, or the error if it has none.</summary>
    private JsonObject Expressions(Request request)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in request.Content["user_expressions"] as JsonObject ?? [])
        {
            MimeBundle? shown = null;
            var result = Run(
                _ => new CellOrder(
                    expression is JsonValue text && text.TryGetValue(out string? code) ? code : "",
                    Counts: false,
                    IsPassing: true),
                happened => shown = (happened as KernelEvent.Result)?.Data ?? shown);
            values[name] = result.Error is { } error ? Errors.Reply(error) : new JsonObject
            {
                ["status"] = "ok",
                ["data"] = shown is null ? new JsonObject() : CellPublisher.Formats(shown),
                ["metadata"] = new JsonObject(),
            };
        }

        return values;
    }
}
