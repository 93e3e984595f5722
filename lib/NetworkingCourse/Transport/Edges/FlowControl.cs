using System.Diagnostics;
using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>
/// Measures flow control with a receiver that pauses before it reads, and then reads slowly. The sender notices nothing until the
/// buffers between the two are full; then it stalls, and later proceeds at the receiver's pace. With every segment, the receiver
/// advertises how much more it can accept (RFC 9293, section 3.8.6).
/// </summary>
public sealed class FlowControl : Shown
{
    /// <summary>The number of bytes that the receiver reads before it processes them.</summary>
    public const int Piece = 4096;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private FlowControl(int bytes, TimeSpan pause, int buffers, IReadOnlyList<Moment> sent, IReadOnlyList<Moment> read) =>
        (Bytes, Pause, Buffers, Sent, Read) = (bytes, pause, buffers, sent, read);

    /// <summary>The progress of the sender or receiver at one moment.</summary>
    /// <param name="Time">The time since the sender started.</param>
    /// <param name="Bytes">The number of bytes sent or read until then.</param>
    public readonly record struct Moment(TimeSpan Time, long Bytes);

    /// <summary>The time the receiver takes to process each piece: 2 ms.</summary>
    public static TimeSpan WorkPerPiece { get; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The total number of bytes sent.</summary>
    public int Bytes { get; }

    /// <summary>How long the receiver paused before it read.</summary>
    public TimeSpan Pause { get; }

    /// <summary>
    /// The sizes of the sender's send buffer and the receiver's receive buffer added up, as reported by the system, in bytes.
    /// </summary>
    public int Buffers { get; }

    /// <summary>The sender's progress: the bytes that the system accepted from it.</summary>
    public IReadOnlyList<Moment> Sent { get; }

    /// <summary>The receiver's progress.</summary>
    public IReadOnlyList<Moment> Read { get; }

    /// <summary>The number of bytes sent before the receiver began to read, which may be later than intended.</summary>
    public long SentDuringPause => Sent.LastOrDefault(moment => moment.Time < Read[0].Time).Bytes;

    /// <summary>The receiver's average time per piece between its first read and its last, for processing and reading.</summary>
    public TimeSpan PerPiece => (Read[^1].Time - Read[0].Time) / Math.Max(1, Bytes / Piece);

    /// <summary>The longest interval in which the system accepted nothing from the sender.</summary>
    public (TimeSpan From, TimeSpan To) Standstill =>
        Sent.Zip(Sent.Skip(1), (one, next) => (one.Time, next.Time)).DefaultIfEmpty().MaxBy(gap => gap.Item2 - gap.Item1);

    /// <summary>
    /// Sends continuously to a receiver that pauses, and then takes 2 ms to process every 4 KiB that it reads.
    /// </summary>
    /// <param name="bytes">The number of bytes to send.</param>
    /// <param name="pause">How long the receiver pauses before it reads.</param>
    /// <param name="buffers">The requested size of each buffer in bytes; null for the system's default.</param>
    /// <exception cref="TimeoutException">The bytes did not all arrive within 30 seconds after the pause.</exception>
    public static async Task<FlowControl> MeasureAsync(int bytes, TimeSpan pause, int? buffers = null)
    {
        await using var pair = TcpPair.Create("flow control", buffers: buffers);
        await pair.ConnectAsync().ConfigureAwait(false);
        var (sender, receiver) = (pair.Client.Socket, pair.Server.Socket);
        var room = sender.SendBufferSize + receiver.ReceiveBufferSize;
        var deadline = pause + Grace;
        using var timer = new CancellationTokenSource(deadline);
        var start = Stopwatch.GetTimestamp();
        var (sent, read) = (new List<Moment>(), new List<Moment>());
        try
        {
            await Task
                .WhenAll(
                    SendAsync(sender, bytes, sent, start, timer.Token),
                    ReadAsync(receiver, bytes, pause, read, start, timer.Token))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format(
                $"{read.LastOrDefault().Bytes:N0} of {Octets.Count(bytes)} arrived within {deadline.TotalSeconds:0.#} s."));
        }

        return new FlowControl(bytes, pause, room, sent, read);
    }

    /// <summary>Plots the progress of both over time.</summary>
    public Figure Chart() => new()
    {
        Id = "flow-control",
        Title = InvariantText.Format($"A receiver that pauses for {InvariantText.Of(Pause)}, and then reads slowly"),
        Caption = "The bytes that the sender's system has accepted, and those that the receiver has read. "
            + "The gap between the two curves lies in the buffers; the line is the size of the buffers as the system reports it.",
        Panels =
        [
            new Panel(
                "",
                new Axis("time since the sender began", "ms") { Min = 0 },
                new Axis("bytes", "kB") { Min = 0 },
                [
                    new Series("sent", Role.Measured, Mark.Line, 0, Steps(Sent)),
                    new Series("read", Role.Measured, Mark.Line, 1, Steps(Read)),
                    new Series(
                        "room in the buffers", Role.Limit, Mark.Line, Series.Limit,
                        [new Point(0, Buffers / 1000.0), new Point(Pause.TotalMilliseconds, Buffers / 1000.0)]),
                ]),
        ],
    };

    /// <summary>A one-line summary of the run.</summary>
    public override string ToString() => InvariantText.Format(
        $"{Octets.Count(Bytes)} sent; {SentDuringPause:N0} of them before the receiver read, into buffers of {Buffers:N0}. ")
        + $"The sender stalled longest from {InvariantText.Of(Standstill.From)} to {InvariantText.Of(Standstill.To)}. Read from "
        + InvariantText.Format($"{InvariantText.Of(Read[0].Time)} to {InvariantText.Of(Read[^1].Time)}: ")
        + InvariantText.Format($"{PerPiece.TotalMilliseconds:F1} ms for every {Octets.Count(Piece)}.");

    private static async Task SendAsync(
        Socket socket, int bytes, List<Moment> progress, long start, CancellationToken cancellation)
    {
        var piece = new byte[Piece];
        for (var sent = 0; sent < bytes;)
        {
            var next = piece.AsMemory(0, Math.Min(Piece, bytes - sent));
            sent += await socket.SendAsync(next, SocketFlags.None, cancellation).ConfigureAwait(false);
            progress.Add(new Moment(Stopwatch.GetElapsedTime(start), sent));
        }
    }

    private static async Task ReadAsync(
        Socket socket,
        int bytes,
        TimeSpan pause,
        List<Moment> progress,
        long start,
        CancellationToken cancellation)
    {
        // This delay stands for other work of the receiver. It is the experiment itself, not a wait.
        await Task.Delay(pause, cancellation).ConfigureAwait(false);
        var room = new byte[Piece];
        using var work = new PreciseDelay(WorkPerPiece, cancellation);
        progress.Add(new Moment(Stopwatch.GetElapsedTime(start), 0));
        for (var read = 0; read < bytes;)
        {
            var count = await socket.ReceiveAsync(room, SocketFlags.None, cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }

            read += count;
            progress.Add(new Moment(Stopwatch.GetElapsedTime(start), read));
            if (read / Piece > (read - count) / Piece)
            {
                await work.WaitAsync().ConfigureAwait(false);
            }
        }
    }

    // A step at each moment; if there are many moments, at some of them.
    private static Point[] Steps(IReadOnlyList<Moment> moments)
    {
        const int max = 150;
        var every = Math.Max(1, moments.Count / max);
        var shown = moments.Where((_, i) => i % every == 0 || i == moments.Count - 1).ToList();
        return
        [
            new Point(0, 0),
            .. shown.SelectMany((moment, i) => new[]
            {
                new Point(moment.Time.TotalMilliseconds, (i == 0 ? 0 : shown[i - 1].Bytes) / 1000.0),
                new Point(moment.Time.TotalMilliseconds, moment.Bytes / 1000.0),
            }),
        ];
    }
}
