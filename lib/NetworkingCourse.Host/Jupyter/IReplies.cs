using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>Answers requests of one type.</summary>
internal interface IReplies
{
    /// <summary>The type of the requests.</summary>
    string RequestType { get; }

    /// <summary>The type of the replies.</summary>
    string ReplyType { get; }

    /// <summary>Answers a request. May block; requests come one at a time.</summary>
    /// <returns>The reply's content.</returns>
    JsonObject Reply(Request request);
}
