using System.Net;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>A name server that answers for its zones, tells who else to ask where it has given a part of one away, and refuses everything else.</summary>
public class AuthoritativeServer : DnsServer
{
    private readonly IReadOnlyList<Zone> _zones;

    private protected AuthoritativeServer(string name, IPEndPoint endPoint, IReadOnlyList<Zone> zones, TimeSpan? patience)
        : base(name, endPoint, patience) => _zones = zones;

    /// <summary>The zones it has.</summary>
    public IReadOnlyList<Zone> Zones => _zones;

    /// <summary>Starts one on 127.0.0.1. When this returns, clients can ask.</summary>
    /// <param name="zone">Its zone.</param>
    /// <param name="name">Its name. What ran under that name is replaced.</param>
    /// <param name="port">The port, UDP and TCP; 0 lets the system choose.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or may not be used.</exception>
    public static AuthoritativeServer Start(Zone zone, string name = "dns", int port = 0) => Start([zone], new IPEndPoint(IPAddress.Loopback, port), name);

    /// <summary>Starts one. When this returns, clients can ask.</summary>
    /// <param name="zones">Its zones.</param>
    /// <param name="endPoint">Where: an address of loopback.</param>
    /// <param name="name">Its name. What ran under that name is replaced.</param>
    /// <param name="patience">How long a TCP client may take for its next message; 10 seconds unless told otherwise.</param>
    /// <exception cref="ArgumentException">The address is not one of loopback.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or the address or port may not be used.</exception>
    public static AuthoritativeServer Start(IReadOnlyList<Zone> zones, IPEndPoint endPoint, string name, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(zones);
        Loopback.Require(endPoint);
        return Start(name, () => new AuthoritativeServer(name, endPoint, [.. zones], patience));
    }

    /// <summary>What it answers: pure, and the same over UDP and TCP.</summary>
    /// <param name="query">A query with one question.</param>
    internal DnsMessage Answer(DnsMessage query)
    {
        var question = query.Questions[0];
        if (ZoneFor(question) is not { } zone)
        {
            return query.Respond(ResponseCode.Refused);
        }

        var found = zone.Find(question.Name, question.Type);
        return query.Respond(found.Code) with
        {
            // A server cannot know whether it has all classes of a name (RFC 1034, section 3.7.1).
            IsAuthoritative = question.Class == DnsClass.Internet && (!found.IsReferral || found.Answers.Count > 0),
            Answers = found.Answers,
            Authority = found.Authority,
            Additional = found.Additional,
        };
    }

    // Where the server has a zone and one below it, the lower one answers. But DS belongs to the upper one (RFC 4035, section
    // 3.1.4.1).
    private Zone? ZoneFor(DnsQuestion question) => _zones
        .Where(zone => question.Name.IsWithin(zone.Origin))
        .OrderBy(zone => question.Type == DnsType.DS && zone.Origin.Equals(question.Name))
        .ThenByDescending(zone => zone.Origin.Labels.Count)
        .FirstOrDefault();

    private protected override ValueTask<DnsMessage> AnswerAsync(DnsMessage query, CancellationToken cancellation) => ValueTask.FromResult(Answer(query));
}
