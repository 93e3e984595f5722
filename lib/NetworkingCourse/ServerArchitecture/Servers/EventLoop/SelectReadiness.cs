using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Readiness by <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, TimeSpan)"/>, which is
/// poll(2) on Linux, and select elsewhere. The system remembers nothing between two calls: each one hands it the list of all sockets, it looks at
/// every one of them, and the list of those that are ready comes back. The cost of a call grows with the number of sockets, idle ones included.
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
        // Select takes out of the lists what is not ready, so it gets copies; and it wants no empty ones.
        List<Socket>? reading = _readers.Count > 0 ? [.. _readers.Keys] : null;
        List<Socket>? writing = _writers.Count > 0 ? [.. _writers.Keys] : null;
        Socket.Select(reading, writing, null, limit < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit);
        reading?.ForEach(socket => ready.Add(_readers[socket]));
        writing?.ForEach(socket => ready.Add(_writers[socket]));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing to give back: the system has remembered nothing.
    }
}
