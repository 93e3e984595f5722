using System.Diagnostics;
using System.Net;

namespace NetworkingCourse.Transport;

/// <summary>The log of the sixteen-octet server.</summary>
public sealed class SixteenLog : EventLog<SixteenEvent, SixteenEventKind>
{
    private const int Capacity = 10_000;

    internal SixteenLog()
        : base(Capacity)
    {
    }

    private protected override IReadOnlyList<string> Headings => ["client", "what happened"];

    internal void Write(SixteenEventKind kind, IPEndPoint? client = null, string detail = "") =>
        Add(new SixteenEvent(Stopwatch.GetTimestamp(), kind, client, detail));

    private protected override IReadOnlyList<object?> Cells(SixteenEvent entry) => [entry.Client?.ToString(), entry.Detail];
}
