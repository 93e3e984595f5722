using System.Net;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>
/// Impairs real datagrams: a relay between clients and a server on loopback that forwards in both directions, through the same
/// <see cref="SimulatedLink{T}"/> that runs in simulated time. Clients send to the relay as if it were the server; to the server,
/// each client is a socket of the relay's.
/// </summary>
public sealed class LinkRelay : DatagramServer
{
    private const int MaxClients = 256;
    private const int MaxInFlight = 10_000;

    private readonly Dictionary<IPEndPoint, RelayedClient> _clients = [];
    private readonly RealTimeSimulation _time;
    private readonly SimulatedLink<RelayedDatagram> _forward;
    private readonly SimulatedLink<RelayedDatagram> _reverse;
    private readonly Simulator _simulator;

    private LinkRelay(string name, IPEndPoint server, LinkOptions forward, LinkOptions reverse, int seed, int port)
        : base(name, new IPEndPoint(IPAddress.Loopback, port))
    {
        (Server, Forward, Reverse, _simulator) = (server, forward, reverse, new Simulator(seed));
        _forward = new SimulatedLink<RelayedDatagram>(
            _simulator, forward, static datagram => datagram.Client.SendToServer(datagram.Content));
        _reverse = new SimulatedLink<RelayedDatagram>(_simulator, reverse, SendToClient);
        _time = new RealTimeSimulation(_simulator, name);
    }

    /// <summary>The address of the server.</summary>
    public IPEndPoint Server { get; }

    /// <summary>The impairments from the clients to the server.</summary>
    public LinkOptions Forward { get; }

    /// <summary>The impairments from the server to the clients.</summary>
    public LinkOptions Reverse { get; }

    /// <summary>Starts a relay on 127.0.0.1. Clients can send as soon as this method returns.</summary>
    /// <param name="server">The server's address, on loopback.</param>
    /// <param name="forward">The impairments towards the server; none by default.</param>
    /// <param name="reverse">The impairments towards the clients; none by default.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="name">The relay's name. A running server of the same name is replaced.</param>
    /// <param name="port">The UDP port; 0 lets the system choose.</param>
    /// <exception cref="ArgumentException">The server is not on loopback, or an option is invalid.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or may not be used.</exception>
    public static LinkRelay Start(
        IPEndPoint server,
        LinkOptions? forward = null,
        LinkOptions? reverse = null,
        int seed = 1,
        string name = "link",
        int port = 0)
    {
        Loopback.Require(server);
        (forward ?? LinkOptions.Perfect).Validate();
        (reverse ?? LinkOptions.Perfect).Validate();
        return Start(
            name,
            () => new LinkRelay(name, server, forward ?? LinkOptions.Perfect, reverse ?? LinkOptions.Perfect, seed, port));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {(IsStopping ? "stopped" : "UDP")} {EndPoint} <-> {Server}; forward path: {Forward}; reverse path: {Reverse}";

    /// <inheritdoc/>
    private protected override ValueTask HandleAsync(ReadOnlyMemory<byte> datagram, IPEndPoint from)
    {
        var content = datagram.ToArray();
        _time.Do(() => Carry(_forward, new RelayedDatagram(ClientAt(from), content), from, "to the server"));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    private protected override async ValueTask ReleaseAsync()
    {
        await base.ReleaseAsync().ConfigureAwait(false);
        _time.Dispose();
        foreach (var client in _clients.Values)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Everything below runs in the simulation's time, one event after the other.
    private void Carry(SimulatedLink<RelayedDatagram> link, RelayedDatagram datagram, IPEndPoint client, string way)
    {
        if (_simulator.Pending >= MaxInFlight)
        {
            Log.Write(DatagramEventKind.Lost, client, datagram.Bytes, $"{way}: {MaxInFlight} are already in flight");
            return;
        }

        var crossing = link.Send(datagram);
        Log.Write(
            crossing.IsLost ? DatagramEventKind.Lost : DatagramEventKind.Passed, client, datagram.Bytes,
            $"{way}, number {crossing.Number}{(crossing.Sentence.Length > 0 ? $": {crossing.Sentence}" : "")}");
    }

    private RelayedClient ClientAt(IPEndPoint address)
    {
        if (!_clients.TryGetValue(address, out var client))
        {
            if (_clients.Count == MaxClients)
            {
                var silent = _clients.MinBy(pair => pair.Value.LastReceived).Key;
                _clients.Remove(silent, out var forgotten);
                _ = forgotten!.DisposeAsync().AsTask();
                Log.Write(DatagramEventKind.Forgotten, silent, detail: $"there are {MaxClients} others");
            }

            client = new RelayedClient(
                address, Server, Log, reply => _time.Do(() => Carry(_reverse, reply, address, "to the client")));
            _clients.Add(address, client);
        }

        client.LastReceived = _simulator.Now;
        return client;
    }

    private void SendToClient(RelayedDatagram datagram)
    {
        var sending = SendAsync(datagram.Content, datagram.Client.Address);
        if (!sending.IsCompletedSuccessfully)
        {
            _ = sending.AsTask(); // logs its own failure
        }
    }
}

/// <summary>A datagram on its way through a relay.</summary>
internal sealed record RelayedDatagram(RelayedClient Client, byte[] Content) : IDatagram<RelayedDatagram>
{
    public int Bytes => Content.Length;

    public RelayedDatagram WithFlippedBit(double position) => this with { Content = Bits.Flip(Content, position) };
}
