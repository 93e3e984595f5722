using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>Broadcasts about the kernel itself, sent to every front end.</summary>
internal static class Broadcasts
{
    public const string Starting = "starting";
    public const string Busy = "busy";
    public const string Idle = "idle";

    public static void Status(Channels channels, Request request, string state) =>
        channels.Broadcast(MessageTypes.Status, request, new JsonObject { ["execution_state"] = state });
}
