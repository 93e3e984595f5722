using System.Diagnostics;
using System.Threading.Channels;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Who manages the workers: one more thread, which starts them, waits for one to die, and replaces it. It gives up, loudly, when
/// workers die faster than replacing them makes sense.
/// </summary>
internal sealed class Supervisor(Server server)
{
    private const string Name = "supervisor";

    private readonly Channel<string> _dead = Channel.CreateUnbounded<string>();

    /// <summary>Starts workers, each on a thread of its own, and looks after them until the server stops.</summary>
    /// <param name="names">The workers' names.</param>
    /// <param name="body">What a worker does, given its name. It ends with an exception if and only if the worker has died.</param>
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
        var policy = new RestartPolicy(options.RestartDelay, options.RestartLimit, options.RestartPeriod);
        try
        {
            while (true)
            {
                // Blocks: to wait for a death is all that this thread is there for.
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
                server.Write(ServerEventKind.WorkerReplaced, worker, InvariantText.Format($"replaced after {InvariantText.Of(delay)}"));
            }
        }
        catch (OperationCanceledException)
        {
            // The server is stopping: nobody needs to be replaced any more.
        }
    }

    private void GiveUp()
    {
        var options = server.Options;
        server.Write(ServerEventKind.GaveUp, Name, InvariantText.Format(
            $"more than {options.RestartLimit} workers died within {options.RestartPeriod.TotalSeconds:0.###} s: the server stops, so that its clients are refused instead of left waiting"));
        _ = server.StopAsync();
    }
}
