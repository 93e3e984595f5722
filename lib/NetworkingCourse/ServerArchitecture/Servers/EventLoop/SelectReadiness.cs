using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Readiness notification with
/// <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, TimeSpan)"/>, which
/// uses poll(2) on Linux and select elsewhere. The system remembers nothing between calls: each call passes the full list of
/// sockets, the system checks every one of them, and the ready ones are returned. The cost of a call grows with the number of
/// sockets, including idle ones.
/// </summary>
internal sealed class SelectReadiness : IReadiness
{
    private readonly Dictionary<Socket, object> _readers = [];
    private readonly Dictionary<Socket, object> _writers = [];

    /// <inheritdoc/>
    public void Watch(Socket socket, object owner, Interest interest)
    {
        Forget(socket);
        (interest == Interest.Read ? _readers : _writers)[socket] = owner;
    }

    /// <inheritdoc/>
    public void Forget(Socket socket)
    {
        _readers.Remove(socket);
        _writers.Remove(socket);
    }

    /// <inheritdoc/>
    public void Wait(TimeSpan limit, List<object> ready)
    {
        // Select removes from its lists the sockets that are not ready, so it gets copies. It does not accept empty lists.
        List<Socket>? reading = _readers.Count > 0 ? [.. _readers.Keys] : null;
        List<Socket>? writing = _writers.Count > 0 ? [.. _writers.Keys] : null;
        Socket.Select(reading, writing, null, limit < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit);
        reading?.ForEach(socket => ready.Add(_readers[socket]));
        writing?.ForEach(socket => ready.Add(_writers[socket]));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing to release: the system keeps no state between calls.
    }
}
