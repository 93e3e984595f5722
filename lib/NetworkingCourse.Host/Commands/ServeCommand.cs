using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetworkingCourse.ServerArchitecture;
using Architecture = NetworkingCourse.ServerArchitecture.Architecture;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>serve</c>: one server in the foreground on loopback, for a second terminal, netcat or any client.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var architecture = new Argument<string?>("architecture") { Description = "Which server: a name from 'serve --list'.", Arity = ArgumentArity.ZeroOrOne };
        var port = NumberOption.Create("--port", "N", 0, 0, IPEndPoint.MaxPort, "a port number", "The TCP port on 127.0.0.1; 0 lets the system choose.");
        var think = NumberOption.Create("--think", "MS", 1000, 0, TimeSpan.FromHours(1).TotalMilliseconds, "a think time in milliseconds", "The think time in milliseconds: what one answer costs.");
        var workers = NumberOption.Create("--workers", "N", 4, 1, 1000, "a number of workers", "How many workers, where the architecture has a fixed number.");
        var list = new Option<bool>("--list") { Description = "List the architectures, a line each, the name first." };
        var command = new Command("serve", "Run one server on loopback until Ctrl-C, and show its log as it comes.") { architecture, port, think, workers, list };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(list))
            {
                List();
                return ExitCode.Success;
            }

            if (parsed.GetValue(architecture) is not { } name)
            {
                return ExitCode.BadInput($"Say which server: {Names()}. 'serve --list' tells what they are.");
            }

            try
            {
                var options = new ServerOptions { Port = parsed.GetValue(port), Think = TimeSpan.FromMilliseconds(parsed.GetValue(think)), Workers = parsed.GetValue(workers) };
                await ServeAsync(Architecture.Find(name), options, cancellation).ConfigureAwait(false);
                return ExitCode.Success;
            }
            catch (ArgumentOutOfRangeException exception)
            {
                return ExitCode.BadInput($"--{exception.ParamName?.ToLowerInvariant()}: {exception.Message.Split('\n', '(')[0].Trim()}");
            }
            catch (ArgumentException)
            {
                return ExitCode.BadInput($"There is no architecture '{name}'. Choose one of: {Names()}.");
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                return ExitCode.BadInput($"Port {parsed.GetValue(port)} is taken by another program. Choose another, or leave --port out to get a free one.");
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AccessDenied)
            {
                return ExitCode.BadInput($"Port {parsed.GetValue(port)} may not be used by an ordinary user. Choose one above 1023, or leave --port out to get a free one.");
            }
        });
        return command;
    }

    private static string Names() => string.Join(", ", Architecture.All.Select(architecture => architecture.Name));

    private static void List()
    {
        var width = Architecture.All.Max(architecture => architecture.Name.Length);
        foreach (var architecture in Architecture.All)
        {
            Console.WriteLine($"{architecture.Name.PadRight(width)}  {architecture.Summary}");
        }
    }

    /// <summary>Serves until it is told to stop: by Ctrl-C, by SIGTERM, or by the token.</summary>
    private static async Task ServeAsync(Architecture architecture, ServerOptions options, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var server = architecture.Start(options);
        Console.WriteLine(FormattableString.Invariant($"ready {server.EndPoint} ({architecture.Name}, think time {options.Think.TotalMilliseconds:0.###} ms; Ctrl-C stops it)"));
        var showing = ShowAsync(server.Log);
        await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server.StopAsync().ConfigureAwait(false);
        await showing.ConfigureAwait(false);

        void Stop(PosixSignalContext signal)
        {
            // Not the end of the process yet: the server gives back first what it has.
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task ShowAsync(ServerLog log)
    {
        await foreach (var entry in log.FollowAsync().ConfigureAwait(false))
        {
            var time = TimeSpan.FromSeconds((entry.Timestamp - log.Began) / (double)System.Diagnostics.Stopwatch.Frequency);
            Console.WriteLine($"{time.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture),9}  {entry}");
            if (entry.Kind == ServerEventKind.Stopped)
            {
                return;
            }
        }
    }
}
