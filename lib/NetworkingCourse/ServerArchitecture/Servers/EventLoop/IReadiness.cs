using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A mechanism that tells an event loop which sockets can be read from or written to without blocking. Implementations differ in
/// the cost of watching many idle sockets.
/// </summary>
internal interface IReadiness : IDisposable
{
    /// <summary>Starts watching a socket, or changes the interest in a socket that is already watched.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="owner">The object that identifies the socket to the loop and is returned when the socket is ready.</param>
    /// <param name="interest">What the loop wants to do with the socket.</param>
    void Watch(Socket socket, object owner, Interest interest);

    /// <summary>Stops watching a socket. Call this before closing it.</summary>
    void Forget(Socket socket);

    /// <summary>Waits until at least one socket is ready or the timeout expires.</summary>
    /// <param name="limit">The timeout; a negative value means no timeout.</param>
    /// <param name="ready">
    /// Receives the owners of the ready sockets. A failed socket counts as ready: the next call on it reports the error.
    /// </param>
    void Wait(TimeSpan limit, List<object> ready);
}

/// <summary>What an event loop wants to do with a socket.</summary>
internal enum Interest
{
    /// <summary>Receive from it or accept on it.</summary>
    Read,

    /// <summary>Send on it.</summary>
    Write,
}
