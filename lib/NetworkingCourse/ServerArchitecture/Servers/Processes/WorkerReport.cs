namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serializes the events of a worker's log for the parent. Timestamps need no conversion, because all processes on a machine
/// share one clock.
/// </summary>
internal static class WorkerReport
{
    public static void Write(BinaryWriter to, in ServerEvent entry)
    {
        to.Write((byte)entry.Kind);
        to.Write(entry.Timestamp);
        to.Write(entry.Connection);
        to.Write(entry.ClientPort);
        to.Write(entry.Thread);
        to.Write(entry.Bytes);
        to.Write(entry.Detail ?? "");
    }

    /// <summary>Reads the next event.</summary>
    /// <exception cref="EndOfStreamException">The worker has ended.</exception>
    public static ServerEvent Read(BinaryReader from, string worker)
    {
        var kind = (ServerEventKind)from.ReadByte();
        var timestamp = from.ReadInt64();
        var (connection, port, thread, bytes) = (from.ReadInt32(), from.ReadInt32(), from.ReadInt32(), from.ReadInt32());
        return new ServerEvent(
            timestamp, kind, connection, port, worker, thread, bytes,
            from.ReadString() is { Length: > 0 } detail ? detail : null);
    }
}
