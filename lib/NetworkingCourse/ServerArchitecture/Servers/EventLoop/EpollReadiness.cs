using System.Net.Sockets;
using System.Runtime.Versioning;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Readiness notification with epoll(7), which is specific to Linux. The kernel remembers the sockets: each is registered once,
/// and a call returns only those that are ready. The cost of a call does not depend on the number of idle sockets. (BSD and macOS
/// have kqueue for the same purpose; Windows has completion ports.)
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class EpollReadiness : IReadiness
{
    private readonly int _epoll = EpollCalls.Create();
    private readonly uint[] _events = EpollCalls.NewEvents(256);
    private readonly Dictionary<int, object> _owners = []; // by the descriptors of their sockets

    /// <inheritdoc/>
    public void Watch(Socket socket, object owner, Interest interest)
    {
        var descriptor = (int)socket.Handle;
        var operation = _owners.ContainsKey(descriptor) ? EpollCalls.Modify : EpollCalls.Add;
        var wanted = interest == Interest.Read ? EpollCalls.Readable : EpollCalls.Writable;
        EpollCalls.Control(_epoll, operation, descriptor, wanted);
        _owners[descriptor] = owner;
    }

    /// <inheritdoc/>
    public void Forget(Socket socket)
    {
        var descriptor = (int)socket.Handle;
        if (_owners.Remove(descriptor))
        {
            EpollCalls.Control(_epoll, EpollCalls.Delete, descriptor, wanted: 0);
        }
    }

    /// <inheritdoc/>
    // A single call waits for all sockets, and returns the events of those that are ready.
    public void Wait(TimeSpan limit, List<object> ready)
    {
        var count = EpollCalls.Wait(_epoll, _events, limit);
        for (var i = 0; i < count; i++)
        {
            ready.Add(_owners[EpollCalls.DescriptorOf(_events, i)]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => EpollCalls.Destroy(_epoll);
}
