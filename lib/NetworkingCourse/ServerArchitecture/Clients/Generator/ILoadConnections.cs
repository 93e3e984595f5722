using System.Net;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The sockets of the load generator's lightweight clients. A failure affects only one
/// connection, and that connection reports it.
/// </summary>
internal interface ILoadConnections : IDisposable
{
    /// <summary>
    /// Connects all the connections. Returns when all are connected and have nothing more to ask, or when the wait for the rest
    /// has been given up.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="answered">
    /// Null if they only connect. Otherwise each asks as soon as it is connected, and goes on as this tells it: see
    /// <see cref="Ask"/>.
    /// </param>
    /// <param name="deadline">
    /// When to give up, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; <see cref="long.MaxValue"/> for never.
    /// </param>
    void Connect(IPEndPoint server, Func<LoadConnection, long, NextStep>? answered, long deadline);

    /// <summary>
    /// Asks on a range of connections at once; each goes on asking until it is told to stop. Returns when every answer has
    /// arrived, or when the wait for the rest has been given up.
    /// </summary>
    /// <param name="first">The index of the first connection, from 0.</param>
    /// <param name="count">The number of connections.</param>
    /// <param name="answered">
    /// Called for each answer, with its connection and its arrival time; returns what the connection does
    /// next. Called by one thread at a time.
    /// </param>
    /// <param name="deadline">
    /// When to give up, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; <see cref="long.MaxValue"/> for never.
    /// </param>
    void Ask(int first, int count, Func<LoadConnection, long, NextStep> answered, long deadline);
}

/// <summary>What a connection does after it has received its answer.</summary>
internal enum NextStep
{
    /// <summary>It asks again.</summary>
    AskAgain,

    /// <summary>It stays open.</summary>
    Stay,

    /// <summary>
    /// It closes, once no other connection has anything to do: closing costs more than asking
    /// a question and receiving the answer.
    /// </summary>
    Close,
}
