using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// <c>check</c>: does every fault to a server that is running already, in whatever language it is written, and shows what its
/// other clients see of it.
/// </summary>
internal static class CheckCommand
{
    private const double DefaultDeadlineSeconds = 10;

    public static Command Create()
    {
        var server = new Argument<string>("server")
        {
            Description = "Where the server listens, on loopback: 127.0.0.1:PORT or [::1]:PORT.",
        };
        var deadline = NumberOption.Create(
            "--deadline", "SECONDS", DefaultDeadlineSeconds, 0.1, 60, "a time in seconds",
            "How long the server lets a question take to arrive.");
        var process = NumberOption.Create(
            "--pid", "ID", 0, 0, int.MaxValue, "the ID of a process", "The server's process, to see whether it spins.");
        var command = new Command(
            "check",
            "Subject a running server to eleven faults, and show whether it survives them. It must speak the course's protocol: "
                + "the answer to 'Yoyo?' is 'Yoyo.'.")
        {
            server, deadline, process,
        };
        command.SetAction(async (parsed, cancellation) =>
            IPEndPoint.TryParse(parsed.GetValue(server)!, out var endPoint) && endPoint.Port != 0
                && IPAddress.IsLoopback(endPoint.Address)
                ? await CheckAsync(
                    endPoint, TimeSpan.FromSeconds(parsed.GetValue(deadline)), parsed.GetValue(process), cancellation)
                    .ConfigureAwait(false)
                : ExitCode.BadInput($"'{parsed.GetValue(server)}' is not the address of a server on this machine. "
                    + "Give 127.0.0.1:PORT, for example 127.0.0.1:8000."));
        return command;
    }

    private static async Task<int> CheckAsync(
        IPEndPoint server, TimeSpan deadline, int process, CancellationToken cancellation)
    {
        using var stop = new StopSignals(cancellation);
        try
        {
            var matrix = await FaultMatrix.RunAsync(
                server, deadline, process == 0 ? null : process, result => Console.WriteLine(result), stop.Token)
                .ConfigureAwait(false);
            Console.WriteLine();
            Console.WriteLine(matrix.ToText());
            return matrix.Passed ? ExitCode.Success : ExitCode.Failed;
        }
        catch (SocketException exception)
        {
            return ExitCode.BadInput($"There is no server at {server} ({exception.SocketErrorCode}). Start it first.");
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }
}
