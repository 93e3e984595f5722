using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Language;
using NetworkingCourse.Host.Jupyter.Protocol;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary><c>complete</c>: lists the completions at the cursor.</summary>
/// <param name="language">Provides the completions.</param>
internal sealed class Complete(LanguageService language) : IReplies
{
    /// <summary>The metadata key under which JupyterLab and VS Code look for the kinds of completions.</summary>
    private const string Kinds = "_jupyter_types_experimental";

    public string RequestType => MessageTypes.CompleteRequest;

    public string ReplyType => MessageTypes.CompleteReply;

    public JsonObject Reply(Request request)
    {
        var code = request.Text("code") ?? "";
        var found = language.Complete(code, CodePoints.ToUnits(code, request.Number("cursor_pos", int.MaxValue)));
        var (start, end) = (CodePoints.FromUnits(code, found.Start), CodePoints.FromUnits(code, found.End));
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. found.Items.Select(item => (JsonNode)item.Text)]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                [Kinds] = new JsonArray([.. found.Items.Select(item => new JsonObject
                {
                    ["text"] = item.Text,
                    ["type"] = item.Kind,
                    ["start"] = start,
                    ["end"] = end,
                })]),
            },
        };
    }
}
