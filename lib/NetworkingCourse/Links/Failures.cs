using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Links;

/// <summary>Names the failures of connections in a word or two.</summary>
internal static class Failures
{
    /// <summary>Returns a name such as <c>reset</c>, or the exception's message if it is not a socket error.</summary>
    public static string Name(Exception exception) => exception switch
    {
        SocketException
        {
            SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown,
        } => "reset",
        SocketException socket => InvariantText.Of(socket.SocketErrorCode),
        IOException { InnerException: SocketException inner } => Name(inner),
        _ => exception.Message,
    };
}
