using System.Net;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The sockets of the load generator. What fails, fails for one connection, and is told by its asker.</summary>
internal interface IAskingConnections : IDisposable
{
    /// <summary>Connects all of them.</summary>
    /// <param name="server">The server.</param>
    /// <param name="deadline">When to give up, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    void Connect(IPEndPoint server, long deadline);

    /// <summary>All of these ask at once; each asks on until it is told not to. Returns when every answer has come.</summary>
    /// <param name="first">The first of them, counted from 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="answered">Told of each answer when it was asked for and when it came; answers whether to ask again. Called by one thread at a time.</param>
    /// <param name="deadline">When to give up, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    void Ask(int first, int count, Func<long, long, bool> answered, long deadline);
}
