using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>The proxy's side towards the servers.</summary>
internal static class Upstream
{
    /// <summary>Connects to where a request is to go.</summary>
    /// <exception cref="ProxyFault">Nobody listens there, or nobody answered in time.</exception>
    public static async Task<ProxyPeer> ConnectAsync(ForwardProxy proxy, ProxyTarget target)
    {
        using var deadline = new IdleClock(proxy.Options.HeadDeadline, proxy.Aborting);
        try
        {
            return new ProxyPeer(await CourseNames.ConnectAsync(target.Address!, deadline.Token).ConfigureAwait(false), proxy.Options.Tap);
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

    /// <summary>What went wrong with a connection, for people.</summary>
    public static string Explain(Exception exception) =>
        exception is OperationCanceledException ? "nothing came in time, or the proxy stopped" : Failures.Name(exception);
}
