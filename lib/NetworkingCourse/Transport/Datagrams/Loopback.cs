using System.Net;

namespace NetworkingCourse.Transport;

/// <summary>Nothing that this chapter sends leaves the machine: every address is looked at before it is used.</summary>
internal static class Loopback
{
    /// <summary>127.0.0.1, and a port that the system chooses.</summary>
    public static IPEndPoint AnyPort => new(IPAddress.Loopback, 0);

    /// <summary>Refuses an address outside 127.0.0.0/8 and ::1.</summary>
    /// <exception cref="ArgumentException">It is outside.</exception>
    public static void Require(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        if (!IPAddress.IsLoopback(endPoint.Address))
        {
            throw new ArgumentException($"{endPoint} is not on loopback. What this course sends stays on this machine.", nameof(endPoint));
        }
    }

    /// <summary>
    /// Refuses an address outside 127.0.0.0/8 and ::1, and lets 0.0.0.0 through where it is known to mean this machine: Linux takes it for the sender's own address, which a socket of this
    /// chapter has on loopback, and Windows refuses it. Other systems may look for a network.
    /// </summary>
    /// <exception cref="ArgumentException">It is outside.</exception>
    public static void RequireOrThisHost(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        if (!endPoint.Address.Equals(IPAddress.Any) || !(OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
        {
            Require(endPoint);
        }
    }
}
