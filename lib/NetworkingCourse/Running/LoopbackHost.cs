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
/// A web application on Kestrel that listens only on loopback, prints nothing, reads no configuration except the one given here,
/// and can be aborted as if its process had crashed.
/// </summary>
internal sealed class LoopbackHost
{
    private const int Backlog = 512; // Kestrel's default

    private readonly ConcurrentDictionary<string, Socket> _connections = new();
    private readonly LoopbackEndPoint[] _endPoints;
    private readonly Dictionary<EndPoint, Listener> _listeners;
    private readonly WebApplication _application;
    private volatile bool _broken;

    /// <param name="listener">A socket that is bound but does not listen yet. The host takes ownership of it.</param>
    /// <param name="services">Adds the services that the application needs.</param>
    /// <param name="pipeline">Configures the request pipeline.</param>
    public LoopbackHost(Socket listener, Action<IServiceCollection> services, Action<WebApplication> pipeline)
        : this([new LoopbackEndPoint(listener)], services, pipeline)
    {
    }

    /// <param name="endPoints">The endpoints to listen on. The host takes ownership of their sockets.</param>
    /// <param name="services">Adds the services that the application needs.</param>
    /// <param name="pipeline">Configures the request pipeline.</param>
    public LoopbackHost(
        IReadOnlyList<LoopbackEndPoint> endPoints, Action<IServiceCollection> services, Action<WebApplication> pipeline)
    {
        _endPoints = [.. endPoints];
        _listeners = endPoints.ToDictionary(EndPoint (one) => one.Address, one => new Listener(one.Listener, isShared: false));
        // Building the application already starts timers and tasks, for example those of health checks.
        using (Detached.Begin())
        {
            _application = Build(services);
            pipeline(_application);
        }
    }

    /// <summary>
    /// Creates a socket that is bound to a port of 127.0.0.1 but does not listen: the port is in
    /// use, and connections to it are refused.
    /// </summary>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <exception cref="SocketException">The port is already in use, or this process is not allowed to use it.</exception>
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

    /// <summary>Starts the application. Clients can connect as soon as this method returns.</summary>
    public void Start()
    {
        using (Detached.Begin())
        {
            Task.Run(() => _application.StartAsync()).GetAwaiter().GetResult();
        }
    }

    /// <summary>
    /// Shuts the application down gracefully: it accepts no more connections and closes those without a request; connections
    /// still open at the deadline are reset.
    /// </summary>
    /// <param name="timeIsUp">Cancelled when the deadline for outstanding answers has passed.</param>
    public async Task StopAsync(CancellationToken timeIsUp)
    {
        StopListening();
        await _application.StopAsync(timeIsUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Aborts the application: it stops listening and resets every connection.</summary>
    public void Break()
    {
        _broken = true;
        StopListening();
        foreach (var connection in _connections.Values)
        {
            connection.Reset();
        }
    }

    private void StopListening()
    {
        foreach (var listener in _listeners.Values)
        {
            listener.Dispose();
        }
    }

    private Func<ValueTask<Socket?>> Listen(EndPoint address)
    {
        var listener = _listeners[address];
        listener.Socket.Listen(Backlog);
        return () => listener.AcceptAsync(_ => { }, CancellationToken.None);
    }

    private WebApplication Build(Action<IServiceCollection> services)
    {
        // An empty builder: no console, and no settings from files or the environment, which could make it listen elsewhere.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton<IConnectionListenerFactory>(new KestrelAcceptor(Listen));
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
                socket.Reset();
            }

            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _connections.TryRemove(connection.ConnectionId, out _);
        }
    };

    /// <summary>A lifetime that, unlike the host's usual one, leaves Ctrl-C to the program that runs the notebook.</summary>
    private sealed class NotebookLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>An endpoint on which a web application listens.</summary>
/// <param name="Listener">A socket that is bound but does not listen yet.</param>
/// <param name="Configure">
/// Configures the protocol: TLS, certain versions of HTTP, or another one. The default is plain HTTP/1.1.
/// </param>
internal sealed record LoopbackEndPoint(Socket Listener, Action<ListenOptions>? Configure = null)
{
    /// <summary>The address and port of the endpoint.</summary>
    public IPEndPoint Address { get; } = (IPEndPoint)Listener.LocalEndPoint!;
}
