using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary><c>comm_info</c>: lists the open comms, the channels of widgets. This kernel opens none.</summary>
/// <param name="interactive">Called for each request: only front ends with an interactive user send it.</param>
internal sealed class CommInfo(Action interactive) : IReplies
{
    public string RequestType => MessageTypes.CommInfoRequest;

    public string ReplyType => MessageTypes.CommInfoReply;

    public JsonObject Reply(Request request)
    {
        interactive();
        return new JsonObject { ["status"] = "ok", ["comms"] = new JsonObject() };
    }
}
