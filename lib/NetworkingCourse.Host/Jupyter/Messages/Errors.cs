using System.Text.Json.Nodes;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary>Errors as replies and broadcasts tell them.</summary>
internal static class Errors
{
    public static JsonObject Of(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
    };

    /// <summary>The content of a reply that says that the request has failed.</summary>
    public static JsonObject Reply(CellError error)
    {
        var reply = Of(error);
        reply["status"] = "error";
        return reply;
    }
}
