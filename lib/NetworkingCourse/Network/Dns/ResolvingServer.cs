using System.Net;

namespace NetworkingCourse.Network;

/// <summary>A name server that has no zone of its own, and finds the answer wherever it is: what a provider, or a router at home, offers to its clients.</summary>
public sealed class ResolvingServer : DnsServer
{
    private ResolvingServer(string name, IPEndPoint endPoint, RecursiveResolver resolver)
        : base(name, endPoint) => Resolver = resolver;

    /// <summary>Who does the work.</summary>
    public RecursiveResolver Resolver { get; }

    /// <summary>Starts one on 127.0.0.1. When this returns, clients can ask.</summary>
    /// <param name="resolver">Who does the work.</param>
    /// <param name="name">Its name. What ran under that name is replaced.</param>
    /// <param name="port">The port, UDP and TCP; 0 lets the system choose.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or may not be used.</exception>
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
        return query.Respond(found.Code) with { RecursionAvailable = true, Answers = found.Answers, Authority = found.Soa is { } proof ? [proof] : [] };
    }
}
