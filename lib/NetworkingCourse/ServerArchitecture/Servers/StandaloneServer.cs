using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A server of any architecture in a process of its own, so that what it costs can be told from what its clients cost. It ends with the process
/// that started it, at the latest.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class StandaloneServer : ITarget, IAsyncDisposable, IShown
{
    private readonly WorkerProcess _process;
    private readonly SemaphoreSlim _asking = new(1);
    private int _disposed;

    private StandaloneServer(Architecture architecture, ServerOptions options, WorkerProcess process, int port, TimeSpan startUp)
    {
        (Architecture, Options, _process, StartUp) = (architecture, options, process, startUp);
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    /// <inheritdoc/>
    public Architecture Architecture { get; }

    /// <inheritdoc/>
    public ServerOptions Options { get; }

    /// <inheritdoc/>
    public IPEndPoint EndPoint { get; }

    /// <summary>From the start of its process until clients could connect.</summary>
    public TimeSpan StartUp { get; }

    /// <summary>The number of its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts it. When the task has ended, clients can connect.</summary>
    /// <param name="architecture">Which.</param>
    /// <param name="options">How to serve; as it comes, unless told otherwise.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    /// <exception cref="InvalidOperationException">It did not start; the message says why.</exception>
    public static Task<StandaloneServer> StartAsync(Architecture architecture, ServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var set = options ?? new ServerOptions();
        set.Validate();
        // On a thread of the pool: starting a process blocks.
        return Task.Run(() =>
        {
            var began = Stopwatch.GetTimestamp();
            var process = WorkerProcess.Start(new WorkerOrder(architecture.Name, set, null, Think.RoundsIf(set.ThinkKind, set.LongThinkKind)), null);
            try
            {
                var port = process.WaitUntilReady();
                var server = new StandaloneServer(architecture, set, process, port, Stopwatch.GetElapsedTime(began));
                RunningServers.StopToo(server);
                return server;
            }
            catch (EndOfStreamException)
            {
                var end = process.WaitForEnd();
                process.Dispose();
                throw new InvalidOperationException($"{architecture.Name} did not start in a process of its own: {end}");
            }
        });
    }

    /// <summary>What its process holds of the system's now, and what its worker processes hold.</summary>
    public async Task<Resources> ResourcesAsync()
    {
        await _asking.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(_process.AskForResources).ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>Stops it, without a grace time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await Task.Run(_process.StopAndDispose).ConfigureAwait(false);
            _asking.Dispose();
            RunningServers.ForgetOther(this);
        }
    }

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format($"{Architecture.Name} in a process of its own ({ProcessId}), listening on {EndPoint}, ready after {InvariantText.Of(StartUp)}");
}
