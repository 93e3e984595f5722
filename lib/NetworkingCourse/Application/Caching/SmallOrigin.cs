using System.Net.Sockets;

namespace NetworkingCourse.Application;

/// <summary>
/// An origin whose answers are written in a cell: a method that gets the request and returns the bytes of the response. It counts
/// the requests that reach it.
/// </summary>
public sealed class SmallOrigin : MessageServer
{
    private readonly Func<HttpMessage, byte[]> _answer;
    private int _requests;
    private long _bytesSent;

    private SmallOrigin(Func<HttpMessage, byte[]> answer, string name, int port)
        : base(name, port) => _answer = answer;

    /// <summary>The number of requests that have reached the origin.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The number of bytes that the origin has sent as responses, their headers included.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Starts an origin on 127.0.0.1. When this returns, clients can connect.</summary>
    /// <param name="answer">
    /// Returns the response to a request, as <see cref="HttpWriter.Response"/> writes it. It may be called by several threads at
    /// once. If it throws, the client's connection is reset.
    /// </param>
    /// <param name="name">The name to run under; a server that already runs under it is replaced.</param>
    /// <param name="port">The TCP port; 0 lets the system choose.</param>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static SmallOrigin Start(Func<HttpMessage, byte[]> answer, string name = "small origin", int port = 0)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Start(name, () => new SmallOrigin(answer, name, port));
    }

    private protected override Task<byte[]> AnswerAsync(HttpMessage request, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _requests);
        var answer = _answer(request);
        Interlocked.Add(ref _bytesSent, answer.Length);
        return Task.FromResult(answer);
    }
}
