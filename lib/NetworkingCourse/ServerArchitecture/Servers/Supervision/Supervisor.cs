using System.Diagnostics;
using System.Threading.Channels;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Starts a server's workers and replaces those that die, on a thread of its own. If workers die too fast for restarts to help,
/// it logs that, gives up and stops the server.
/// </summary>
internal sealed class Supervisor(Server server)
{
    private const string Name = "supervisor";

    private readonly Channel<string> _dead = Channel.CreateUnbounded<string>();

    /// <summary>Starts workers, each on its own thread, and supervises them until the server stops.</summary>
    /// <param name="names">The names of the workers.</param>
    /// <param name="body">
    /// The code of a worker, which receives the worker's name. It throws an exception if and only if the worker has died.
    /// </param>
    public void Start(IReadOnlyList<string> names, Action<string> body)
    {
        foreach (var name in names)
        {
            StartWorker(name, body);
        }

        server.StartThread(Name, _ => ReplaceTheDead(body));
    }

    private void StartWorker(string name, Action<string> body) => server.StartThread(name, worker =>
    {
        try
        {
            body(worker);
        }
        catch (Exception exception)
        {
            server.WorkerFailed(exception, worker);
            _dead.Writer.TryWrite(worker);
        }
    });

    private void ReplaceTheDead(Action<string> body)
    {
        var options = server.Options;
        var policy = new RestartPolicy(
            options.RestartDelay, options.RestartLimit, options.RestartPeriod);
        try
        {
            while (true)
            {
                // Blocking is fine here: this thread exists only to wait for deaths.
                var worker = _dead.Reader.ReadAsync(server.Stopping).AsTask().GetAwaiter().GetResult();
                if (policy.AfterDeath(Stopwatch.GetTimestamp()) is not { } delay)
                {
                    GiveUp();
                    return;
                }

                if (server.Stopping.WaitHandle.WaitOne(delay))
                {
                    return;
                }

                StartWorker(worker, body);
                var detail = $"replaced after {InvariantText.Of(delay)}";
                server.Write(ServerEventKind.WorkerReplaced, worker, detail);
            }
        }
        catch (OperationCanceledException)
        {
            // The server is stopping, so no worker needs to be replaced.
        }
    }

    private void GiveUp()
    {
        var options = server.Options;
        server.Write(
            ServerEventKind.GaveUp, Name,
            InvariantText.Format(
                $"more than {options.RestartLimit} workers died within {options.RestartPeriod.TotalSeconds:0.###} s")
            + ": the server stops, so that clients are refused rather than left waiting");
        _ = server.StopAsync();
    }
}
