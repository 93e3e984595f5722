using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Worker;

/// <summary>
/// The messages to and from a kernel process: JSON texts, one per line, each preceded by a record separator (RFC 7464). The
/// separator distinguishes them from other output on the same stream, which appears when code writes to the process's real
/// standard output.
/// </summary>
internal static class Wire
{
    public const char RecordSeparator = '\u001e';

    private static readonly JsonSerializerOptions Compact = new();

    public static string Execute(string code) => Frame(new JsonObject { ["code"] = code });

    /// <summary>The last message to a kernel: no more cells follow.</summary>
    public static string Finish() => Frame(new JsonObject { ["finish"] = true });

    /// <summary>The message that stops a kernel's running cell, before the kernel itself is ended.</summary>
    public static string Stop() => Frame(new JsonObject { ["stop"] = true });

    public static bool IsStop(JsonObject message) => message["stop"] is not null;

    public static bool IsFinish(JsonObject message) => message["finish"] is not null;

    public static string? CodeOf(JsonObject message) => (string?)message["code"];

    public static string Ended(CellResult result) =>
        Frame(new JsonObject { ["type"] = "ended", ["cell"] = result.Cell, ["error"] = Of(result.Error) });

    public static bool IsEnd(JsonObject message, out CellResult? result)
    {
        result = (string?)message["type"] == "ended" ? new CellResult((int)message["cell"]!, ErrorOf(message["error"])) : null;
        return result is not null;
    }

    public static string Event(KernelEvent happened)
    {
        var message = happened switch
        {
            KernelEvent.Stream stream =>
                new JsonObject { ["type"] = "stream", ["isError"] = stream.IsError, ["text"] = stream.Text },
            KernelEvent.Display display =>
                new JsonObject { ["type"] = "display", ["id"] = display.DisplayId, ["data"] = Of(display.Data) },
            KernelEvent.DisplayUpdate update =>
                new JsonObject { ["type"] = "update", ["id"] = update.DisplayId, ["data"] = Of(update.Data) },
            KernelEvent.Clear clear => new JsonObject { ["type"] = "clear", ["wait"] = clear.Wait },
            KernelEvent.Result value => new JsonObject { ["type"] = "result", ["data"] = Of(value.Data) },
            KernelEvent.Failure failure => new JsonObject { ["type"] = "failure", ["error"] = Of(failure.Error) },
            KernelEvent.BackgroundFailure failure => new JsonObject { ["type"] = "background", ["error"] = Of(failure.Error) },
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "This kind of event cannot be serialised."),
        };
        message["cell"] = happened.Cell;
        return Frame(message);
    }

    public static KernelEvent EventOf(JsonObject message)
    {
        var cell = (int?)message["cell"];
        return (string?)message["type"] switch
        {
            "stream" => new KernelEvent.Stream(cell, (bool)message["isError"]!, (string)message["text"]!),
            "display" => new KernelEvent.Display(cell, BundleOf(message["data"]), (string)message["id"]!),
            "update" => new KernelEvent.DisplayUpdate(cell, BundleOf(message["data"]), (string)message["id"]!),
            "clear" => new KernelEvent.Clear(cell, (bool)message["wait"]!),
            "result" => new KernelEvent.Result(cell, BundleOf(message["data"])),
            "failure" => new KernelEvent.Failure(cell, ErrorOf(message["error"])!),
            "background" => new KernelEvent.BackgroundFailure(cell, ErrorOf(message["error"])!),
            var other => throw new JsonException($"The kernel sent a message of the unknown type '{other}'."),
        };
    }

    /// <summary>Splits a line at the separator into a message and other output.</summary>
    /// <returns>The message, if there is one, and all other output on the line.</returns>
    public static (JsonObject? Message, string Other) Parse(string line)
    {
        var separator = line.LastIndexOf(RecordSeparator);
        if (separator < 0)
        {
            return (null, line + "\n");
        }

        try
        {
            return (JsonNode.Parse(line[(separator + 1)..]) as JsonObject, line[..separator]);
        }
        catch (JsonException)
        {
            return (null, line + "\n");
        }
    }

    private static string Frame(JsonObject message) => RecordSeparator + message.ToJsonString(Compact);

    private static JsonArray Of(MimeBundle bundle) =>
        [.. bundle.Formats.Select(format => new JsonArray(format.Key, format.Value))];

    private static MimeBundle BundleOf(JsonNode? data) =>
        new([.. data!.AsArray().Select(format => KeyValuePair.Create((string)format![0]!, (string)format[1]!))]);

    private static JsonObject? Of(CellError? error) => error is null
        ? null
        : new JsonObject
        {
            ["name"] = error.Name,
            ["message"] = error.Message,
            ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
        };

    private static CellError? ErrorOf(JsonNode? error) => error is null
        ? null
        : new CellError(
            (string)error["name"]!,
            (string)error["message"]!,
            [.. error["traceback"]!.AsArray().Select(line => (string)line!)]);
}
