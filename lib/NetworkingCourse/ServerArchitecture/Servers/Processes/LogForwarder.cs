namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Tells the parent process what a worker's log says, on a thread of its own: many events at once if many have come, so that serving
/// does not wait for it.
/// </summary>
internal sealed class LogForwarder(ServerLog log, BinaryWriter reports)
{
    private readonly Lock _gate = new();
    private long _next;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "log" }.Start();

    /// <summary>Forwards what has been written so far.</summary>
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
            // The parent reads no more: it is gone, and so will be this process as soon as it notices at its other pipe.
        }
    }
}
