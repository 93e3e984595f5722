using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// A name tree served in this process: the root, a top-level domain and the domains below it, spread over several servers.
/// </summary>
/// <remarks>
/// As in any DNS, the zones contain the servers' addresses, but not their ports: an address record has no room for one. On the
/// Internet this does not matter, because all name servers use port 53. Here every server has its own address in 127.0.0.0/8, and
/// all share one free port. Where 127.0.0.1 is the only loopback address (macOS), the servers share it and each has its own port,
/// which <see cref="WhereIs"/> knows.
/// </remarks>
public sealed class NameHierarchy : Shown
{
    private const int Tries = 20;

    private readonly IReadOnlyList<(Address Address, AuthoritativeServer Server)> _servers;

    private NameHierarchy(IReadOnlyList<(Address, AuthoritativeServer)> servers) => _servers = servers;

    /// <summary>All servers, the root's first.</summary>
    public IReadOnlyList<AuthoritativeServer> Servers => [.. _servers.Select(server => server.Server)];

    /// <summary>The root servers, from which a resolver starts.</summary>
    public IReadOnlyList<(DnsName Name, Address Address)> Roots =>
    [
        .. from zone in _servers.SelectMany(server => server.Server.Zones)
           where zone.Origin.Equals(DnsName.Root)
           from record in zone.Find(DnsName.Root, DnsType.NS).Additional
           where record.Data is AddressData
           select (record.Name, record.Address),
    ];

    /// <summary>Starts the four servers of the small tree in <see cref="CourseZones"/>.</summary>
    public static NameHierarchy Start() => Start(
        ("root", "127.53.0.1", [CourseZones.Root]),
        ("top-level domains", "127.53.1.1", [CourseZones.Test, CourseZones.Reverse]),
        ("ns1.example.test", "127.53.2.1", [CourseZones.Example, CourseZones.ReverseExample, CourseZones.Lame]),
        ("ns2.example.test", "127.53.2.2", [CourseZones.Example]));

    /// <summary>Starts servers.</summary>
    /// <param name="servers">The name, the address in 127.0.0.0/8 and the zone files of each server.</param>
    /// <exception cref="FormatException">An address or a zone file is invalid.</exception>
    /// <exception cref="SocketException">No suitable port was found.</exception>
    public static NameHierarchy Start(params IReadOnlyList<(string Name, string Address, IReadOnlyList<string> Zones)> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        var all = servers
            .Select(server => (
                server.Name,
                Address: Address.Parse(server.Address),
                Zones: (IReadOnlyList<Zone>)[.. server.Zones.Select(zone => Zone.Parse(zone))]))
            .ToList();
        var started = new List<(Address, AuthoritativeServer)>();
        for (var i = 1; ; i++)
        {
            try
            {
                // The system chooses the port of the first server; the others have to get the same one.
                foreach (var (name, address, zones) in all)
                {
                    started.Add((
                        address,
                        AuthoritativeServer.Start(
                            zones,
                            WhereToListen(address, started.Count == 0 ? 0 : started[0].Item2.EndPoint.Port),
                            name)));
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

    /// <summary>
    /// The actual endpoint of the server that has this address in the zones; null if no server of this tree has it.
    /// </summary>
    public IPEndPoint? WhereIs(Address address) =>
        _servers.FirstOrDefault(server => server.Address == address).Server?.EndPoint;

    /// <summary>Creates a resolver with an empty cache that starts from this tree's root.</summary>
    /// <param name="clock">The clock that ages its cache; the system's by default.</param>
    public RecursiveResolver NewResolver(TimeProvider? clock = null) =>
        new(new ResolverOptions { Roots = Roots, WhereIs = WhereIs, Clock = clock ?? TimeProvider.System });

    /// <summary>The servers as a table.</summary>
    public Table Table() => new(
        ["server", "address in the zones", "listens on", "its zones"],
        _servers.Select(IReadOnlyList<object?> (server) =>
        [
            server.Server.Name,
            server.Address,
            server.Server.EndPoint,
            string.Join(", ", server.Server.Zones.Select(zone => zone.Origin)),
        ]));

    /// <inheritdoc/>
    protected override IShown ShownAs => Table();

    private static IPEndPoint WhereToListen(Address address, int port)
    {
        try
        {
            using var probe = new Socket(address.Family, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(address.WithPort(0));
            return address.WithPort(port);
        }
        catch (SocketException exception)
            when (exception.SocketErrorCode == SocketError.AddressNotAvailable && address.IsLoopback)
        {
            return new IPEndPoint(IPAddress.Loopback, 0);
        }
    }
}
