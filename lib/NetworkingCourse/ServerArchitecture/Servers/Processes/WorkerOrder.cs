namespace NetworkingCourse.ServerArchitecture;

/// <summary>What a worker process is told at its start.</summary>
/// <param name="Options">How to serve.</param>
/// <param name="Listener">The descriptor of the listening socket that it has inherited; null if it is to listen on a port of its own.</param>
/// <param name="RoundsPerMillisecond">How fast a core computes, so that not every worker has to find out; 0 if nobody computes.</param>
internal sealed record WorkerOrder(ServerOptions Options, int? Listener, double RoundsPerMillisecond)
{
    public void Write(BinaryWriter to)
    {
        to.Write(Options.Name!);
        to.Write(Options.Think.Ticks);
        to.Write((byte)Options.ThinkKind);
        to.Write(Options.QuestionDeadline.Ticks);
        to.Write(Options.Backlog);
        to.Write(Options.CrashOn ?? "");
        to.Write(Listener ?? -1);
        to.Write(RoundsPerMillisecond);
        to.Flush();
    }

    public static WorkerOrder Read(BinaryReader from)
    {
        var options = new ServerOptions
        {
            Name = from.ReadString(),
            Think = TimeSpan.FromTicks(from.ReadInt64()),
            ThinkKind = (ThinkKind)from.ReadByte(),
            QuestionDeadline = TimeSpan.FromTicks(from.ReadInt64()),
            Backlog = from.ReadInt32(),
            CrashOn = from.ReadString() is { Length: > 0 } text ? text : null,
            Supervised = false, // somebody is: the parent
        };
        return new WorkerOrder(options, from.ReadInt32() is >= 0 and var listener ? listener : null, from.ReadDouble());
    }
}
