using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NetworkingCourse.Display;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A load balancer: a reverse proxy (RFC 9110, section 3.7, there called a gateway) that hands each request to one of several origins.
/// It is YARP on Kestrel; what is said here is only how it is put together.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class LoadBalancer : IStoppable, IHttpTarget, IAsyncDisposable, IShown
{
    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HealthDeadline = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Origin[] _origins;
    private readonly Rotation _rotation;
    private readonly LoopbackHost _host;
    private SocketsHttpHandler? _connections; // those to the origins
    private Task? _stop;

    private LoadBalancer(IReadOnlyList<Origin> origins, LoadBalancerOptions options)
    {
        (_origins, Options) = ([.. origins], options);
        _rotation = new Rotation(_origins.Select(origin => origin.Name), Log);
        var listener = LoopbackHost.Bind(options.Port);
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _host = new LoopbackHost(listener, AddServices, AddPipeline);
    }

    /// <inheritdoc/>
    public string Name => Options.Name;

    /// <inheritdoc/>
    public IPEndPoint EndPoint { get; }

    /// <summary>Its options.</summary>
    public LoadBalancerOptions Options { get; }

    /// <summary>What happened so far.</summary>
    public HttpLog Log { get; } = new();

    /// <inheritdoc/>
    public string RoutingPolicy => $"{Name}, {InvariantText.Of(Options.Policy)}";

    /// <inheritdoc/>
    public IReadOnlyList<string> OriginNames => [.. _origins.Select(origin => origin.Name)];

    string IStoppable.LogSummary => Log.Summary();

    /// <summary>Starts a load balancer on 127.0.0.1. When this returns, clients can connect.</summary>
    /// <param name="origins">The origins, one or more.</param>
    /// <param name="options">What can be set.</param>
    /// <exception cref="ArgumentException">There are no origins, or two of one name.</exception>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static LoadBalancer Start(IReadOnlyList<Origin> origins, LoadBalancerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(origins);
        ArgumentOutOfRangeException.ThrowIfZero(origins.Count, nameof(origins));
        options ??= new LoadBalancerOptions();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.HealthCheckInterval ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(options.HealthCheckInterval));
        var balancer = RunningServers.Replace(options.Name, () => new LoadBalancer(origins, options));
        balancer._host.Start();
        balancer.Log.Write(HttpEventKind.Listening, detail: balancer.EndPoint.ToString());
        return balancer;
    }

    /// <summary>
    /// Drains an origin: it says that it wants no more requests, the next health checks find that out, and those in flight are finished.
    /// </summary>
    /// <param name="origin">One of the balancer's origins.</param>
    /// <param name="deadline">How long that may take; 10 seconds unless told otherwise.</param>
    /// <returns>A task that ends when the origin has no request of this balancer's in flight and gets none.</returns>
    /// <exception cref="InvalidOperationException">The balancer makes no active checks, and would never notice.</exception>
    /// <exception cref="TimeoutException">It took longer than the deadline.</exception>
    public async Task DrainAsync(Origin origin, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(origin);
        if (Options.HealthCheckInterval is null)
        {
            throw new InvalidOperationException($"{Name} makes no active health checks: it would not notice that {origin.Name} drains.");
        }

        Log.Write(HttpEventKind.Draining, origin: origin.Name);
        origin.Drain();
        await _rotation.WaitAsync(origin.Name, isIn: false, deadline ?? AnswerDeadline).ConfigureAwait(false);
        Log.Write(HttpEventKind.Drained, origin: origin.Name, detail: "nothing in flight");
    }

    /// <summary>Waits until an origin is in the rotation: until requests may be sent to it.</summary>
    /// <param name="origin">One of the balancer's origins.</param>
    /// <param name="deadline">How long that may take; 10 seconds unless told otherwise.</param>
    /// <exception cref="TimeoutException">It took longer than the deadline.</exception>
    public Task ReadyAsync(Origin origin, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return _rotation.WaitAsync(origin.Name, isIn: true, deadline ?? AnswerDeadline);
    }

    /// <inheritdoc/>
    public Task StopAsync(TimeSpan? grace = null)
    {
        var limit = grace ?? Server.DefaultGrace;
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero, nameof(grace));
        lock (_gate)
        {
            return _stop ??= Task.Run(() => StopCoreAsync(limit));
        }
    }

    /// <summary>Stops it with the default grace time.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    Func<IReadOnlyList<IPEndPoint>> IHttpTarget.NewClient() => () => [EndPoint];

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public string ToText() => AsTable().ToString();

    /// <inheritdoc/>
    public override string ToString() => $"{RoutingPolicy}: {(_stop is null ? "listening on" : "stopped")} {EndPoint}, in front of {string.Join(" and ", OriginNames)}";

    private Table AsTable() => new(
        ["origin", "listens on", "state", "in the rotation", "in flight", "chosen"],
        _origins.Select(IReadOnlyList<object?> (origin) =>
        [
            origin.Name, origin.EndPoint, origin.State, _rotation.Of(origin.Name).IsIn ? "yes" : "no", _rotation.Of(origin.Name).InFlight,
            Log.Events.Count(entry => entry.Kind == HttpEventKind.Chosen && entry.Origin == origin.Name),
        ]),
        $"{this}. Its log: {Log.Summary()}.");

    private void AddServices(IServiceCollection services)
    {
        services.AddRouting();
        services.AddReverseProxy().LoadFromMemory([Everything], [Origins()]).ConfigureHttpClient((_, handler) =>
        {
            handler.UseProxy = false; // whatever the system's settings say: nothing leaves loopback
            handler.ConnectTimeout = ConnectDeadline;
            _connections = handler;
        });
        services.AddSingleton<IAvailableDestinationsPolicy>(_rotation);
        services.AddSingleton<IPassiveHealthCheckPolicy>(provider => new FirstFailure(Options.Reactivation, provider.GetRequiredService<IDestinationHealthUpdater>()));
    }

    // The steps that every request takes. The forwarding itself comes last, and is YARP's.
    private void AddPipeline(WebApplication application)
    {
        var retrying = new Retrying(Options.Retries, _rotation, Log);
        application.MapReverseProxy(proxy =>
        {
            proxy.Use(retrying.TryAsync);
            proxy.UseLoadBalancing();
            proxy.Use(retrying.EnterAsync);
            proxy.UsePassiveHealthChecks();
        });
    }

    private static RouteConfig Everything => new() { RouteId = "everything", ClusterId = "origins", Match = new RouteMatch { Path = "{**path}" } };

    private ClusterConfig Origins() => new()
    {
        ClusterId = "origins",
        LoadBalancingPolicy = Options.Policy.ToString(),
        Destinations = _origins.ToDictionary(origin => origin.Name, origin => new DestinationConfig { Address = $"http://{origin.EndPoint}/" }),
        HttpRequest = new ForwarderRequestConfig { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = AnswerDeadline },
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
            Passive = new PassiveHealthCheckConfig { Enabled = Options.PassiveChecks, Policy = nameof(FirstFailure), ReactivationPeriod = Options.Reactivation },
        },
        Metadata = new Dictionary<string, string>
        {
            [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = Rotation.FailedChecks.ToString(CultureInfo.InvariantCulture),
        },
    };

    private async Task StopCoreAsync(TimeSpan grace)
    {
        Log.Write(HttpEventKind.Stopping);
        using var limit = new CancellationTokenSource(grace);
        await _host.StopAsync(limit.Token).ConfigureAwait(false);
        _connections?.Dispose();
        RunningServers.Forget(this);
        Log.Write(HttpEventKind.Stopped);
    }
}
