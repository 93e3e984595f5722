using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>A relay for UDP, which keeps the datagrams that it carries.</summary>
internal sealed class UdpRelay : DatagramServer, IRelay
{
    private const int MaxClients = 256;
    private const int MaxPackets = 50_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly IPEndPoint _server;
    private readonly Dictionary<IPEndPoint, RelayedClient> _clients = [];
    private readonly Socket _marker;
    private readonly TaskCompletionSource _marked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly RelayedPackets _packets = new(new RelayClock());

    private UdpRelay(string name, IPEndPoint server)
        : base(name, new IPEndPoint(IPAddress.Loopback, 0))
    {
        _server = server;
        _marker = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _marker.Connect(EndPoint);
    }

    /// <summary>Starts a relay on 127.0.0.1.</summary>
    /// <param name="server">The server, on loopback.</param>
    public static UdpRelay Start(IPEndPoint server)
    {
        var name = InvariantText.Format($"relay to UDP port {server.Port}");
        return Start(name, () => new UdpRelay(name, server));
    }

    /// <inheritdoc/>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        // Datagrams are handled in order: when this one has been, so have all before it.
        _marker.Send(ReadOnlySpan<byte>.Empty);
        await _marked.Task.WaitAsync(Limit, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RawPacket> Packets()
    {
        lock (_gate)
        {
            return [.. _packets.All];
        }
    }

    /// <inheritdoc/>
    public Task EndAsync() => StopAsync();

    /// <inheritdoc/>
    private protected override ValueTask HandleAsync(ReadOnlyMemory<byte> datagram, IPEndPoint from)
    {
        if (from.Equals(_marker.LocalEndPoint))
        {
            _marked.TrySetResult();
        }
        else if (ClientAt(from) is { } client)
        {
            var content = datagram.ToArray();
            Keep(from, _server, content);
            client.SendToServer(content);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    private protected override async ValueTask ReleaseAsync()
    {
        await base.ReleaseAsync().ConfigureAwait(false);
        _marker.Dispose();
        foreach (var client in _clients.Values)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private RelayedClient? ClientAt(IPEndPoint address)
    {
        if (!_clients.TryGetValue(address, out var client) && _clients.Count < MaxClients)
        {
            client = new RelayedClient(address, _server, Log, reply => Return(reply, address));
            _clients.Add(address, client);
        }

        return client;
    }

    private void Return(RelayedDatagram reply, IPEndPoint client)
    {
        Keep(_server, client, reply.Content);
        var sending = SendAsync(reply.Content, client);
        if (!sending.IsCompletedSuccessfully)
        {
            _ = sending.AsTask(); // logs its own failure
        }
    }

    private void Keep(IPEndPoint from, IPEndPoint to, byte[] content)
    {
        var datagram = new UdpDatagram((ushort)from.Port, (ushort)to.Port, content)
            .ToBytes(Address.From(from.Address), Address.From(to.Address));
        lock (_gate)
        {
            if (_packets.All.Count < MaxPackets)
            {
                _packets.Add(Stopwatch.GetTimestamp(), from, to, IpProtocol.Udp, datagram);
            }
        }
    }
}
