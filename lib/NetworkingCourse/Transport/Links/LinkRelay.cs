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
    private readonly SimulatedLink<RelayedDatagram> _there;
    private readonly SimulatedLink<RelayedDatagram> _back;
    private readonly Simulator _simulator;

    private LinkRelay(string name, IPEndPoint server, LinkOptions there, LinkOptions back, int seed, int port)
        : base(name, new IPEndPoint(IPAddress.Loopback, port))
    {
        (Server, There, Back, _simulator) = (server, there, back, new Simulator(seed));
        _there = new SimulatedLink<RelayedDatagram>(
            _simulator, there, static datagram => datagram.Client.SendToServer(datagram.Content));
        _back = new SimulatedLink<RelayedDatagram>(_simulator, back, SendToClient);
        _time = new RealTimeSimulation(_simulator, name);
    }

    /// <summary>The address of the server.</summary>
    public IPEndPoint Server { get; }

    /// <summary>The impairments from the clients to the server.</summary>
    public LinkOptions There { get; }

    /// <summary>The impairments from the server to the clients.</summary>
    public LinkOptions Back { get; }

    /// <summary>Starts a relay on 127.0.0.1. Clients can send as soon as this method returns.</summary>
    /// <param name="server">The server's address, on loopback.</param>
    /// <param name="there">The impairments towards the server; none by default.</param>
    /// <param name="back">The impairments towards the clients; none by default.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="name">The relay's name. A running server of the same name is replaced.</param>
    /// <param name="port">The UDP port; 0 lets the system choose.</param>
    /// <exception cref="ArgumentException">The server is not on loopback, or an option is invalid.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or may not be used.</exception>
    public static LinkRelay Start(
        IPEndPoint server,
        LinkOptions? there = null,
        LinkOptions? back = null,
        int seed = 1,
        string name = "link",
        int port = 0)
    {
        Loopback.Require(server);
        (there ?? LinkOptions.Perfect).Validate();
        (back ?? LinkOptions.Perfect).Validate();
        return Start(
            name,
            () => new LinkRelay(name, server, there ?? LinkOptions.Perfect, back ?? LinkOptions.Perfect, seed, port));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {(IsStopping ? "stopped" : "UDP")} {EndPoint} <-> {Server}; there: {There}; back: {Back}";

    /// <inheritdoc/>
    private protected override ValueTask HandleAsync(ReadOnlyMemory<byte> datagram, IPEndPoint from)
    {
        var content = datagram.ToArray();
        _time.Do(() => Carry(_there, new RelayedDatagram(ClientAt(from), content), from, "to the server"));
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
                var silent = _clients.MinBy(pair => pair.Value.LastHeard).Key;
                _clients.Remove(silent, out var forgotten);
                _ = forgotten!.DisposeAsync().AsTask();
                Log.Write(DatagramEventKind.Forgotten, silent, detail: $"there are {MaxClients} others");
            }

            client = new RelayedClient(
                address, Server, Log, reply => _time.Do(() => Carry(_back, reply, address, "to the client")));
            _clients.Add(address, client);
        }

        client.LastHeard = _simulator.Now;
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
