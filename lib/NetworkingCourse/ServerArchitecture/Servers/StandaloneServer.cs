using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A server of any architecture in its own process, so that its cost can be measured separately from that of its clients. It
/// never outlives the process that started it.
/// </summary>
public sealed class StandaloneServer : Shown, ITarget, IAsyncDisposable
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

    /// <summary>Its name: that of its options or, if they have none, that of its architecture.</summary>
    public string Name => Options.Name ?? Architecture.Name;

    /// <summary>The time from the start of its process until clients could connect.</summary>
    public TimeSpan StartUp { get; }

    /// <summary>The ID of its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts a server in its own process. Clients can connect as soon as the task completes.</summary>
    /// <param name="architecture">The server's architecture.</param>
    /// <param name="options">The server's options; null for the defaults.</param>
    /// <param name="environment">
    /// Variables of the environment of its process, besides those of this process: settings of .NET, which a process reads when
    /// it starts. Null for none.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The server did not start; the message says why.</exception>
    public static Task<StandaloneServer> StartAsync(
        Architecture architecture, ServerOptions? options = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var set = options ?? new ServerOptions();
        set.Validate();
        // On a thread-pool thread, because starting a process blocks.
        return Task.Run(() =>
        {
            var began = Stopwatch.GetTimestamp();
            var process = WorkerProcess.Start(
                new WorkerOrder(architecture.Name, set, null, Think.RoundsIf(set.ThinkKind, set.LongThinkKind)),
                null,
                environment);
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
                throw new InvalidOperationException($"{architecture.Name} did not start in its own process: {end}");
            }
        });
    }

    /// <summary>Measures the system resources that its process and its worker processes hold now.</summary>
    /// <exception cref="IOException">The process has ended.</exception>
    public Task<Resources> ResourcesAsync() => AskAsync(_process.AskForResources);

    /// <summary>
    /// Counts the open connections of the server now. It learns only a moment later that a client has closed its connection.
    /// </summary>
    /// <exception cref="IOException">The process has ended.</exception>
    public Task<int> OpenConnectionsAsync() => AskAsync(_process.AskForConnections);

    /// <summary>Counts the context switches of its process until now; null if this system does not keep them.</summary>
    public ThreadSwitches? Switches() => ThreadSwitches.Of(ProcessId);

    /// <summary>Stops the server without a grace period.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await Task.Run(_process.StopAndDispose).ConfigureAwait(false);
            _asking.Dispose();
            RunningServers.ForgetOther(this);
        }
    }

    private async Task<T> AskAsync<T>(Func<T> ask)
    {
        await _asking.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(ask).ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format(
        $"{Name} in process {ProcessId}, listening on {EndPoint}, ready after {InvariantText.Of(StartUp)}");
}
