using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Kestrel = Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServer;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Kestrel on a socket that is already bound, with no HTTP and no log of its own.</summary>
internal sealed class KestrelOnSocket : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();
    private readonly Kestrel _kestrel;

    /// <param name="socket">The bound socket.</param>
    /// <param name="backlog">The length of its accept queue.</param>
    /// <param name="configure">Says what handles the connections.</param>
    public KestrelOnSocket(Socket socket, int backlog, Action<ListenOptions> configure)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = _services };
        kestrel.Listen(socket.LocalEndPoint!, configure);
        var sockets = new SocketTransportOptions { Backlog = backlog, CreateBoundListenSocket = _ => socket };
        var transport = new SocketTransportFactory(
            new OptionsWrapper<SocketTransportOptions>(sockets), NullLoggerFactory.Instance);
        _kestrel = new Kestrel(new OptionsWrapper<KestrelServerOptions>(kestrel), transport, NullLoggerFactory.Instance);
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
