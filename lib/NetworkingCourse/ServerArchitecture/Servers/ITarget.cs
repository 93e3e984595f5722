using System.Net;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Something to send clients at: a server in this process, or one in a process of its own.</summary>
public interface ITarget
{
    /// <summary>Which architecture it is.</summary>
    Architecture Architecture { get; }

    /// <summary>How it serves.</summary>
    ServerOptions Options { get; }

    /// <summary>Where it listens.</summary>
    IPEndPoint EndPoint { get; }
}
