using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Links;

/// <summary>How connections fail, in a word or two.</summary>
internal static class Failures
{
    /// <summary><c>connection reset</c>; or the exception's own words, if no socket is to blame.</summary>
    public static string Name(Exception exception) => exception switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown } => "reset",
        SocketException socket => InvariantText.Of(socket.SocketErrorCode),
        IOException { InnerException: SocketException inner } => Name(inner),
        _ => exception.Message,
    };
}
