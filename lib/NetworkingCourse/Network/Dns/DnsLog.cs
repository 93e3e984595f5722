using System.Diagnostics;
using System.Net;

namespace NetworkingCourse.Network;

/// <summary>The log of a name server.</summary>
public sealed class DnsLog : EventLog<DnsEvent, DnsEventKind>
{
    private const int Capacity = 16_384;

    internal DnsLog()
        : base(Capacity)
    {
    }

    private protected override IReadOnlyList<string> Headings => ["over", "peer", "bytes", "what happened"];

    internal void Write(DnsEventKind kind, IPEndPoint? peer = null, bool overTcp = false, int bytes = 0, string detail = "") =>
        Add(new DnsEvent(Stopwatch.GetTimestamp(), kind, peer, overTcp, bytes, detail));

    private protected override IReadOnlyList<object?> Cells(DnsEvent entry) =>
    [
        entry.Peer is null ? "" : entry.OverTcp ? "TCP" : "UDP",
        entry.Peer,
        entry.ConcernsAMessage ? entry.Bytes : "",
        entry.Detail,
    ];
}
