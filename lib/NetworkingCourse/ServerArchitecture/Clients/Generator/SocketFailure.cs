using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What went wrong with a socket, in words.</summary>
internal static class SocketFailure
{
    public const string Reset = "reset by the server";
    public const string NotConnected = "not connected in time";
    public const string NoAnswer = "no answer in time";
    public const string NoPort = "the system has no ephemeral port left";

    public static string Explain(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionReset => Reset,
        SocketError.ConnectionRefused => "refused: nobody listens there",
        SocketError.TooManyOpenSockets => "this process has no descriptor left for a socket",
        SocketError.AddressNotAvailable => NoPort,
        var code => $"{code}: {exception.Message}",
    };
}
