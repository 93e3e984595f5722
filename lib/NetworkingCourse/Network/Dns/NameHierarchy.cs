using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// A tree of names served in this process: a root, a top-level domain, domains below it, each on a server of its own. The servers' addresses are in the zones,
/// as they must be; a port is not, because there is no room for one in an address record. On the Internet that does not matter, where all name servers have port
/// 53. Here each has an address of its own in 127.0.0.0/8, and all have the same port, one that is free. Where the system has no loopback but 127.0.0.1
/// (macOS), all have that address, each a port of its own, and <see cref="WhereIs"/> knows which.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class NameHierarchy : IShown
{
    private const int Tries = 20;

    private readonly IReadOnlyList<(Address Address, AuthoritativeServer Server)> _servers;

    private NameHierarchy(IReadOnlyList<(Address, AuthoritativeServer)> servers) => _servers = servers;

    /// <summary>The servers, the root's first.</summary>
    public IReadOnlyList<AuthoritativeServer> Servers => [.. _servers.Select(server => server.Server)];

    /// <summary>The root's servers: what a resolver begins with.</summary>
    public IReadOnlyList<(DnsName Name, Address Address)> Roots =>
    [
        .. from zone in _servers.SelectMany(server => server.Server.Zones)
           where zone.Origin.Equals(DnsName.Root)
           from record in zone.Find(DnsName.Root, DnsType.NS).Additional
           where record.Data is AddressData
           select (record.Name, record.Address),
    ];

    /// <summary>Starts the small tree of <see cref="CourseZones"/>: four servers.</summary>
    public static NameHierarchy Start() => Start(
        ("root", "127.53.0.1", [CourseZones.Root]),
        ("top-level domains", "127.53.1.1", [CourseZones.Test, CourseZones.Reverse]),
        ("ns1.example.test", "127.53.2.1", [CourseZones.Example, CourseZones.ReverseExample, CourseZones.Lame]),
        ("ns2.example.test", "127.53.2.2", [CourseZones.Example]));

    /// <summary>Starts servers.</summary>
    /// <param name="servers">Of each its name, its address, one in 127.0.0.0/8, and its zone files.</param>
    /// <exception cref="FormatException">An address or a zone file makes no sense.</exception>
    /// <exception cref="SocketException">No port could be had.</exception>
    public static NameHierarchy Start(params IReadOnlyList<(string Name, string Address, IReadOnlyList<string> Zones)> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        var all = servers.Select(server => (server.Name, Address: Address.Parse(server.Address), Zones: (IReadOnlyList<Zone>)[.. server.Zones.Select(zone => Zone.Parse(zone))])).ToList();
        var started = new List<(Address, AuthoritativeServer)>();
        for (var i = 1; ; i++)
        {
            try
            {
                // The first port is the system's choice, and the others have to be had too.
                foreach (var (name, address, zones) in all)
                {
                    started.Add((address, AuthoritativeServer.Start(zones, WhereToListen(address, started.Count == 0 ? 0 : started[0].Item2.EndPoint.Port), name)));
                }

                return new NameHierarchy(started);
            }
            catch (SocketException) when (i < Tries)
            {
                started.ForEach(server => server.Item2.StopAsync(TimeSpan.Zero).GetAwaiter().GetResult());
                started.Clear();
            }
        }
    }

    /// <summary>Where a server of this tree is reached that has this address in a zone; null if it is none of this tree's.</summary>
    public IPEndPoint? WhereIs(Address address) => _servers.FirstOrDefault(server => server.Address == address).Server?.EndPoint;

    /// <summary>A resolver that knows the root of this tree, and has heard of nothing else.</summary>
    /// <param name="clock">By which clock it remembers; the system's unless told otherwise.</param>
    public RecursiveResolver NewResolver(TimeProvider? clock = null) => new(new ResolverOptions { Roots = Roots, WhereIs = WhereIs, Clock = clock ?? TimeProvider.System });

    /// <summary>The servers as a table.</summary>
    public Table Table() => new(
        ["server", "address in the zones", "listens on", "its zones"],
        _servers.Select(IReadOnlyList<object?> (server) => [server.Server.Name, server.Address, server.Server.EndPoint, string.Join(", ", server.Server.Zones.Select(zone => zone.Origin))]));

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    private static IPEndPoint WhereToListen(Address address, int port)
    {
        try
        {
            using var probe = new Socket(address.Family, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(address.WithPort(0));
            return address.WithPort(port);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable && address.IsLoopback)
        {
            return new IPEndPoint(IPAddress.Loopback, 0);
        }
    }
}
