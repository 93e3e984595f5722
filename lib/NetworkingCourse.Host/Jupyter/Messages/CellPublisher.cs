using System.Text;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary>
/// Broadcasts the output of a cell for as long as any of its code runs. It batches a flood of output into a few messages a
/// second. Of the output beyond the limits of a front end (see <see cref="OutputLimits"/>), it sends only the end, after the
/// cell has ended.
/// </summary>
/// <param name="channels">The channels to broadcast on.</param>
/// <param name="request">The request to run the cell, by which front ends put the output below the right cell.</param>
internal sealed class CellPublisher(Channels channels, Request request)
{
    /// <summary>The minimum time between two text messages. Text after a pause goes out at once.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(40);

    private const int MaxGathered = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, MimeBundle> _updates = [];
    private readonly OutputTail _tail = new();
    private bool _isError;
    private bool? _lastWasError;
    private int _characters;
    private int _outputs;
    private bool _capped;
    private long _lastFlush = Environment.TickCount64 - 1000;
    private bool _isDue;

    /// <summary>Processes an event of the cell.</summary>
    public void Take(KernelEvent happened)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case KernelEvent.Stream stream:
                    AddText(stream);
                    break;
                case KernelEvent.BackgroundFailure failure:
                    AddText(new KernelEvent.Stream(failure.Cell, IsError: true, OutputLimits.Notice(failure)));
                    break;
                case KernelEvent.Display display when Counts():
                    Say(MessageTypes.DisplayData, Data(display.Data, display.DisplayId));
                    break;
                case KernelEvent.Display display:
                    AddToTail(display);
                    break;
                case KernelEvent.DisplayUpdate update:
                    _updates[update.DisplayId] = update.Data;
                    FlushSoon();
                    break;
                case KernelEvent.Clear clear:
                    (_characters, _outputs, _capped, _lastWasError) = (0, 0, false, null);
                    _tail.Take();
                    Say(MessageTypes.ClearOutput, new JsonObject { ["wait"] = clear.Wait });
                    break;
                case KernelEvent.Result result:
                    SayTail();
                    var value = Data(result.Data, displayId: null);
                    value["execution_count"] = result.Cell;
                    Say(MessageTypes.ExecuteResult, value);
                    break;
                case KernelEvent.Failure failure:
                    SayTail();
                    Say(MessageTypes.Error, Errors.Of(failure.Error));
                    break;
            }
        }
    }

    /// <summary>Sends all pending output, after the cell has ended.</summary>
    public void End()
    {
        lock (_gate)
        {
            SayTail();
            Flush();
        }
    }

    /// <summary>Sends the pending output within the limits.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            FlushText();
            foreach (var (id, bundle) in _updates)
            {
                channels.Broadcast(MessageTypes.UpdateDisplayData, request, Data(bundle, id));
            }

            _updates.Clear();
            _isDue = false;
            _lastFlush = Environment.TickCount64;
        }
    }

    /// <summary>The formats of a value. JSON is included as JSON, everything else as text.</summary>
    internal static JsonObject Formats(MimeBundle bundle)
    {
        var data = new JsonObject();
        foreach (var (mimeType, text) in bundle.Formats)
        {
            data[mimeType] = mimeType == "application/json" || mimeType.EndsWith("+json", StringComparison.Ordinal)
                ? JsonNode.Parse(text)
                : text;
        }

        return data;
    }

    private static JsonObject Data(MimeBundle bundle, string? displayId)
    {
        var content = new JsonObject { ["data"] = Formats(bundle), ["metadata"] = new JsonObject() };
        content["transient"] = displayId is null ? new JsonObject() : new JsonObject { ["display_id"] = displayId };
        return content;
    }

    // Keeps the order of events: pending output goes first.
    private void Say(string type, JsonObject content)
    {
        Flush();
        channels.Broadcast(type, request, content);
    }

    private bool Counts()
    {
        _capped |= _outputs == OutputLimits.MaxOutputs - OutputLimits.OutputsAtEnd;
        if (_capped)
        {
            return false;
        }

        _outputs++;
        _lastWasError = null;
        return true;
    }

    private void AddText(KernelEvent.Stream stream)
    {
        // Front ends merge consecutive text on the same stream, so only a change of stream makes a new output.
        if (_capped || (_lastWasError != stream.IsError && !Counts()))
        {
            AddToTail(stream);
            return;
        }

        _lastWasError = stream.IsError;
        if (_isError != stream.IsError)
        {
            FlushText();
            _isError = stream.IsError;
        }

        var kept = Math.Min(stream.Text.Length, OutputLimits.MaxText - OutputLimits.TextAtEnd - _characters);
        _text.Append(stream.Text, 0, kept);
        _characters += kept;
        if (kept < stream.Text.Length)
        {
            _capped = true;
            AddToTail(stream with { Text = stream.Text[kept..] });
        }
        else if (_text.Length >= MaxGathered)
        {
            Flush();
        }
        else
        {
            FlushSoon();
        }
    }

    private void SayTail()
    {
        foreach (var happened in _tail.Take())
        {
            if (happened is KernelEvent.Stream stream)
            {
                Say(MessageTypes.Stream, Text(stream.IsError, stream.Text));
            }
            else if (happened is KernelEvent.Display display)
            {
                Say(MessageTypes.DisplayData, Data(display.Data, display.DisplayId));
            }
        }
    }

    private void AddToTail(KernelEvent happened)
    {
        if (_tail.Add(happened) is { } notice)
        {
            Flush();
            channels.Broadcast(MessageTypes.Stream, request, Text(isError: true, notice));
        }
    }

    private void FlushSoon()
    {
        var since = TimeSpan.FromMilliseconds(Environment.TickCount64 - _lastFlush);
        if (since >= Interval)
        {
            Flush();
            return;
        }

        if (!_isDue)
        {
            _isDue = true;
            // This work belongs to no cell: with the cell's context, it would keep the cell alive.
            using var detached = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
            _ = FlushLaterAsync(Interval - since);
        }
    }

    private async Task FlushLaterAsync(TimeSpan wait)
    {
        await Task.Delay(wait).ConfigureAwait(false);
        Flush();
    }

    private void FlushText()
    {
        if (_text.Length > 0)
        {
            channels.Broadcast(MessageTypes.Stream, request, Text(_isError, _text.ToString()));
            _text.Clear();
        }
    }

    private static JsonObject Text(bool isError, string text) =>
        new() { ["name"] = isError ? "stderr" : "stdout", ["text"] = text };
}
