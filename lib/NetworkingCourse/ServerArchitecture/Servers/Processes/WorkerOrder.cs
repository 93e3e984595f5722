namespace NetworkingCourse.ServerArchitecture;

/// <summary>The startup instructions for a child process of the course.</summary>
/// <param name="Architecture">
/// The name of the architecture to serve with, or <see cref="AcceptingProgram.Name"/>; empty for a worker of another process's
/// server.
/// </param>
/// <param name="Options">The server options.</param>
/// <param name="Listener">The descriptor of the inherited listening socket; null to listen on a port of its own.</param>
/// <param name="RoundsPerMillisecond">
/// The computing speed of a core, so that not every process has to measure it; 0 if nothing computes.
/// </param>
internal sealed record WorkerOrder(string Architecture, ServerOptions Options, int? Listener, double RoundsPerMillisecond)
{
    public void Write(BinaryWriter to)
    {
        to.Write(Architecture);
        to.Write(Options.Think.Ticks);
        to.Write((byte)Options.ThinkKind);
        to.Write(Options.LongQuestion ?? "");
        to.Write(Options.LongThink.Ticks);
        to.Write((byte)Options.LongThinkKind);
        to.Write(Options.Workers);
        to.Write(Options.Loops);
        to.Write(Options.ConnectionLimit);
        to.Write(Options.Supervised);
        to.Write(Options.RestartDelay.Ticks);
        to.Write(Options.RestartLimit);
        to.Write(Options.RestartPeriod.Ticks);
        to.Write(Options.CrashOn ?? "");
        to.Write(Options.Port);
        to.Write(Options.Backlog);
        to.Write(Options.QuestionDeadline.Ticks);
        to.Write(Options.Name ?? "");
        to.Write(Options.Relayed);
        to.Write(Listener ?? -1);
        to.Write(RoundsPerMillisecond);
        to.Flush();
    }

    public static WorkerOrder Read(BinaryReader from)
    {
        var architecture = from.ReadString();
        var options = new ServerOptions
        {
            Think = Time(from),
            ThinkKind = (ThinkKind)from.ReadByte(),
            LongQuestion = Text(from),
            LongThink = Time(from),
            LongThinkKind = (ThinkKind)from.ReadByte(),
            Workers = from.ReadInt32(),
            Loops = from.ReadInt32(),
            ConnectionLimit = from.ReadInt32(),
            Supervised = from.ReadBoolean(),
            RestartDelay = Time(from),
            RestartLimit = from.ReadInt32(),
            RestartPeriod = Time(from),
            CrashOn = Text(from),
            Port = from.ReadInt32(),
            Backlog = from.ReadInt32(),
            QuestionDeadline = Time(from),
            Name = Text(from),
            Relayed = from.ReadBoolean(),
        };
        return new WorkerOrder(
            architecture, options, from.ReadInt32() is >= 0 and var listener ? listener : null, from.ReadDouble());
    }

    private static TimeSpan Time(BinaryReader from) => TimeSpan.FromTicks(from.ReadInt64());

    private static string? Text(BinaryReader from) => from.ReadString() is { Length: > 0 } text ? text : null;
}
