using System.Net.Sockets;
using NetworkingCourse.Checking;

namespace NetworkingCourse;

/// <summary>
/// A non-blocking socket at the server's end of a connection, without a network: a script decides what arrives, and for how
/// many bytes there is room. Its calls answer like those of a <see cref="Socket"/> with <c>Blocking = false</c>.
/// </summary>
public sealed class ScriptedSocket
{
    // More calls in one turn than any loop needs that does not spin.
    private const int MaxCalls = 100;

    private readonly Queue<byte> _arrived = new();
    private readonly Queue<ScriptedSocket> _connected = new();
    private byte[] _offered = [];
    private int _taken;
    private int _receives;
    private int _callsInVain;

    internal ScriptedSocket(string client) => Client = client;

    internal string Client { get; }

    /// <summary>The bytes that the client has sent, including those not received yet.</summary>
    internal List<byte> Sent { get; } = [];

    /// <summary>How many of these the server has received.</summary>
    internal int Taken => Sent.Count - _arrived.Count;

    /// <summary>The bytes that have reached the client.</summary>
    internal List<byte> Reached { get; } = [];

    internal int Room { get; set; } = int.MaxValue;

    internal bool HasEnded { get; private set; }

    internal bool IsBroken { get; private set; }

    internal bool IsFlooding { get; set; }

    internal bool IsClosed { get; private set; }

    /// <summary>Whether the server has been told that the stream has ended or is broken.</summary>
    internal bool EndWasSeen { get; private set; }

    /// <summary>How often a call has had an effect.</summary>
    internal int Effects { get; private set; }

    /// <summary>How many receives there were while the last send had not taken everything.</summary>
    internal int ReceivesWhileUnsent { get; private set; }

    /// <summary>Whether the last send has not taken everything.</summary>
    internal bool HasUnsent => _taken < _offered.Length;

    /// <summary>Whether a send began again with bytes that had been taken already.</summary>
    internal bool HasRepeated { get; private set; }

    /// <summary>What the last call could not do now.</summary>
    internal SocketError LastError { get; private set; }

    /// <summary>Why the script has ended early.</summary>
    internal ScriptFault Fault { get; private set; }

    internal bool IsReadable => _arrived.Count > 0 || _connected.Count > 0 || IsFlooding || HasEnded || IsBroken;

    internal bool IsWritable => Room > 0 || IsBroken;

    /// <summary>Receives what has arrived, as much as fits into the buffer.</summary>
    /// <param name="buffer">Where the bytes are put. It must not be empty.</param>
    /// <param name="error">
    /// <see cref="SocketError.Success"/>; <see cref="SocketError.WouldBlock"/> if nothing has arrived yet; any other value if the
    /// connection is broken.
    /// </param>
    /// <returns>The number of bytes. 0 with <see cref="SocketError.Success"/> is the end of the stream.</returns>
    /// <exception cref="ArgumentException">The buffer is empty.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int Receive(Span<byte> buffer, out SocketError error)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("There is no room in the buffer.", nameof(buffer));
        }

        ReceivesWhileUnsent += HasUnsent ? 1 : 0;
        StopIf(++_receives > MaxCalls && IsFlooding, ScriptFault.Drains);
        if (IsFlooding)
        {
            buffer.Fill((byte)'#');
            Sent.AddRange(buffer);
            return Worked(buffer.Length, out error);
        }

        if (IsBroken || _arrived.Count == 0)
        {
            StopIf(++_callsInVain > MaxCalls, EndWasSeen ? ScriptFault.ReceivesAfterEnd : ScriptFault.Waits);
            Effects += EndWasSeen || !(IsBroken || HasEnded) ? 0 : 1;
            EndWasSeen = IsBroken || HasEnded;
            error = LastError = IsBroken ? SocketError.ConnectionReset : HasEnded ? SocketError.Success : SocketError.WouldBlock;
            return 0;
        }

        var count = Math.Min(buffer.Length, _arrived.Count);
        for (var i = 0; i < count; i++)
        {
            buffer[i] = _arrived.Dequeue();
        }

        return Worked(count, out error);
    }

    /// <summary>Sends bytes, as many as there is room for.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="error">
    /// <see cref="SocketError.Success"/>; <see cref="SocketError.WouldBlock"/> if there is no room now; any other value if the
    /// connection is broken.
    /// </param>
    /// <returns>How many of the bytes were taken: the first ones, and often not all of them.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int Send(ReadOnlySpan<byte> bytes, out SocketError error)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        HasRepeated |= _taken > 0 && _taken < _offered.Length && bytes.StartsWith(_offered)
            && !bytes.StartsWith(_offered.AsSpan(_taken));
        var count = IsBroken ? 0 : Math.Min(bytes.Length, Room);
        (_offered, _taken) = (bytes.ToArray(), count);
        if (count == 0)
        {
            StopIf(++_callsInVain > MaxCalls, ScriptFault.Waits);
            error = LastError = IsBroken ? SocketError.ConnectionReset
                : bytes.IsEmpty ? SocketError.Success : SocketError.WouldBlock;
            return 0;
        }

        Room -= Room == int.MaxValue ? 0 : count;
        Reached.AddRange(bytes[..count]);
        return Worked(count, out error);
    }

    /// <summary>Accepts the next connection, on a listener.</summary>
    /// <returns>The server's end; null if no client is waiting, where a real socket says <c>WouldBlock</c>.</returns>
    public ScriptedSocket? Accept()
    {
        StopIf(_connected.Count == 0 && ++_callsInVain > MaxCalls, ScriptFault.Waits);
        Effects += Math.Sign(_connected.Count);
        return _connected.TryDequeue(out var socket) ? socket : null;
    }

    /// <summary>Closes the server's end. Closing it twice does no harm.</summary>
    public void Close()
    {
        Effects += IsClosed ? 0 : 1;
        IsClosed = true;
    }

    /// <inheritdoc/>
    public override string ToString() => Client;

    internal void Arrive(ReadOnlySpan<byte> bytes)
    {
        Sent.AddRange(bytes);
        foreach (var one in bytes)
        {
            _arrived.Enqueue(one);
        }
    }

    internal void Connect(ScriptedSocket socket) => _connected.Enqueue(socket);

    internal void End() => HasEnded = true;

    internal void Break() => IsBroken = true;

    internal void NewTurn() => (_receives, _callsInVain) = (0, 0);

    private int Worked(int count, out SocketError error)
    {
        error = LastError = SocketError.Success;
        Effects++;
        return count;
    }

    private void StopIf(bool condition, ScriptFault fault)
    {
        if (condition)
        {
            Fault = fault;
            throw new ScriptEndedException();
        }
    }
}

/// <summary>What ends a script early, because the learner's code would go on for ever.</summary>
internal enum ScriptFault
{
    None,

    /// <summary>It repeats a call that would block.</summary>
    Waits,

    /// <summary>It goes on receiving after the end.</summary>
    ReceivesAfterEnd,

    /// <summary>It receives from a client that never stops.</summary>
    Drains,
}
