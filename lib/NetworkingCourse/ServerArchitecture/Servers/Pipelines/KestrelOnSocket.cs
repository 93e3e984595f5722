using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Kestrel = Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServer;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Kestrel on a socket that is already listening, with no HTTP and no log of its own.</summary>
internal sealed class KestrelOnSocket : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();
    private readonly Kestrel _kestrel;

    /// <param name="endPoint">The endpoint of the socket.</param>
    /// <param name="acceptAsync">Accepts the next connection; returns null once the socket is closed.</param>
    /// <param name="configure">Says what handles the connections.</param>
    public KestrelOnSocket(IPEndPoint endPoint, Func<ValueTask<Socket?>> acceptAsync, Action<ListenOptions> configure)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = _services };
        kestrel.Listen(endPoint, configure);
        var acceptor = new KestrelAcceptor(_ => acceptAsync);
        _kestrel = new Kestrel(new OptionsWrapper<KestrelServerOptions>(kestrel), acceptor, NullLoggerFactory.Instance);
    }

    /// <summary>Starts accepting connections.</summary>
    public Task StartAsync(CancellationToken cancellation) => _kestrel.StartAsync(new NoHttp(), cancellation);

    /// <summary>Stops accepting, and waits for the connections to end.</summary>
    public Task StopAsync(CancellationToken cancellation) => _kestrel.StopAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _kestrel.Dispose();
        return _services.DisposeAsync();
    }
}
