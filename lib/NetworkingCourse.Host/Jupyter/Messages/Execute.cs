using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary><c>execute</c>: runs a cell.</summary>
/// <param name="kernel">Where.</param>
/// <param name="channels">Where what it puts out goes.</param>
/// <param name="input">Whom it asks for input.</param>
/// <param name="history">Where it is written down.</param>
/// <param name="interactive">Called after each cell that comes from an interactive front end.</param>
internal sealed class Execute(EmbeddedKernel kernel, Channels channels, StandardInput input, History history, Action interactive)
    : IReplies
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _running;
    private bool _isOver;

    public string RequestType => MessageTypes.ExecuteRequest;

    public string ReplyType => MessageTypes.ExecuteReply;

    /// <summary>Stops the cell that runs, if one does.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            _running?.Cancel();
        }
    }

    /// <summary>Stops the cell that runs, and each that would run after it.</summary>
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
            channels.Broadcast(MessageTypes.ExecuteInput, request, new JsonObject { ["code"] = code, ["execution_count"] = kernel.Executions + (isKept ? 1 : 0) });
        }

        var result = Run(
            stop => new CellOrder(code, Counts: isKept, Ask: (prompt, isPassword) => Ask(request, publisher, prompt, isPassword, stop)),
            Take);
        publisher?.End();
        if (isKept)
        {
            history.Add(result.Cell, code, value);
        }

        var reply = result.Error is { } error ? Errors.Reply(error) : new JsonObject { ["status"] = "ok", ["payload"] = new JsonArray(), ["user_expressions"] = Expressions(request) };
        reply["execution_count"] = result.Cell;
        // Only an interactive front end accepts questions; a program that runs notebooks needs no completion. Not before the first cell,
        // which must not wait for it.
        if (request.Flag("allow_stdin"))
        {
            interactive();
        }

        return reply;
    }

    /// <summary>Runs code that can be interrupted.</summary>
    private CellResult Run(Func<CancellationToken, CellOrder> order, Action<KernelEvent> events)
    {
        // Not disposed: threads that the cell leaves behind may still ask for input with it.
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
            throw new InvalidOperationException(StandardInput.NobodyToAsk);
        }

        // What the cell has written stands before the question.
        publisher?.Flush();
        return input.Ask(request, prompt, isPassword, cancellation);
    }

    /// <summary>Each expression's value in the formats it has, or why it has none.</summary>
    private JsonObject Expressions(Request request)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in request.Content["user_expressions"] as JsonObject ?? [])
        {
            MimeBundle? shown = null;
            var result = Run(
                _ => new CellOrder(expression is JsonValue text && text.TryGetValue(out string? code) ? code : "", Counts: false, IsPassing: true),
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
