using System.Net;

namespace NetworkingCourse.Transport;

/// <summary>A relay between clients and a server on loopback that keeps what it carries.</summary>
internal interface IRelay
{
    /// <summary>The address for clients to use instead of the server's.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>
    /// Waits until everything sent to the relay before this call has passed, and until the connections have ended. Some do not
    /// end; for those, it is enough that nothing happens any more.
    /// </summary>
    /// <exception cref="TimeoutException">The relay does not get to the processor.</exception>
    Task SettleAsync(CancellationToken cancellation);

    /// <summary>What has passed so far, as packets.</summary>
    IReadOnlyList<RawPacket> Packets();

    /// <summary>
    /// Stops the relay, or leaves it to stop when the last connection through it ends: they go on, as they would after a capture.
    /// </summary>
    Task EndAsync();
}
