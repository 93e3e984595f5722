using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The name service of the little internet: it maps names to addresses, as a name server does in the real internet. Every
/// server is on 127.0.0.1, so an entry includes the port. No query leaves this process, and the system's hosts file is not
/// changed.
/// </summary>
public sealed class CourseNames : Shown
{
    private readonly Dictionary<DnsEndPoint, IPEndPoint> _records = new(ByName.Instance);

    internal CourseNames()
    {
    }

    /// <summary>All names, each once.</summary>
    public IReadOnlyList<string> Hosts => [.. _records.Keys.Select(record => record.Host).Distinct()];

    /// <summary>Looks up a name.</summary>
    /// <param name="host">The name, in upper or lower case (RFC 1035, section 2.3.3).</param>
    /// <param name="port">The port that a client would use in the real internet: 80 for http, 443 for https.</param>
    /// <returns>The server's address; null if the little internet has no such name, or no server at that port.</returns>
    public IPEndPoint? Find(string host, int port) => _records.GetValueOrDefault(new DnsEndPoint(host, port));

    /// <summary>
    /// Connects to a name of the course instead of asking the system, for <see cref="SocketsHttpHandler.ConnectCallback"/>.
    /// </summary>
    /// <param name="context">The context, with the host and port to connect to.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    /// <exception cref="SocketException">The name does not exist (HostNotFound), or the connection was refused.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        // The address of a proxy needs no lookup.
        var address = IPAddress.TryParse(host, out var literal) && IPAddress.IsLoopback(literal)
            ? new IPEndPoint(literal, port)
            : Find(host, port);
        return new NetworkStream(
            await ConnectAsync(address ?? throw new SocketException((int)SocketError.HostNotFound), cancellation)
                .ConfigureAwait(false),
            ownsSocket: true);
    }

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

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["name", "port", "leads to"],
        _records.OrderBy(record => record.Key.Host, StringComparer.Ordinal).ThenBy(record => record.Key.Port)
            .Select(IReadOnlyList<object?> (record) => [record.Key.Host, record.Key.Port, record.Value]));

    private sealed class ByName : IEqualityComparer<DnsEndPoint>
    {
        public static readonly ByName Instance = new();

        public bool Equals(DnsEndPoint? x, DnsEndPoint? y) =>
            x!.Port == y!.Port && string.Equals(x.Host, y.Host, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode(DnsEndPoint record) =>
            HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(record.Host), record.Port);
    }
}
