using System.CommandLine;
using System.Globalization;
using NetworkingCourse.Host.Bench;
using Architecture = NetworkingCourse.ServerArchitecture.Architecture;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// <c>bench</c>: compares throughput and latency of the architectures, with no think time.
/// </summary>
internal static class BenchCommand
{
    private const double DefaultSeconds = 2;
    private const double MaxSeconds = 600;
    private const string DefaultConnections = "1,64,1000";

    public static Command Create()
    {
        var architectures = new Argument<string[]>("architecture")
        {
            Description = "The architectures to measure, by their names from 'serve --list'; all of them if none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var seconds = new Option<double>("--seconds")
        {
            Description = "How long each architecture is measured at each number of connections, spread over several rounds. "
                + "With 2 seconds, the whole benchmark takes about two minutes.",
            HelpName = "S",
            DefaultValueFactory = _ => DefaultSeconds,
        };
        var connections = new Option<string>("--connections")
        {
            Description = "The numbers of connections.",
            HelpName = "N,N,…",
            DefaultValueFactory = _ => DefaultConnections,
        };
        var json = new Option<string?>("--json")
        {
            Description = "Also write everything to this file: every round, every histogram, the machine.",
            HelpName = "FILE",
        };
        var fidelity = new Option<bool>("--fidelity")
        {
            Description = "Also compare makespans with theory, for a think time of 100 ms and 1 to 100 clients. "
                + "This takes about a minute more.",
        };
        var command = new Command(
            "bench",
            "Measure throughput, latency, threads and memory of the architectures, with no think time. "
                + "Ctrl-C ends the benchmark and shows the results so far.")
        {
            architectures, seconds, connections, json, fidelity, BenchNetworkCommand.Create(), BenchKernelsCommand.Create(),
            BenchGradeCommand.Create(),
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var options = new BenchOptions(
                    Architectures(parsed.GetValue(architectures) ?? []),
                    Connections(parsed.GetValue(connections)!),
                    Seconds(parsed.GetValue(seconds)),
                    parsed.GetValue(fidelity));
                var file = parsed.GetValue(json);
                CheckWritable(file);
                return await BenchAsync(options, file, cancellation).ConfigureAwait(false);
            }
            catch (FormatException exception)
            {
                return ExitCode.BadInput(exception.Message);
            }
        });
        return command;
    }

    private static async Task<int> BenchAsync(BenchOptions options, string? file, CancellationToken cancellation)
    {
        using var stop = new StopSignals(cancellation);
        var run = new BenchRun(options);
        try
        {
            await run.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            // The report shows the results so far.
        }

        Console.WriteLine(BenchReport.Write(run.Results));
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, BenchJson.Write(run.Results), CancellationToken.None).ConfigureAwait(false);
            Console.WriteLine($"All results are in {file}");
        }

        return run.Results.IsInterrupted ? ExitCode.Interrupted : run.Results.HasFailures ? ExitCode.Failed : ExitCode.Success;
    }

    private static List<Architecture> Architectures(string[] names)
    {
        var known = Architecture.All.Select(architecture => architecture.Name).ToList();
        var unknown = names.FirstOrDefault(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase));
        return unknown is null
            ? [.. names.Length == 0 ? Architecture.All : names.Select(Architecture.Find).Distinct()]
            : throw new FormatException($"There is no architecture '{unknown}'. Choose from: {string.Join(", ", known)}.");
    }

    private static TimeSpan Seconds(double seconds) => seconds is >= 0.1 and <= MaxSeconds
        ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException(FormattableString.Invariant(
            $"--seconds {seconds}: give a time in seconds, from 0.1 to {MaxSeconds}."));

    private static List<int> Connections(string text)
    {
        var numbers = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            {
                throw new FormatException(
                    $"--connections {text}: give numbers of at least 1, separated by commas, for instance {DefaultConnections}.");
            }

            if (ConnectionCapacity.For(number) is { Reason: { } reason } room)
            {
                throw new FormatException(FormattableString.Invariant(
                    $"--connections {text}: no more than {room.Connections} at once here, because {reason}."));
            }

            numbers.Add(number);
        }

        return [.. numbers.Distinct().Order()];
    }

    // Checked up front, so that two minutes of measurements are not lost.
    private static void CheckWritable(string? file)
    {
        try
        {
            if (file is not null)
            {
                File.Open(file, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FormatException($"--json {file}: this file cannot be written. {exception.Message}", exception);
        }
    }
}
