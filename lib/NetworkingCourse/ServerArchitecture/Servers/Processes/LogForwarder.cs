namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Forwards the log of a worker to the parent process. It runs on its own thread and sends events in batches, so that serving
/// does not wait for it.
/// </summary>
internal sealed class LogForwarder(ServerLog log, BinaryWriter reports)
{
    private readonly Lock _gate = new();
    private long _next;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "log" }.Start();

    /// <summary>Forwards all events logged so far.</summary>
    public void Forward()
    {
        lock (_gate)
        {
            var (events, next) = log.Since(_next);
            _next = next;
            foreach (var entry in events)
            {
                WorkerReport.Write(reports, entry);
            }

            reports.Flush();
        }
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                log.WaitForMore(_next);
                Forward();
            }
        }
        catch (IOException)
        {
            // The parent has exited. This process will exit too, as soon as it sees the end of its other pipe.
        }
    }
}
