using System.Net;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The sockets of clients that cost next to nothing. What fails, fails for one connection, and is told by its connection.</summary>
internal interface ILoadConnections : IDisposable
{
    /// <summary>Connects all of them.</summary>
    /// <param name="server">The server.</param>
    /// <param name="deadline">When to give up, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; <see cref="long.MaxValue"/> for never.</param>
    void Connect(IPEndPoint server, long deadline);

    /// <summary>All of these ask at once; each asks on until it is told not to. Returns when every answer has come, or none is waited for any more.</summary>
    /// <param name="first">The first of them, counted from 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="answered">Told of each answer whose it is and when it came; says what its connection does next. Called by one thread at a time.</param>
    /// <param name="deadline">When to give up, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; <see cref="long.MaxValue"/> for never.</param>
    void Ask(int first, int count, Func<LoadConnection, long, NextStep> answered, long deadline);
}

/// <summary>What a connection does that has its answer.</summary>
internal enum NextStep
{
    /// <summary>It asks again.</summary>
    AskAgain,

    /// <summary>It stays open.</summary>
    Stay,

    /// <summary>It closes, once nobody else has anything to do: closing costs more than asking and being answered.</summary>
    Close,
}
