using System.Net.Sockets;
using System.Runtime.Versioning;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A loop that accepts connections and keeps them open, until its process has no descriptor left. It counts what it does.
/// </summary>
/// <param name="listener">The listening socket, which does not block.</param>
/// <param name="rule">What the loop does when its process is out of descriptors.</param>
/// <param name="limit">The most connections that the loop keeps open; above that it does not accept.</param>
[UnsupportedOSPlatform("windows")]
internal sealed class AcceptingLoop(Socket listener, WhenFull rule, int limit) : IDisposable
{
    private readonly List<Socket> _open = [];
    private Socket? _spare = rule == WhenFull.Refuse ? NewSocket() : null;
    private bool _isFull;
    private int _turns, _accepted, _refused, _failed;
    private int? _error;

    /// <summary>Takes turns until the loop would sleep, because nothing is ready, or the turns are used up.</summary>
    /// <param name="turns">The most turns.</param>
    /// <param name="patience">How long the first turn waits.</param>
    /// <returns>What was counted since the loop began.</returns>
    public AcceptCounts Run(int turns, TimeSpan patience)
    {
        var last = _turns + turns;
        while (_turns < last && Turn(patience))
        {
            (_turns, patience) = (_turns + 1, TimeSpan.Zero);
        }

        return new AcceptCounts(_turns, _accepted, _refused, _failed, _error ?? 0, IsAsleep: _turns < last);
    }

    /// <summary>Waits until a client, or the end of a connection, is there, and deals with it.</summary>
    /// <returns>False if there was nothing.</returns>
    private bool Turn(TimeSpan patience)
    {
        List<Socket> ready = [.. _open];
        if (!_isFull && _open.Count < limit)
        {
            ready.Add(listener);
        }

        Socket.Select(ready, null, null, patience);
        foreach (var socket in ready)
        {
            if (socket == listener)
            {
                Accept();
            }
            else
            {
                End(socket);
            }
        }

        return ready.Count > 0;
    }

    private void Accept()
    {
        try
        {
            _open.Add(listener.Accept());
            _accepted++;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            _failed++;
            // The exception does not keep the number.
            _error ??= DescriptorLimit.ErrorOfAccept(listener);
            if (rule == WhenFull.AwaitAnEnd)
            {
                // Do not ask for the listener: it stays ready.
                _isFull = true;
            }
            else if (rule == WhenFull.Refuse)
            {
                // Now one descriptor is free. This client sees the end of the stream at once.
                _spare!.Dispose();
                listener.Accept().Dispose();
                _spare = NewSocket();
                _refused++;
            }
        }
    }

    // The clients send nothing, so what makes a connection readable is its end.
    private void End(Socket connection)
    {
        _open.Remove(connection);
        connection.Dispose();
        _isFull = false;
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <inheritdoc/>
    public void Dispose()
    {
        _spare?.Dispose();
        _open.ForEach(connection => connection.Dispose());
    }
}

/// <summary>What a loop that accepts connections does when its process is out of descriptors.</summary>
public enum WhenFull
{
    /// <summary>It tries again at once.</summary>
    TryAgain,

    /// <summary>It stops waiting for clients until one of its connections has ended.</summary>
    AwaitAnEnd,

    /// <summary>It gives up a spare descriptor, accepts the client with it, and closes the connection at once.</summary>
    Refuse,

    /// <summary>It does not get that far: it keeps fewer connections open than it has descriptors.</summary>
    Limit,
}

/// <summary>What a loop that accepts connections has done so far.</summary>
/// <param name="Turns">How often something was ready for it.</param>
/// <param name="Accepted">How many connections it has accepted and kept.</param>
/// <param name="Refused">How many it has accepted and closed at once.</param>
/// <param name="Failed">How often <c>accept</c> has failed.</param>
/// <param name="Error">The system's number of the last error; 0 if there was none.</param>
/// <param name="IsAsleep">Whether nothing was ready in the end, so that the loop would sleep.</param>
public sealed record AcceptCounts(int Turns, int Accepted, int Refused, int Failed, int Error, bool IsAsleep)
{
    internal static AcceptCounts Read(BinaryReader from) => new(
        from.ReadInt32(), from.ReadInt32(), from.ReadInt32(), from.ReadInt32(), from.ReadInt32(), from.ReadBoolean());

    internal void Write(BinaryWriter to)
    {
        to.Write(Turns);
        to.Write(Accepted);
        to.Write(Refused);
        to.Write(Failed);
        to.Write(Error);
        to.Write(IsAsleep);
    }
}
