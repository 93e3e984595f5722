using System.Diagnostics;
using System.Globalization;
using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// The kernels of a class that shares a machine, as with JupyterHub: how long they take to start, what they use, and how far they
/// disturb what one of them measures.
/// </summary>
/// <param name="notebooks">The folder of the course's notebooks.</param>
internal sealed class KernelRoom(string notebooks) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>What <em>Start here</em> does before it measures: the library, and a first question.</summary>
    private const string FirstCell =
        """
        #r "bin/NetworkingCourse.dll"
        using System;
        using System.Linq;
        using NetworkingCourse;
        using NetworkingCourse.Display;
        using NetworkingCourse.ServerArchitecture;

        Course.Begin().Display();
        var think = TimeSpan.FromSeconds(0.25);
        await Client.AskAsync(Architecture.Sequential.Start(think), "Anybody there?")
        """;

    /// <summary>
    /// What <em>Start here</em> measures and draws. The value is the largest distance of a latency from theory, as a share of it.
    /// </summary>
    private const string MeasuringCell =
        """
        var one = await Load.ClosedLoopAsync(Architecture.Sequential.Start(think), clients: 3);
        one.Chart().Display();
        var all = await Load.ClosedLoopAsync(Architecture.Async.Start(think), clients: 3);
        all.Timeline().Display();
        await RunningServers.StopAllAsync();
        var ratios = one.Latencies.Select((latency, i) => latency / (think * (i + 1)))
            .Concat(all.Latencies.Select(latency => latency / think));
        FormattableString.Invariant($"{ratios.Max(ratio => Math.Abs(ratio - 1)):R}")
        """;

    private readonly List<KernelProcess> _kernels = [];

    /// <summary>Starts kernels, all at the same moment.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>How long each took from its start until its first cell had run.</returns>
    /// <exception cref="InvalidOperationException">A kernel failed.</exception>
    public async Task<IReadOnlyList<TimeSpan>> StartAsync(int count, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        // Each is in the list before anything can go wrong, so that all of them end with the room.
        var started = Enumerable.Range(0, count).Select(_ => KernelProcess.Start(notebooks)).ToList();
        _kernels.AddRange(started);
        return await Task.WhenAll(started.Select(async kernel =>
        {
            await RunAsync(kernel, FirstCell, cancellation).ConfigureAwait(false);
            return Stopwatch.GetElapsedTime(began);
        })).ConfigureAwait(false);
    }

    /// <summary>Measures what <em>Start here</em> measures, in several kernels at the same moment.</summary>
    /// <param name="which">In which kernels, by their numbers. The others stay idle.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>For each kernel, the largest distance of a latency from theory, as a share of it.</returns>
    /// <exception cref="InvalidOperationException">A kernel failed.</exception>
    public async Task<IReadOnlyList<double>> MeasureAsync(Range which, CancellationToken cancellation) =>
        await Task.WhenAll(_kernels[which].Select(async kernel => double.Parse(
            await RunAsync(kernel, MeasuringCell, cancellation).ConfigureAwait(false), CultureInfo.InvariantCulture)))
            .ConfigureAwait(false);

    /// <summary>
    /// The memory that all kernels use together, in bytes. On Linux, a page that several of them share counts once; elsewhere it
    /// counts for each.
    /// </summary>
    public long Memory() =>
        _kernels.Sum(kernel => ProcessResources.ProportionalMemory(kernel.Id) ?? ResourcesOf(kernel).WorkingSet);

    /// <summary>
    /// Waits until the kernels have nothing more to do: after its first cells, the runtime goes on compiling for a while.
    /// </summary>
    /// <param name="patience">The longest wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The number of cores that all kernels together used in the last second, at best less than a twentieth.</returns>
    public async Task<double> SettleAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        for (var used = ProcessorTime(); ;)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation).ConfigureAwait(false);
            var now = ProcessorTime();
            var cores = (now - used).TotalSeconds;
            if (cores < 0.05 || Stopwatch.GetElapsedTime(began) > patience)
            {
                return cores;
            }

            used = now;
        }
    }

    /// <summary>Ends all kernels.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var kernel in _kernels)
        {
            await kernel.DisposeAsync().ConfigureAwait(false);
        }
    }

    private TimeSpan ProcessorTime() => TimeSpan.FromSeconds(_kernels.Sum(kernel => ResourcesOf(kernel).Cpu));

    private static ProcessResources ResourcesOf(KernelProcess kernel) =>
        ProcessResources.Of(kernel.Id, withChildren: false)
        ?? throw new InvalidOperationException("A kernel has ended by itself.");

    private static async Task<string> RunAsync(KernelProcess kernel, string cell, CancellationToken cancellation)
    {
        var value = "";
        var error = await kernel.ExecuteAsync(
            cell,
            happened => value = happened is KernelEvent.Result result ? result.Data.ToString() : value,
            Patience,
            cancellation).ConfigureAwait(false);
        return error is null ? value : throw new InvalidOperationException($"A kernel failed: {error.Name}: {error.Message}");
    }
}
