using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The server inside a worker process: a sequential one, on a listening socket that it shares with its siblings.</summary>
internal sealed class WorkerServer : Server
{
    private WorkerServer(ServerOptions options, Listener listener, BinaryWriter reports)
        : base(options, _ => listener) => Forwarder = new LogForwarder(Log, reports);

    public LogForwarder Forwarder { get; }

    public static WorkerServer Create(WorkerOrder order, BinaryWriter reports)
    {
        Think.KnowRoundsPerMillisecond(order.RoundsPerMillisecond);
        var shared = order.Listener is { } descriptor ? Inheritance.TryReceive(descriptor) : null;
        var listener = shared is null ? new Listener(port: 0, order.Options.Backlog) : new Listener(shared, isShared: true);
        // What the parent reads first: the port on which this worker can be reached, or 0 if it is reached on the shared one.
        reports.Write(shared is null ? listener.EndPoint.Port : 0);
        reports.Flush();
        return new WorkerServer(order.Options, listener, reports);
    }

    protected override void Serve()
    {
        Forwarder.Start();
        StartThread(Name, worker =>
        {
            try
            {
                BlockingConversation.AcceptConnections(this, worker);
            }
            catch (Exception exception)
            {
                // Without its one thread this process is of no use to anybody.
                WorkerFailed(exception, worker);
                Crash();
            }
        });
    }

    /// <summary>As hard as a process can die: no handler, no last word to the clients. Only the log is told, so that a lesson can be read.</summary>
    private protected override void Crash()
    {
        Forwarder.Forward();
        Process.GetCurrentProcess().Kill();
    }
}
