using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary><c>comm_info</c>: which widgets' channels are open. This kernel opens none.</summary>
/// <param name="interactive">Called when asked: only front ends in which somebody types ask this.</param>
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
