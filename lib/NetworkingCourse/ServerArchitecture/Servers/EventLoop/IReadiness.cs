using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The one question of an event loop, put to the system: which of these sockets can be read from or written to without waiting?
/// There are several ways to ask it, and they differ in what it costs to ask on behalf of many sockets that have nothing to say.
/// </summary>
internal interface IReadiness : IDisposable
{
    /// <summary>From now on asks for this socket; a socket that was asked for already is asked for this instead.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="owner">What the loop knows it by, and gets back when it is ready.</param>
    /// <param name="interest">What the loop wants to do with it.</param>
    void Watch(Socket socket, object owner, Interest interest);

    /// <summary>No longer asks for this socket. To be called before it is closed.</summary>
    void Forget(Socket socket);

    /// <summary>Waits until at least one socket is ready, or the time is over.</summary>
    /// <param name="limit">How long at the most; negative for ever.</param>
    /// <param name="ready">Receives the owners of those that are ready. A broken socket is ready too: its next call will say what is wrong.</param>
    void Wait(TimeSpan limit, List<object> ready);
}

/// <summary>What an event loop wants to do with a socket.</summary>
internal enum Interest
{
    /// <summary>To receive from it, or to accept.</summary>
    Read,

    /// <summary>To send to it.</summary>
    Write,
}
