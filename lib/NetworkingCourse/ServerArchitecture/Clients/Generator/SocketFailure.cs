using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Describes socket errors in words.</summary>
internal static class SocketFailure
{
    public const string Reset = "reset by the server";
    public const string NotConnected = "not connected in time";
    public const string NoAnswer = "no answer in time";
    public const string NoPort = "the system has no ephemeral port left";

    public static string Explain(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionReset => Reset,
        SocketError.ConnectionRefused => "connection refused: no listener on that port",
        SocketError.TooManyOpenSockets => "this process has no file descriptor left for a socket",
        SocketError.AddressNotAvailable => NoPort,
        var code => $"{code}: {exception.Message}",
    };
}
