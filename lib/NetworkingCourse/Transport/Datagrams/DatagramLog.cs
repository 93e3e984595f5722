using System.Diagnostics;
using System.Net;

namespace NetworkingCourse.Transport;

/// <summary>The log of a UDP server.</summary>
public sealed class DatagramLog : EventLog<DatagramEvent, DatagramEventKind>
{
    internal const int Capacity = 16_384;

    internal DatagramLog()
        : base(Capacity)
    {
    }

    private protected override IReadOnlyList<string> Headings => ["peer", "bytes", "what happened"];

    internal void Write(DatagramEventKind kind, IPEndPoint? peer = null, int bytes = 0, string detail = "") =>
        Add(new DatagramEvent(Stopwatch.GetTimestamp(), kind, peer, bytes, detail));

    private protected override IReadOnlyList<object?> Cells(DatagramEvent entry) =>
        [entry.Peer, entry.ConcernsADatagram ? entry.Bytes : "", entry.Detail];
}
