using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace NetworkingCourse;

/// <summary>
/// A web application on Kestrel that listens on loopback and nowhere else, prints nothing, reads no configuration but the one given
/// here, and can be broken off as if its machine had lost power.
/// </summary>
internal sealed class LoopbackHost
{
    private readonly ConcurrentDictionary<string, Socket> _connections = new();
    private readonly LoopbackEndPoint[] _endPoints;
    private readonly WebApplication _application;
    private volatile bool _broken;

    /// <param name="listener">A socket that is bound and does not listen yet. From here on it is the host's.</param>
    /// <param name="services">Adds what the application needs.</param>
    /// <param name="pipeline">Says how it answers.</param>
    public LoopbackHost(Socket listener, Action<IServiceCollection> services, Action<WebApplication> pipeline)
        : this([new LoopbackEndPoint(listener)], services, pipeline)
    {
    }

    /// <param name="endPoints">Where it listens. From here on the sockets are the host's.</param>
    /// <param name="services">Adds what the application needs.</param>
    /// <param name="pipeline">Says how it answers.</param>
    public LoopbackHost(IReadOnlyList<LoopbackEndPoint> endPoints, Action<IServiceCollection> services, Action<WebApplication> pipeline)
    {
        _endPoints = [.. endPoints];
        // Already while it is put together timers and tasks begin, those of health checks for instance.
        using (Detached.Begin())
        {
            _application = Build(services);
            pipeline(_application);
        }
    }

    /// <summary>A socket that has a port of 127.0.0.1 and does not listen: the port is taken, and who connects to it is refused.</summary>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Starts it. When this returns, clients can connect.</summary>
    public void Start()
    {
        using (Detached.Begin())
        {
            Task.Run(() => _application.StartAsync()).GetAwaiter().GetResult();
        }
    }

    /// <summary>Stops it in order: no more connections, those without a request closed; and what is left when time is up is reset.</summary>
    /// <param name="timeIsUp">Cancelled when answers that are due have had their time.</param>
    public async Task StopAsync(CancellationToken timeIsUp)
    {
        StopListening();
        await _application.StopAsync(timeIsUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Breaks it off: nobody listens any more, and every connection is reset.</summary>
    public void Break()
    {
        _broken = true;
        StopListening();
        foreach (var connection in _connections.Values)
        {
            Reset(connection);
        }
    }

    private void StopListening()
    {
        foreach (var endPoint in _endPoints)
        {
            endPoint.Listener.StopListening();
        }
    }

    private WebApplication Build(Action<IServiceCollection> services)
    {
        // Empty: no console, no settings from files or the environment, which could let it listen elsewhere.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(sockets =>
            sockets.CreateBoundListenSocket = address => _endPoints.Single(endPoint => address.Equals(endPoint.Address)).Listener);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var endPoint in _endPoints)
            {
                kestrel.Listen(endPoint.Address, listen =>
                {
                    listen.Use(Watch);
                    endPoint.Configure?.Invoke(listen);
                });
            }
        });
        builder.Services.AddSingleton<IHostLifetime, NotebookLifetime>();
        services(builder.Services);
        return builder.Build();
    }

    private ConnectionDelegate Watch(ConnectionDelegate next) => async connection =>
    {
        var socket = connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        _connections[connection.ConnectionId] = socket;
        try
        {
            if (_broken)
            {
                Reset(socket);
            }

            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _connections.TryRemove(connection.ConnectionId, out _);
        }
    };

    // Lingering for 0 s makes a reset (RST) of the closing: what a peer sees of a process that has crashed.
    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>The host's usual lifetime takes Ctrl-C for itself; here it belongs to whoever runs the notebook.</summary>
    private sealed class NotebookLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>One of the places where a web application listens.</summary>
/// <param name="Listener">A socket that is bound and does not listen yet.</param>
/// <param name="Configure">What it speaks there: TLS, certain versions of HTTP, or something else. Plain HTTP/1.1 if nothing is said.</param>
internal sealed record LoopbackEndPoint(Socket Listener, Action<ListenOptions>? Configure = null)
{
    /// <summary>Where it is.</summary>
    public IPEndPoint Address { get; } = (IPEndPoint)Listener.LocalEndPoint!;
}
