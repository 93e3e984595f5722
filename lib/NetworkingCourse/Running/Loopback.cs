using System.Net;
using System.Runtime.CompilerServices;

namespace NetworkingCourse;

/// <summary>Checks every address before it is used, so that nothing the course sends leaves the machine.</summary>
internal static class Loopback
{
    /// <summary>127.0.0.1, with a port that the system chooses.</summary>
    public static IPEndPoint AnyPort => new(IPAddress.Loopback, 0);

    /// <summary>Rejects an address outside 127.0.0.0/8 and ::1.</summary>
    /// <exception cref="ArgumentException">The address is not on loopback.</exception>
    public static void Require(
        IPEndPoint endPoint, [CallerArgumentExpression(nameof(endPoint))] string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint, parameter);
        if (!IPAddress.IsLoopback(endPoint.Address))
        {
            throw new ArgumentException(
                $"{endPoint} is not on loopback. What this course sends stays on this machine.",
                parameter);
        }
    }

    /// <summary>
    /// Rejects an address outside 127.0.0.0/8 and ::1, but allows 0.0.0.0 where it is known to stay on this machine: Linux takes
    /// it for the sender's own address, which is on loopback for the sockets of chapter 2, and Windows rejects it. Other
    /// systems may look for a network.
    /// </summary>
    /// <exception cref="ArgumentException">The address is not on loopback.</exception>
    public static void RequireOrThisHost(
        IPEndPoint endPoint, [CallerArgumentExpression(nameof(endPoint))] string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint, parameter);
        if (!endPoint.Address.Equals(IPAddress.Any) || !(OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
        {
            Require(endPoint, parameter);
        }
    }
}
