using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The server inside a worker process: a sequential server on a listening socket shared with its sibling processes.
/// </summary>
internal sealed class WorkerServer : Server
{
    private WorkerServer(ServerOptions options, Listener listener, BinaryWriter reports)
        : base(options, _ => listener) => Forwarder = new LogForwarder(Log, reports);

    public LogForwarder Forwarder { get; }

    public static WorkerServer Create(WorkerOrder order, BinaryWriter reports)
    {
        Think.KnowRoundsPerMillisecond(order.RoundsPerMillisecond);
        var shared = order.Listener is { } descriptor ? Inheritance.TryReceive(descriptor) : null;
        var listener = shared is null
            ? new Listener(port: 0, order.Options.Backlog)
            : new Listener(shared, isShared: true);
        // The first thing the parent reads: the port of this worker, or 0 if it accepts on the
        // shared socket.
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
                // Without its only thread, this process cannot do any work.
                WorkerFailed(exception, worker);
                Crash();
            }
        });
    }

    /// <summary>Kills the process abruptly: no handlers run and clients get no answer. Only the log is forwarded first.</summary>
    private protected override void Crash()
    {
        Forwarder.Forward();
        Process.GetCurrentProcess().Kill();
    }
}
