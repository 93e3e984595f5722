using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>Connects the proxy to servers.</summary>
internal static class Upstream
{
    /// <summary>Connects to the destination of a request.</summary>
    /// <exception cref="ProxyFault">No server listens there, or none answered in time.</exception>
    public static async Task<ProxyPeer> ConnectAsync(ForwardProxy proxy, ProxyTarget target)
    {
        using var deadline = new IdleClock(proxy.Options.HeadDeadline, proxy.Aborting);
        try
        {
            return new ProxyPeer(
                await CourseNames.ConnectAsync(target.Address!, deadline.Token).ConfigureAwait(false), proxy.Options.Tap);
        }
        catch (SocketException exception)
        {
            throw new ProxyFault(502, $"{target.Authority} cannot be reached: {InvariantText.Of(exception.SocketErrorCode)}.");
        }
        catch (OperationCanceledException) when (!proxy.Aborting.IsCancellationRequested)
        {
            throw new ProxyFault(504, $"{target.Authority} did not accept a connection in time.");
        }
    }

    /// <summary>Explains why a connection failed, for people.</summary>
    public static string Explain(Exception exception) =>
        exception is OperationCanceledException ? "no data in time, or the proxy stopped" : Failures.Name(exception);
}
