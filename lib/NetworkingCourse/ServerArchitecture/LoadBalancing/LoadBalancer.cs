using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using NetworkingCourse.Display;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A load balancer: a reverse proxy (called a gateway in RFC 9110, section 3.7) that forwards each request to one of several
/// origins. It consists of YARP on Kestrel; this class only configures them.
/// </summary>
public sealed class LoadBalancer : NetworkService, IHttpTarget
{
    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HealthDeadline = TimeSpan.FromSeconds(1);

    private readonly Origin[] _origins;
    private readonly Rotation _rotation;
    private readonly LoopbackHost _host;
    private SocketsHttpHandler? _connections; // holds the connections to the origins

    private LoadBalancer(IReadOnlyList<Origin> origins, LoadBalancerOptions options)
    {
        (_origins, Options) = ([.. origins], options);
        _rotation = new Rotation(_origins.Select(origin => origin.Name), Log);
        var listener = LoopbackHost.Bind(options.Port);
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _host = new LoopbackHost(listener, AddServices, AddPipeline);
    }

    /// <inheritdoc/>
    public override string Name => Options.Name;

    /// <inheritdoc/>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The balancer's options.</summary>
    public LoadBalancerOptions Options { get; }

    /// <summary>The log of what has happened so far.</summary>
    public HttpLog Log { get; } = new();

    /// <inheritdoc/>
    public string RoutingPolicy => $"{Name}, {InvariantText.Of(Options.Policy)}";

    /// <inheritdoc/>
    public IReadOnlyList<string> OriginNames => [.. _origins.Select(origin => origin.Name)];

    private protected override string LogSummary => Log.Summary();

    /// <summary>Starts a load balancer on 127.0.0.1. Clients can connect as soon as this returns.</summary>
    /// <param name="origins">The origins; at least one.</param>
    /// <param name="options">The balancer's options; null for the defaults.</param>
    /// <exception cref="ArgumentException">There are no origins, or two with the same name.</exception>
    /// <exception cref="SocketException">The port is in use or not permitted.</exception>
    public static LoadBalancer Start(IReadOnlyList<Origin> origins, LoadBalancerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(origins);
        ArgumentOutOfRangeException.ThrowIfZero(origins.Count, nameof(origins));
        options ??= new LoadBalancerOptions();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(
            options.HealthCheckInterval ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(options.HealthCheckInterval));
        return Start(options.Name, () => new LoadBalancer(origins, options));
    }

    /// <summary>
    /// Drains an origin: its health endpoint starts to refuse requests, the next health checks take it out of the rotation, and
    /// requests in flight are completed.
    /// </summary>
    /// <param name="origin">One of the balancer's origins.</param>
    /// <param name="deadline">How long draining may take; 10 seconds by default.</param>
    /// <returns>A task that completes when the origin has none of this balancer's requests in flight and gets no more.</returns>
    /// <exception cref="InvalidOperationException">
    /// The balancer has no active health checks, so it would never notice that the origin is draining.
    /// </exception>
    /// <exception cref="TimeoutException">Draining took longer than the deadline.</exception>
    public async Task DrainAsync(Origin origin, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(origin);
        if (Options.HealthCheckInterval is null)
        {
            throw new InvalidOperationException(
                $"{Name} has no active health checks: it would not notice that {origin.Name} is draining.");
        }

        Log.Write(HttpEventKind.Draining, origin: origin.Name);
        origin.Drain();
        await _rotation.WaitAsync(origin.Name, isIn: false, deadline ?? AnswerDeadline).ConfigureAwait(false);
        Log.Write(HttpEventKind.Drained, origin: origin.Name, detail: "nothing in flight");
    }

    /// <summary>Waits until an origin is in the rotation, that is, until requests may be sent to it.</summary>
    /// <param name="origin">One of the balancer's origins.</param>
    /// <param name="deadline">How long to wait; 10 seconds by default.</param>
    /// <exception cref="TimeoutException">The origin was not in the rotation within the deadline.</exception>
    public Task ReadyAsync(Origin origin, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return _rotation.WaitAsync(origin.Name, isIn: true, deadline ?? AnswerDeadline);
    }

    Func<IReadOnlyList<IPEndPoint>> IHttpTarget.NewClient() => () => [EndPoint];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{RoutingPolicy}: {(IsStopping ? "stopped" : "listening on")} {EndPoint}, "
        + $"in front of {string.Join(" and ", OriginNames)}";

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["origin", "listens on", "state", "in the rotation", "in flight", "chosen"],
        _origins.Select(IReadOnlyList<object?> (origin) =>
        [
            origin.Name, origin.EndPoint, origin.State,
            _rotation.Of(origin.Name).IsIn ? "yes" : "no", _rotation.Of(origin.Name).InFlight,
            Log.Events.Count(entry => entry.Kind == HttpEventKind.Chosen && entry.Origin == origin.Name),
        ]),
        $"{this}. Its log: {Log.Summary()}.");

    private void AddServices(IServiceCollection services)
    {
        services.AddRouting();
        // YARP prepares cookies for sessions, and ASP.NET Core would write a key for them into the user's home folder.
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = new KeysInMemory());
        services.AddReverseProxy().LoadFromMemory([Everything], [Origins()]).ConfigureHttpClient((_, handler) =>
        {
            handler.UseProxy = false; // regardless of the system settings: no traffic leaves loopback
            handler.ConnectTimeout = ConnectDeadline;
            _connections = handler;
        });
        services.AddSingleton<IAvailableDestinationsPolicy>(_rotation);
        services.AddSingleton<IPassiveHealthCheckPolicy>(
            provider => new FirstFailure(Options.Reactivation, provider.GetRequiredService<IDestinationHealthUpdater>()));
    }

    // The pipeline of every request. YARP's own forwarding comes last.
    private void AddPipeline(WebApplication application)
    {
        var retrying = new Retrying(Options, _rotation, Log);
        application.MapReverseProxy(proxy =>
        {
            proxy.Use(retrying.TryAsync);
            proxy.UseLoadBalancing();
            proxy.Use(retrying.EnterAsync);
            proxy.UsePassiveHealthChecks();
        });
    }

    private static RouteConfig Everything => new()
    {
        RouteId = "everything",
        ClusterId = "origins",
        Match = new RouteMatch { Path = "{**path}" },
    };

    private ClusterConfig Origins() => new()
    {
        ClusterId = "origins",
        LoadBalancingPolicy = Options.Policy.ToString(),
        Destinations = _origins.ToDictionary(
            origin => origin.Name, origin => new DestinationConfig { Address = $"http://{origin.EndPoint}/" }),
        HttpRequest = new ForwarderRequestConfig
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = AnswerDeadline,
        },
        HealthCheck = new HealthCheckConfig
        {
            AvailableDestinationsPolicy = _rotation.Name,
            Active = new ActiveHealthCheckConfig
            {
                Enabled = Options.HealthCheckInterval is not null,
                Interval = Options.HealthCheckInterval,
                Timeout = HealthDeadline,
                Path = Origin.HealthPath,
                Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
            },
            Passive = new PassiveHealthCheckConfig
            {
                Enabled = Options.PassiveChecks,
                Policy = nameof(FirstFailure),
                ReactivationPeriod = Options.Reactivation,
            },
        },
        Metadata = new Dictionary<string, string>
        {
            [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] =
                Rotation.FailedChecks.ToString(CultureInfo.InvariantCulture),
        },
    };

    private protected override void LogListening() => Log.Write(HttpEventKind.Listening, detail: EndPoint.ToString());

    private protected override void LogStopping() => Log.Write(HttpEventKind.Stopping);

    private protected override void LogStopped() => Log.Write(HttpEventKind.Stopped);

    internal override void Begin()
    {
        _host.Start();
        LogListening();
    }

    private protected override Task WhenServedAsync() => _host.StopAsync(Aborting);

    private protected override ValueTask ReleaseAsync()
    {
        _connections?.Dispose();
        return ValueTask.CompletedTask;
    }
}
