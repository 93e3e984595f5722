using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace NetworkingCourse.Oracle;

/// <summary>A C# kernel set up as the tool <c>dotnet-interactive</c> sets it up for Jupyter (its <c>KernelBuilder</c>).</summary>
internal sealed class Session : IDisposable
{
    private readonly CompositeKernel _kernel;

    public Session()
    {
        Formatter.ResetToDefault();
        Formatter.DefaultMimeType = HtmlFormatter.MimeType;
        Formatter.SetPreferredMimeTypesFor(typeof(string), PlainTextFormatter.MimeType);
        _kernel = [new CSharpKernel().UseKernelHelpers().UseWho().UseValueSharing()];
    }

    /// <summary>Runs a cell.</summary>
    /// <returns>What it put out, in order, and how it failed, if it did.</returns>
    public async Task<JsonObject> RunAsync(string code)
    {
        var result = await _kernel.SendAsync(new SubmitCode(code));
        return new JsonObject { ["events"] = new JsonArray([.. result.Events.Select(Of).OfType<JsonNode>()]) };
    }

    public void Dispose() => _kernel.Dispose();

    private static JsonObject? Of(KernelEvent happened) => happened switch
    {
        StandardOutputValueProduced text => Text("stdout", text),
        StandardErrorValueProduced text => Text("stderr", text),
        ReturnValueProduced { Value: DisplayedValue } => null, // like the tool's Jupyter front end
        ReturnValueProduced value => Data("value", value),
        DisplayedValueUpdated display => Data("update", display),
        DisplayedValueProduced display => Data("display", display),
        DiagnosticsProduced { Diagnostics.Count: > 0 } found => new JsonObject
        {
            ["type"] = "diagnostics",
            ["found"] = new JsonArray([.. found.Diagnostics.Select(Of)]),
        },
        CommandFailed failed => new JsonObject
        {
            ["type"] = "failed",
            ["kind"] = failed.Exception?.GetType().Name,
            ["message"] = failed.Exception?.Message ?? failed.Message,
        },
        _ => null,
    };

    private static JsonObject Text(string type, DisplayEvent text) =>
        new() { ["type"] = type, ["text"] = text.FormattedValues.Single().Value };

    private static JsonObject Data(string type, DisplayEvent display)
    {
        var data = new JsonObject();
        foreach (var format in display.FormattedValues)
        {
            data[format.MimeType] = format.Value;
        }

        return new JsonObject { ["type"] = type, ["data"] = data };
    }

    private static JsonNode Of(Diagnostic found) => new JsonObject
    {
        ["severity"] = found.Severity.ToString(),
        ["code"] = found.Code,
        ["line"] = found.LinePositionSpan.Start.Line + 1,
        ["column"] = found.LinePositionSpan.Start.Character + 1,
        ["message"] = found.Message,
    };
}
