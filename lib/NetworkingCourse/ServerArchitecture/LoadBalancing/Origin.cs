using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// An origin: the HTTP server that has the answers, behind a load balancer or alone (RFC 9110, section 3.6). It answers every request
/// with its name after a think time. <c>POST</c> and <c>PUT</c> are orders, which it enters into its book before it thinks. <c>GET /health</c>
/// asks whether it wants requests.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Origin : IStoppable, IHttpTarget, IAsyncDisposable, IShown
{
    /// <summary>Where a load balancer asks for its health: 200 means that it wants requests, 503 that it does not.</summary>
    public const string HealthPath = "/health";

    /// <summary>The field of a response that names the origin.</summary>
    public const string ServedBy = "Served-By";

    private readonly SemaphoreSlim _changing = new(1);
    private readonly TimeSpan _think;
    private Socket? _reserved; // while it is down: bound, so that the system gives the port to no other, and not listening
    private Life? _life;
    private volatile bool _draining;
    private long _requests;
    private bool _stopped;

    private Origin(string name, TimeSpan think, OrderBook orders, int port)
    {
        (Name, _think, Orders) = (name, think, orders);
        _reserved = LoopbackHost.Bind(port);
        EndPoint = (IPEndPoint)_reserved.LocalEndPoint!;
    }

    /// <summary>From one start to the next end.</summary>
    private sealed record Life(LoopbackHost Host, Think Think, CancellationTokenSource Aborting);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IPEndPoint EndPoint { get; }

    /// <summary>What happened so far.</summary>
    public HttpLog Log { get; } = new();

    /// <summary>Whether it is running.</summary>
    public bool IsUp => Volatile.Read(ref _life) is not null;

    /// <summary>Whether it wants no new requests.</summary>
    public bool IsDraining => _draining;

    /// <summary>Where it enters orders.</summary>
    public OrderBook Orders { get; }

    string IStoppable.LogSummary => Log.Summary();

    string IHttpTarget.RoutingPolicy => Name;

    IReadOnlyList<string> IHttpTarget.OriginNames => [Name];

    /// <summary>Starts an origin on 127.0.0.1. When this returns, clients can connect.</summary>
    /// <param name="name">Its name. An origin or server running under that name is replaced.</param>
    /// <param name="think">The think time: what one answer costs.</param>
    /// <param name="orders">Where it enters orders; a book of its own unless told otherwise.</param>
    /// <param name="port">The TCP port; 0 lets the system choose.</param>
    /// <exception cref="ArgumentOutOfRangeException">The think time is less than 0 or more than an hour.</exception>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static Origin Start(string name, TimeSpan think = default, OrderBook? orders = null, int port = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(think, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(think, TimeSpan.FromHours(1));
        var origin = RunningServers.Replace(name, () => new Origin(name, think, orders ?? new OrderBook(), port));
        origin.Begin();
        return origin;
    }

    /// <summary>Kills it: connections are reset, requests in flight get no answer, and nobody listens any more.</summary>
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

    /// <summary>Starts it again after it was killed, at the same end point. If it is running, nothing happens.</summary>
    /// <exception cref="ObjectDisposedException">It was stopped, and has given its port back.</exception>
    public Task StartAgainAsync() => ChangeAsync(() =>
    {
        ThrowIfStopped();
        if (_life is null)
        {
            Begin();
        }

        return Task.CompletedTask;
    });

    /// <summary>Ends it in order and starts it again at the same end point, as for a new version. Requests in flight are finished.</summary>
    /// <exception cref="ObjectDisposedException">It was stopped, and has given its port back.</exception>
    public Task RestartAsync() => ChangeAsync(async () =>
    {
        ThrowIfStopped();
        if (_life is { } life)
        {
            await EndAsync(life, Server.DefaultGrace).ConfigureAwait(false);
            _reserved = LoopbackHost.Bind(EndPoint.Port);
        }

        Begin();
    });

    /// <summary>
    /// From now on it says that it wants no requests. It still answers those that come: until a load balancer has noticed, some will.
    /// </summary>
    public void Drain()
    {
        if (!_draining)
        {
            _draining = true;
            Log.Write(HttpEventKind.Draining, origin: Name, detail: $"{HealthPath} answers 503");
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(TimeSpan? grace = null)
    {
        var limit = grace ?? Server.DefaultGrace;
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero, nameof(grace));
        return ChangeAsync(async () =>
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            Log.Write(HttpEventKind.Stopping, origin: Name);
            if (_life is { } life)
            {
                await EndAsync(life, limit).ConfigureAwait(false);
            }

            _reserved?.Dispose();
            RunningServers.Forget(this);
            Log.Write(HttpEventKind.Stopped, origin: Name);
        });
    }

    /// <summary>Stops it with the default grace time.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    Func<IReadOnlyList<IPEndPoint>> IHttpTarget.NewClient() => () => [EndPoint];

    /// <inheritdoc/>
    public string ToHtml() => new Table(
        ["origin", "listens on", "state", "think time", "orders", "log"],
        [[Name, EndPoint, State, InvariantText.Of(_think), Orders.Count, Log.Summary()]]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {State}, {EndPoint}, think time {InvariantText.Of(_think)}";

    internal string State => !IsUp ? "down" : IsDraining ? "draining" : "up";

    // One change at a time.
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

    private void ThrowIfStopped() => ObjectDisposedException.ThrowIf(_stopped, this);

    private void Begin()
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
        // Who still thinks when time is up has thought in vain.
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
            // Killed, or out of time, while it thought. Returning alone would send an empty answer that says 200.
            context.Abort();
            return;
        }

        await context.Response.WriteAsync($"{Name} answers {what}").ConfigureAwait(false);
        Log.Write(HttpEventKind.Answered, number, what, Name);
    }
}
