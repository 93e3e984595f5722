using System.Net.Sockets;
using System.Runtime.Versioning;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Counts how often epoll reports one socket to which ten bytes have come: level-triggered, as it is by default, and
/// edge-triggered, with the flag EPOLLET (epoll(7)). Linux only.
/// </summary>
public sealed class Triggering : Shown
{
    private const int Sent = 10;
    private const int BufferSize = 4;

    private Triggering(IReadOnlyList<TriggeringResult> results) => Results = results;

    /// <summary>One result per program and kind of epoll; none on systems without epoll.</summary>
    public IReadOnlyList<TriggeringResult> Results { get; }

    /// <summary>Lets three programs ask both kinds of epoll five times each.</summary>
    public static Triggering Count()
    {
        var results = new List<TriggeringResult>();
        if (SystemFeatures.Epoll)
        {
            const uint level = EpollCalls.Readable, edge = EpollCalls.Readable | EpollCalls.EdgeTriggered;
            foreach (var (program, receives) in new[]
            {
                ("receives nothing", 0), ("receives once for each report", 1), ("receives until WouldBlock", int.MaxValue),
            })
            {
                results.Add(Ask("level", level, program, receives));
                results.Add(Ask("edge", edge, program, receives));
            }
        }

        return new Triggering(results);
    }

    [SupportedOSPlatform("linux")]
    private static TriggeringResult Ask(string kind, uint wanted, string program, int receives)
    {
        using var listener = new Listener(port: 0, backlog: 1);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.EndPoint);
        using var socket = listener.Accept()!;
        socket.Blocking = false;
        client.Send("Ten bytes?"u8);
        SpinWait.SpinUntil(() => socket.Available == Sent, TimeSpan.FromSeconds(5));
        var epoll = EpollCalls.Create();
        try
        {
            EpollCalls.Control(epoll, EpollCalls.Add, (int)socket.Handle, wanted);
            var (reports, calls) = AskFiveTimes(epoll, socket, receives);
            return new TriggeringResult(kind, program, reports, calls, socket.Available);
        }
        finally
        {
            EpollCalls.Destroy(epoll);
        }
    }

    // Asks five times, and does not wait. After each report, it receives as often as it may.
    [SupportedOSPlatform("linux")]
    private static (int Reports, int Calls) AskFiveTimes(int epoll, Socket socket, int receives)
    {
        var (reports, calls, error) = (0, 0, SocketError.Success);
        var (events, buffer) = (EpollCalls.NewEvents(1), new byte[BufferSize]);
        for (var i = 0; i < 5; i++)
        {
            if (EpollCalls.Wait(epoll, events, TimeSpan.Zero) == 0)
            {
                continue; // no report: the program would sleep
            }

            reports++;
            for (var j = 0; j < receives && error == SocketError.Success; j++)
            {
                calls++;
                socket.Receive(buffer, 0, BufferSize, SocketFlags.None, out error);
            }
        }

        return (reports, calls);
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["epoll", "the program", "reports, of 5 calls", "receives", "bytes left"],
        Results.Select(IReadOnlyList<object?> (result) =>
            [$"{result.Kind}-triggered", result.Program, result.Reports, result.Receives, result.Left]),
        Results.Count == 0
            ? "This system has no epoll."
            : InvariantText.Format($"{Sent} bytes have come. A receive takes up to {BufferSize} of them."));
}

/// <summary>What one program has found out from one kind of epoll.</summary>
/// <param name="Kind">The kind: <c>level</c> or <c>edge</c>.</param>
/// <param name="Program">What the program does after a report.</param>
/// <param name="Reports">How many of its calls have reported the socket.</param>
/// <param name="Receives">How often it has received, the call that would have blocked included.</param>
/// <param name="Left">How many bytes it has not received.</param>
public sealed record TriggeringResult(string Kind, string Program, int Reports, int Receives, int Left);
