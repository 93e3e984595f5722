using System.CommandLine;
using System.Diagnostics;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Bench;
using NetworkingCourse.Host.Notebooks;
using static System.FormattableString;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>bench kernels</c>: measures how many learners this machine carries when they share it.</summary>
internal static class BenchKernelsCommand
{
    private const int Rounds = 3;
    private const double MaxDistance = 0.1;
    private const double MinShare = 0.95;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Command Create()
    {
        var kernels = NumberOption.Create(
            "--kernels", "N", 30, 2, 500, "a number of kernels", "How many learners have a kernel on this machine.");
        var command = new Command(
            "kernels",
            "Measure a room of learners who share this machine, as with JupyterHub: start-up, memory, and how many can measure "
                + "at the same moment before the latencies of 'Start here' are more than 10 % away from theory.")
        {
            kernels,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var stop = new StopSignals(cancellation);
            try
            {
                await MeasureAsync(parsed.GetValue(kernels), stop.Token).ConfigureAwait(false);
                return ExitCode.Success;
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Interrupted;
            }
            catch (NotebookException exception)
            {
                return ExitCode.BadInput(exception.Message);
            }
            catch (InvalidOperationException exception)
            {
                await Console.Error.WriteLineAsync($"course: {exception.Message}").ConfigureAwait(false);
                return ExitCode.Failed;
            }
        });
        return command;
    }

    private static async Task MeasureAsync(int count, CancellationToken cancellation)
    {
        Console.WriteLine(Provenance.Here());
        Console.WriteLine();
        var room = new KernelRoom(NotebookPaths.Root());
        await using (room.ConfigureAwait(false))
        {
            var alone = await ShowAsync("one kernel starts", room.StartAsync(1, cancellation)).ConfigureAwait(false);
            Say($"one kernel: its first cell has run after {alone[0].TotalSeconds:0.0} s");
            await ShowAsync("it settles", room.SettleAsync(Patience, cancellation)).ConfigureAwait(false);
            Say($"it measures: {Distance(await room.MeasureAsync(..1, cancellation).ConfigureAwait(false))}");

            var together = await ShowAsync(Invariant($"{count - 1} more start"), room.StartAsync(count - 1, cancellation))
                .ConfigureAwait(false);
            var median = Statistics.Median(together.Select(time => time.TotalSeconds));
            var last = together.Max().TotalSeconds;
            Say($"{count - 1} more, started at the same moment: after {median:0.0} s (median), {last:0.0} s (last)");
            var began = Stopwatch.GetTimestamp();
            var idle = await ShowAsync("they settle", room.SettleAsync(Patience, cancellation)).ConfigureAwait(false);
            var settled = Stopwatch.GetElapsedTime(began);
            var memory = room.Memory() / 1e6 / count;
            Say($"{count} kernels, {settled.TotalSeconds:0} s later: they use {idle:0.00} cores and {memory:0} MB each");
            var beside = await ShowAsync("each measures once", OneByOneAsync(room, count, cancellation)).ConfigureAwait(false);
            Say($"each measures once, while the others are idle: {Distance(beside)}");
            Console.WriteLine();
            await CrowdAsync(room, count, cancellation).ConfigureAwait(false);
        }
    }

    // The first kernel has measured before.
    private static async Task<List<double>> OneByOneAsync(KernelRoom room, int count, CancellationToken cancellation)
    {
        List<double> distances = [];
        for (var i = 1; i < count; i++)
        {
            distances.AddRange(await room.MeasureAsync(i..(i + 1), cancellation).ConfigureAwait(false));
            await room.SettleAsync(Patience, cancellation).ConfigureAwait(false);
        }

        return distances;
    }

    private static async Task CrowdAsync(KernelRoom room, int count, CancellationToken cancellation)
    {
        List<IReadOnlyList<object?>> rows = [];
        var (max, isEnough) = (1, true);
        foreach (var crowd in Crowds(count))
        {
            var distances = await ShowAsync(
                Invariant($"{crowd} measure at the same moment"), RoundsAsync(room, crowd, cancellation)).ConfigureAwait(false);
            var within = distances.Count(distance => distance <= MaxDistance) / (double)distances.Count;
            isEnough &= within >= MinShare;
            max = isEnough ? crowd : max;
            rows.Add([crowd, Percent(Statistics.Median(distances)), Percent(distances.Max()), Percent(within)]);
            await Console.Error.WriteLineAsync(Invariant($"{crowd} at the same moment: {Distance(distances)}"))
                .ConfigureAwait(false);
        }

        Console.WriteLine(new Table(
            ["learners who measure at the same moment", "farthest latency, median (%)", "worst (%)", "learners within 10 % (%)"],
            rows).ToText());
        var each = max / (double)Environment.ProcessorCount;
        Say($"With up to {max} at the same moment, 95 % of the learners were within 10 % of theory: {each:0.#} a core.");
    }

    // Shows what is going on, and for how long, until it is over.
    private static async Task<T> ShowAsync<T>(string what, Task<T> work)
    {
        var began = Stopwatch.GetTimestamp();
        using var progress = new ProgressLine(onError: true);
        progress.Set(() => Invariant($"{what}: {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        return await work.ConfigureAwait(false);
    }

    // Doubling, up to everyone.
    private static IEnumerable<int> Crowds(int count)
    {
        for (var crowd = 2; crowd < count; crowd *= 2)
        {
            yield return crowd;
        }

        yield return count;
    }

    private static async Task<List<double>> RoundsAsync(KernelRoom room, int count, CancellationToken cancellation)
    {
        List<double> distances = [];
        for (var round = 0; round < Rounds; round++)
        {
            await room.SettleAsync(Patience, cancellation).ConfigureAwait(false);
            distances.AddRange(await room.MeasureAsync(..count, cancellation).ConfigureAwait(false));
        }

        return distances;
    }

    private static string Distance(IReadOnlyList<double> distances) => distances.Count == 1
        ? Invariant($"the farthest latency is {distances[0]:0.0 %} from theory")
        : Invariant($"the farthest latency is {Statistics.Median(distances):0.0 %} from theory (median), ")
            + Invariant($"{distances.Max():0.0 %} (worst)");

    private static string Percent(double share) => Invariant($"{100 * share:0.#}");

    private static void Say(FormattableString text) => Console.WriteLine(Invariant(text));
}
