using System.Net;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A server that load clients can connect to, in this process or in its own.</summary>
public interface ITarget
{
    /// <summary>The server's architecture.</summary>
    Architecture Architecture { get; }

    /// <summary>The server's options.</summary>
    ServerOptions Options { get; }

    /// <summary>The endpoint on which it listens.</summary>
    IPEndPoint EndPoint { get; }
}
