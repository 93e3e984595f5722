using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// An origin: the HTTP server that produces the responses, behind a load balancer or alone (RFC 9110, section 3.6). It answers
/// every request with its name after a think time. <c>POST</c> and <c>PUT</c> requests are orders, which it adds to its order
/// book before it thinks. <c>GET /health</c> tells whether it accepts requests.
/// </summary>
public sealed class Origin : NetworkService, IHttpTarget
{
    /// <summary>The path for health checks: 200 means that the origin accepts requests, 503 that it does not.</summary>
    public const string HealthPath = "/health";

    /// <summary>The response header field that names the origin.</summary>
    public const string ServedBy = "Served-By";

    private readonly SemaphoreSlim _changing = new(1);
    private readonly TimeSpan _think;
    private Socket? _reserved; // while the origin is down: bound to reserve the port, but not listening
    private Life? _life;
    private volatile bool _draining;
    private long _requests;

    private Origin(string name, TimeSpan think, OrderBook orders, int port)
    {
        (Name, _think, Orders) = (name, think, orders);
        _reserved = LoopbackHost.Bind(port);
        EndPoint = (IPEndPoint)_reserved.LocalEndPoint!;
    }

    /// <summary>The state of a running origin, from a start to the next stop.</summary>
    private sealed record Life(LoopbackHost Host, Think Think, CancellationTokenSource Aborting);

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The log of what has happened so far.</summary>
    public HttpLog Log { get; } = new();

    /// <summary>Whether the origin is running.</summary>
    public bool IsUp => Volatile.Read(ref _life) is not null;

    /// <summary>Whether the origin is draining and should get no new requests.</summary>
    public bool IsDraining => _draining;

    /// <summary>The order book in which the origin records orders.</summary>
    public OrderBook Orders { get; }

    private protected override string LogSummary => Log.Summary();

    string IHttpTarget.RoutingPolicy => Name;

    IReadOnlyList<string> IHttpTarget.OriginNames => [Name];

    /// <summary>Starts an origin on 127.0.0.1. Clients can connect as soon as this returns.</summary>
    /// <param name="name">The origin's name. An origin or server that is already running under that name is replaced.</param>
    /// <param name="think">The think time, which is the cost of one answer.</param>
    /// <param name="orders">The order book to use; a new one by default.</param>
    /// <param name="port">The TCP port; 0 lets the system choose.</param>
    /// <exception cref="ArgumentOutOfRangeException">The think time is less than 0 or more than an hour.</exception>
    /// <exception cref="SocketException">The port is in use or not permitted.</exception>
    public static Origin Start(string name, TimeSpan think = default, OrderBook? orders = null, int port = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(think, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(think, TimeSpan.FromHours(1));
        return NetworkService.Start(name, () => new Origin(name, think, orders ?? new OrderBook(), port));
    }

    /// <summary>
    /// Kills the origin: its connections are reset, requests in flight get no answer, and the port stops listening.
    /// </summary>
    public Task KillAsync() => ChangeAsync(async () =>
    {
        if (_life is { } life)
        {
            Log.Write(HttpEventKind.Killed, origin: Name);
            life.Host.Break();
            _reserved = LoopbackHost.Bind(EndPoint.Port);
            await EndAsync(life, TimeSpan.Zero).ConfigureAwait(false);
        }
    });

    /// <summary>Starts the origin again on the same endpoint after it was killed. Has no effect if it is running.</summary>
    /// <exception cref="ObjectDisposedException">The origin was stopped and has released its port.</exception>
    public Task StartAgainAsync() => ChangeAsync(() =>
    {
        ThrowIfStopped();
        if (_life is null)
        {
            BeginLife();
        }

        return Task.CompletedTask;
    });

    /// <summary>
    /// Restarts the origin gracefully on the same endpoint, as for a new version. Requests in flight are completed.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The origin was stopped and has released its port.</exception>
    public Task RestartAsync() => ChangeAsync(async () =>
    {
        ThrowIfStopped();
        if (_life is { } life)
        {
            await EndAsync(life, Server.DefaultGrace).ConfigureAwait(false);
            _reserved = LoopbackHost.Bind(EndPoint.Port);
        }

        BeginLife();
    });

    /// <summary>
    /// Makes the health check report that the origin accepts no more requests. It still answers requests, because some will
    /// arrive until the load balancer has noticed.
    /// </summary>
    public void Drain()
    {
        if (!_draining)
        {
            _draining = true;
            Log.Write(HttpEventKind.Draining, origin: Name, detail: $"{HealthPath} answers 503");
        }
    }

    Func<IReadOnlyList<IPEndPoint>> IHttpTarget.NewClient() => () => [EndPoint];

    /// <inheritdoc/>
    public override string ToHtml() => new Table(
        ["origin", "listens on", "state", "think time", "orders", "log"],
        [[Name, EndPoint, State, InvariantText.Of(_think), Orders.Count, Log.Summary()]]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {State}, {EndPoint}, think time {InvariantText.Of(_think)}";

    internal string State => !IsUp ? "down" : IsDraining ? "draining" : "up";

    internal override void Begin() => BeginLife();

    private protected override void LogStopping() => Log.Write(HttpEventKind.Stopping, origin: Name);

    private protected override void LogStopped() => Log.Write(HttpEventKind.Stopped, origin: Name);

    private protected override Task WhenServedAsync() =>
        ChangeAsync(() => _life is { } life ? EndAsync(life, Grace) : Task.CompletedTask);

    private protected override ValueTask ReleaseAsync()
    {
        _reserved?.Dispose();
        return ValueTask.CompletedTask;
    }

    // Serializes state changes.
    private async Task ChangeAsync(Func<Task> change)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            await change().ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    private void ThrowIfStopped() => ObjectDisposedException.ThrowIf(IsStopping, this);

    private void BeginLife()
    {
        var aborting = new CancellationTokenSource();
        var think = new Think(_think, ThinkKind.Waiting, aborting.Token);
        var host = new LoopbackHost(_reserved!, _ => { }, application => application.Run(context => AnswerAsync(context, think)));
        _reserved = null;
        _draining = false;
        host.Start();
        Volatile.Write(ref _life, new Life(host, think, aborting));
        Log.Write(HttpEventKind.Listening, origin: Name, detail: EndPoint.ToString());
    }

    private async Task EndAsync(Life life, TimeSpan grace)
    {
        Volatile.Write(ref _life, null);
        using var limit = new CancellationTokenSource();
        // Requests that are still thinking when the grace period is over are aborted.
        limit.Token.UnsafeRegister(static aborting => ((CancellationTokenSource)aborting!).Cancel(), life.Aborting);
        limit.CancelAfter(grace);
        await life.Host.StopAsync(limit.Token).ConfigureAwait(false);
        life.Think.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, Think think)
    {
        context.Response.Headers[ServedBy] = Name;
        if (context.Request.Path == HealthPath)
        {
            context.Response.StatusCode = _draining ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            return;
        }

        var number = Interlocked.Increment(ref _requests);
        var what = $"{context.Request.Method} {context.Request.Path}";
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted).ConfigureAwait(false);
        if (HttpMethods.IsPost(context.Request.Method))
        {
            Orders.Add(body);
        }
        else if (HttpMethods.IsPut(context.Request.Method))
        {
            Orders.Set(context.Request.Path, body);
        }

        Log.Write(HttpEventKind.Arrived, number, what, Name);
        try
        {
            await think.DelayAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Killed, or the grace period ended, while it was thinking. Just returning would send an empty 200 response.
            context.Abort();
            return;
        }

        // With its length, the answer goes out whole: an origin that is killed has sent all of it or nothing.
        var answer = Encoding.UTF8.GetBytes($"{Name} answers {what}");
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer).ConfigureAwait(false);
        Log.Write(HttpEventKind.Answered, number, what, Name);
    }
}
