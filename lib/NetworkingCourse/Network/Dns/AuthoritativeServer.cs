using System.Net;

namespace NetworkingCourse.Network;

/// <summary>
/// A name server that answers from its own zones, refers clients to other servers for delegated subzones, and refuses all other
/// queries.
/// </summary>
public class AuthoritativeServer : DnsServer
{
    private readonly IReadOnlyList<Zone> _zones;

    private protected AuthoritativeServer(string name, IPEndPoint endPoint, IReadOnlyList<Zone> zones, TimeSpan? patience)
        : base(name, endPoint, patience) => _zones = zones;

    /// <summary>The zones that the server is authoritative for.</summary>
    public IReadOnlyList<Zone> Zones => _zones;

    /// <summary>Starts a server on 127.0.0.1. Clients can query it as soon as this method returns.</summary>
    /// <param name="zone">The zone to serve.</param>
    /// <param name="name">The server's name. A running server of that name is replaced.</param>
    /// <param name="port">The port for both UDP and TCP; 0 lets the system choose.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or access to it is denied.</exception>
    public static AuthoritativeServer Start(Zone zone, string name = "dns", int port = 0) =>
        Start([zone], new IPEndPoint(IPAddress.Loopback, port), name);

    /// <summary>Starts a server. Clients can query it as soon as this method returns.</summary>
    /// <param name="zones">The zones to serve.</param>
    /// <param name="endPoint">The endpoint to listen on; its address must be a loopback address.</param>
    /// <param name="name">The server's name. A running server of that name is replaced.</param>
    /// <param name="patience">How long to wait for a TCP client's next message; 10 seconds by default.</param>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">
    /// The port is taken, or the address or port cannot be used.
    /// </exception>
    public static AuthoritativeServer Start(
        IReadOnlyList<Zone> zones, IPEndPoint endPoint, string name, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(zones);
        Loopback.Require(endPoint);
        return Start(name, () => new AuthoritativeServer(name, endPoint, [.. zones], patience));
    }

    /// <summary>Answers a query. The method has no side effects, and the answer is the same over UDP and TCP.</summary>
    /// <param name="query">A query with one question.</param>
    internal DnsMessage Answer(DnsMessage query) => Answer(query, _zones);

    /// <summary>Answers a query as a server does that has some zones.</summary>
    /// <param name="query">A query with one question.</param>
    /// <param name="zones">The zones.</param>
    internal static DnsMessage Answer(DnsMessage query, IReadOnlyList<Zone> zones)
    {
        var question = query.Questions[0];
        if (ZoneFor(question, zones) is not { } zone)
        {
            return query.Respond(ResponseCode.Refused);
        }

        var found = zone.Find(question.Name, question.Type);
        return query.Respond(found.Code) with
        {
            // For any other QCLASS the server cannot know whether it has every class of the name (RFC 1034, section 3.7.1).
            IsAuthoritative = question.Class == DnsClass.Internet && (!found.IsReferral || found.Answers.Count > 0),
            Answers = found.Answers,
            Authority = found.Authority,
            Additional = found.Additional,
        };
    }

    // If the server has both a zone and one below it, the lower one answers. DS is the exception: it belongs to the parent zone
    // (RFC 4035, section 3.1.4.1).
    private static Zone? ZoneFor(DnsQuestion question, IReadOnlyList<Zone> zones) => zones
        .Where(zone => question.Name.IsWithin(zone.Origin))
        .OrderBy(zone => question.Type == DnsType.DS && zone.Origin.Equals(question.Name))
        .ThenByDescending(zone => zone.Origin.Labels.Count)
        .FirstOrDefault();

    private protected override ValueTask<DnsMessage> AnswerAsync(DnsMessage query, CancellationToken cancellation) =>
        ValueTask.FromResult(Answer(query));
}
