using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The names of the little internet and where they lead: what a name server is in the world outside. Every server is on 127.0.0.1, so an
/// entry holds the port as well; no query leaves this process, and the system's own list of hosts is left as it is.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class CourseNames : IShown
{
    private readonly Dictionary<DnsEndPoint, IPEndPoint> _records = new(ByName.Instance);

    internal CourseNames()
    {
    }

    /// <summary>All names, each once.</summary>
    public IReadOnlyList<string> Hosts => [.. _records.Keys.Select(record => record.Host).Distinct()];

    /// <summary>Looks a name up.</summary>
    /// <param name="host">The name, in upper or lower case (RFC 1035, section 2.3.3).</param>
    /// <param name="port">The port one would connect to in the world outside: 80 for http, 443 for https.</param>
    /// <returns>Where that is; null if the little internet has no such name, or nothing at that port.</returns>
    public IPEndPoint? Find(string host, int port) => _records.GetValueOrDefault(new DnsEndPoint(host, port));

    /// <summary>Connects to a name of the course: for <see cref="SocketsHttpHandler.ConnectCallback"/>, in place of asking the system.</summary>
    /// <param name="context">What the client is to be connected to.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="SocketException">HostNotFound: no such name; or the connection was refused.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        // A proxy's address needs no name.
        var address = IPAddress.TryParse(host, out var literal) && IPAddress.IsLoopback(literal) ? new IPEndPoint(literal, port) : Find(host, port);
        return new NetworkStream(await ConnectAsync(address ?? throw new SocketException((int)SocketError.HostNotFound), cancellation).ConfigureAwait(false), ownsSocket: true);
    }

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => AsTable().ToString();

    internal static async ValueTask<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal void Add(string host, int port, IPEndPoint address) => _records.Add(new DnsEndPoint(host, port), address);

    private Table AsTable() => new(
        ["name", "port", "leads to"],
        _records.OrderBy(record => record.Key.Host, StringComparer.Ordinal).ThenBy(record => record.Key.Port)
            .Select(IReadOnlyList<object?> (record) => [record.Key.Host, record.Key.Port, record.Value]));

    private sealed class ByName : IEqualityComparer<DnsEndPoint>
    {
        public static readonly ByName Instance = new();

        public bool Equals(DnsEndPoint? x, DnsEndPoint? y) => x!.Port == y!.Port && string.Equals(x.Host, y.Host, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode(DnsEndPoint record) => HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(record.Host), record.Port);
    }
}
