using NetworkingCourse.Checking;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The threads and tasks of a server. An exception that one of them does not handle is logged, and does not end the process.
/// </summary>
internal sealed class Workers(Server server)
{
    private readonly Lock _gate = new();
    private readonly List<(Task Ended, Thread? Thread)> _started = [];
    private int _pruned = 16;

    /// <summary>Starts a fixed number of workers, each on its own thread, supervised unless the options disable that.</summary>
    /// <param name="names">The names of the workers.</param>
    /// <param name="body">
    /// The code of a worker, which receives the worker's name. It throws an exception if and only if the worker has died.
    /// </param>
    public void StartAll(IReadOnlyList<string> names, Action<string> body)
    {
        if (server.Options.Supervised)
        {
            new Supervisor(server).Start(names, body);
            return;
        }

        foreach (var name in names)
        {
            StartThread(name, body);
        }
    }

    /// <summary>Starts a thread.</summary>
    /// <param name="worker">The thread's name, in the log and in a debugger.</param>
    /// <param name="body">The code to run, which receives the thread's name.</param>
    public void StartThread(string worker, Action<string> body)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Action run = () => body(worker);
        if (server.Options.Own is not null)
        {
            run = StoppableCode.Of(run, server.Aborting);
        }

        var thread = new Thread(() =>
        {
            try
            {
                run();
            }
            catch (OperationCanceledException) when (server.Aborting.IsCancellationRequested)
            {
                // The learner's code was stopped.
            }
            catch (Exception exception)
            {
                server.WorkerFailed(exception, worker);
            }
            finally
            {
                ended.SetResult();
            }
        })
        {
            IsBackground = true,
            Name = $"{server.Name}: {worker}",
        };
        Remember(ended.Task, thread);

        // "Unsafe" only means without the execution context. In a notebook that context belongs to the cell that starts the
        // server; if the server kept it, it would keep the cell alive and write to that cell's output.
        thread.UnsafeStart();
    }

    /// <summary>Starts a task, handling exceptions and context like <see cref="StartThread"/>.</summary>
    public void StartTask(Func<Task> body)
    {
        using (Detached.Begin())
        {
            var task = Task.Run(async () =>
            {
                try
                {
                    await body().ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    server.WorkerFailed(exception, "pool");
                }
            });
            Remember(task, thread: null);
        }
    }

    /// <summary>Completes when no worker is running.</summary>
    public async Task WhenEndedAsync()
    {
        // Looks again after each wait, because a worker that has not ended may start another.
        while (true)
        {
            Task[] running;
            lock (_gate)
            {
                running = [.. _started.Where(worker => !worker.Ended.IsCompleted).Select(worker => worker.Ended)];
            }

            if (running.Length == 0)
            {
                return;
            }

            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the threads, whose work has ended, are gone.</summary>
    public void Join()
    {
        foreach (var (_, thread) in _started)
        {
            thread?.Join();
        }
    }

    private void Remember(Task ended, Thread? thread)
    {
        lock (_gate)
        {
            // Without pruning, a server that starts a thread per connection would keep every ended one in the list.
            if (_started.Count >= _pruned)
            {
                _started.RemoveAll(worker => worker.Ended.IsCompleted && worker.Thread is not { IsAlive: true });
                _pruned = Math.Max(16, 2 * _started.Count);
            }

            _started.Add((ended, thread));
        }
    }
}
