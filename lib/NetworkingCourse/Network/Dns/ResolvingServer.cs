using System.Net;

namespace NetworkingCourse.Network;

/// <summary>
/// A name server without a zone of its own, which resolves every query recursively: the kind that an Internet provider or a home
/// router offers to its clients.
/// </summary>
public sealed class ResolvingServer : DnsServer
{
    private ResolvingServer(string name, IPEndPoint endPoint, RecursiveResolver resolver)
        : base(name, endPoint) => Resolver = resolver;

    /// <summary>The resolver that finds the answers.</summary>
    public RecursiveResolver Resolver { get; }

    /// <summary>Starts a server on 127.0.0.1. Clients can query it as soon as this method returns.</summary>
    /// <param name="resolver">The resolver that finds the answers.</param>
    /// <param name="name">The server's name. A running server of that name is replaced.</param>
    /// <param name="port">The port for both UDP and TCP; 0 lets the system choose.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or access to it is denied.</exception>
    public static ResolvingServer Start(RecursiveResolver resolver, string name = "resolver", int port = 0)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return Start(name, () => new ResolvingServer(name, new IPEndPoint(IPAddress.Loopback, port), resolver));
    }

    private protected override async ValueTask<DnsMessage> AnswerAsync(DnsMessage query, CancellationToken cancellation)
    {
        if (!query.RecursionDesired)
        {
            return query.Respond(ResponseCode.Refused) with { RecursionAvailable = true };
        }

        var found = await Resolver.ResolveAsync(query.Questions[0], cancellation).ConfigureAwait(false);
        return query.Respond(found.Code) with
        {
            RecursionAvailable = true,
            Answers = found.Answers,
            Authority = found.Soa is { } proof ? [proof] : [],
        };
    }
}
