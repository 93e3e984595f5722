using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Links;

namespace NetworkingCourse.Transport;

/// <summary>A relay for TCP: a link without delay, which records what it carries.</summary>
internal sealed class TcpRelay : IRelay
{
    private const string Client = "client";
    private const string Server = "server";
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly DelayLink _link;
    private readonly RelayClock _clock = new();
    private readonly ConcurrentDictionary<int, LinkConnection> _connections = new();
    private readonly TaskCompletionSource _marked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IPEndPoint? _marker;

    public TcpRelay(IPEndPoint server)
    {
        var name = InvariantText.Format($"relay to port {server.Port}");
        _link = DelayLink.Start(server, TimeSpan.Zero, name, client: Client, server: Server);
        _link.Accepting = Take;
    }

    /// <inheritdoc/>
    public IPEndPoint EndPoint => _link.EndPoint;

    /// <summary>Whether a connection that the server has accepted is the one that this relay opened for a client.</summary>
    /// <param name="accepted">The far end of the server's connection.</param>
    /// <param name="client">The client's end of its connection to this relay.</param>
    public async Task<bool> CarriesAsync(EndPoint? accepted, EndPoint? client)
    {
        // The relay accepts a client before it connects to the server, so a connection that is not known here is a stranger's.
        if (_connections.Values.FirstOrDefault(connection => connection.Client.Equals(client)) is not { OwnEnd: var end })
        {
            return false;
        }

        await ((Task)end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return end.IsCompletedSuccessfully && (await end.ConfigureAwait(false)).Equals(accepted);
    }

    /// <inheritdoc/>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        await AcceptedAsync(cancellation).WaitAsync(Limit, cancellation).ConfigureAwait(false);
        var ended = EndedAsync();
        for (var seen = -1; !ended.IsCompleted && (seen < _link.Recording.Events.Count || HasPending());)
        {
            seen = _link.Recording.Events.Count;
            await ended.WaitAsync(Quiet, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RawPacket> Packets()
    {
        var server = new IPEndPoint(IPAddress.Loopback, _link.Target.Port);
        var segments = new RelayedSegments(new RelayedPackets(_clock), server, Client);
        return segments.Of(_link.Recording.Events, number => _connections[number].Client);
    }

    /// <inheritdoc/>
    public async Task EndAsync()
    {
        var ended = EndedAsync();
        if (ended.IsCompleted)
        {
            await _link.StopAsync().ConfigureAwait(false);
            return;
        }

        using (Detached.Begin())
        {
            _ = Task.Run(async () =>
            {
                await ended.ConfigureAwait(false);
                await _link.StopAsync().ConfigureAwait(false);
            });
        }
    }

    // Connections are accepted in order: when this one has been, so have all before it.
    private async Task AcceptedAsync(CancellationToken cancellation)
    {
        using var marker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        marker.Bind(Loopback.AnyPort);
        Volatile.Write(ref _marker, (IPEndPoint)marker.LocalEndPoint!);
        // The relay may reset it before this call has returned.
        await marker.ConnectAsync(EndPoint, cancellation).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _marked.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private bool HasPending() => _connections.Values.Any(connection => !connection.Ended.IsCompleted && connection.HasPending);

    private Task EndedAsync() => Task.WhenAll(_connections.Values.Select(connection => connection.Ended));

    private bool Take(LinkConnection connection)
    {
        if (connection.Client.Equals(Volatile.Read(ref _marker)))
        {
            _marked.TrySetResult();
            return false;
        }

        return _connections.TryAdd(connection.Number, connection);
    }
}
