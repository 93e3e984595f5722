using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Language;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary><c>inspect</c>: returns the signature and documentation of the code at the cursor.</summary>
/// <param name="language">Provides signature and documentation.</param>
internal sealed class Inspect(LanguageService language) : IReplies
{
    public string RequestType => MessageTypes.InspectRequest;

    public string ReplyType => MessageTypes.InspectReply;

    public JsonObject Reply(Request request)
    {
        var code = request.Text("code") ?? "";
        var found = language.Inspect(code, CodePoints.ToUnits(code, request.Number("cursor_pos", int.MaxValue)));
        return new JsonObject
        {
            ["status"] = "ok",
            ["found"] = found is not null,
            ["data"] = found is null ? new JsonObject() : new JsonObject { [MimeBundle.PlainText] = found },
            ["metadata"] = new JsonObject(),
        };
    }
}
