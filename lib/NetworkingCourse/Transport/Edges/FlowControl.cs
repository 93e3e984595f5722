using System.Diagnostics;
using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Transport;

/// <summary>
/// A receiver that does not read for a while, and then slowly; and what the sender feels of it: nothing, until the buffers between the two are full. Then it
/// stands still, and later goes at the receiver's pace. Flow control (RFC 9293, section 3.8.6): the receiver says with every segment how much more it can take.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class FlowControl : IShown
{
    /// <summary>How many bytes the receiver reads before it works on them.</summary>
    public const int Piece = 4096;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private FlowControl(int bytes, TimeSpan pause, int buffers, IReadOnlyList<Moment> sent, IReadOnlyList<Moment> read) =>
        (Bytes, Pause, Buffers, Sent, Read) = (bytes, pause, buffers, sent, read);

    /// <summary>How many bytes had been sent, or read, at some time.</summary>
    /// <param name="Time">Since the sender began.</param>
    /// <param name="Bytes">How many bytes until then.</param>
    public readonly record struct Moment(TimeSpan Time, long Bytes);

    /// <summary>How long the receiver works on each piece: 2 ms.</summary>
    public static TimeSpan WorkPerPiece { get; } = TimeSpan.FromMilliseconds(2);

    /// <summary>How many bytes were sent in all.</summary>
    public int Bytes { get; }

    /// <summary>How long the receiver did not read.</summary>
    public TimeSpan Pause { get; }

    /// <summary>How large the sender's send buffer and the receiver's receive buffer are together, as the system says, in bytes.</summary>
    public int Buffers { get; }

    /// <summary>The sender's progress: what the system has taken from it.</summary>
    public IReadOnlyList<Moment> Sent { get; }

    /// <summary>The receiver's progress.</summary>
    public IReadOnlyList<Moment> Read { get; }

    /// <summary>How many bytes the sender got rid of until the receiver began to read, which may be later than it meant to.</summary>
    public long SentDuringPause => Sent.LastOrDefault(moment => moment.Time < Read[0].Time).Bytes;

    /// <summary>How long a piece took the receiver on average, between its first read and its last: its work, and the reading.</summary>
    public TimeSpan PerPiece => (Read[^1].Time - Read[0].Time) / Math.Max(1, Bytes / Piece);

    /// <summary>The longest time in which the system took nothing from the sender.</summary>
    public (TimeSpan From, TimeSpan To) Standstill =>
        Sent.Zip(Sent.Skip(1), (one, next) => (one.Time, next.Time)).DefaultIfEmpty().MaxBy(gap => gap.Item2 - gap.Item1);

    /// <summary>
    /// Sends without a break to a receiver that begins to read only after a pause, and then works for 2 ms on every 4 KiB that it reads.
    /// </summary>
    /// <param name="bytes">How many bytes.</param>
    /// <param name="pause">How long the receiver does not read.</param>
    /// <param name="buffers">How many bytes each buffer is asked to have; what the system chooses if null.</param>
    /// <exception cref="TimeoutException">They did not all arrive within 30 seconds after the pause.</exception>
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
            await Task.WhenAll(SendAsync(sender, bytes, sent, start, timer.Token), ReadAsync(receiver, bytes, pause, read, start, timer.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format($"{read.LastOrDefault().Bytes:N0} of {Octets.Count(bytes)} arrived within {deadline.TotalSeconds:0.#} s."));
        }

        return new FlowControl(bytes, pause, room, sent, read);
    }

    /// <summary>The progress of both against time.</summary>
    public Figure Chart() => new()
    {
        Id = "flow-control",
        Title = InvariantText.Format($"A receiver that does not read for {InvariantText.Of(Pause)}, and then slowly"),
        Caption = "How many bytes the sender's system has taken, and how many the receiver has read. The distance between the two is what lies in the buffers between them; the line is how large these are, as the system says.",
        Panels =
        [
            new Panel("", new Axis("time since the sender began", "ms") { Min = 0 }, new Axis("bytes", "kB") { Min = 0 },
                [
                    new Series("sent", Role.Measured, Mark.Line, 0, Steps(Sent)),
                    new Series("read", Role.Measured, Mark.Line, 1, Steps(Read)),
                    new Series("room in the buffers", Role.Limit, Mark.Line, Series.Limit, [new Point(0, Buffers / 1000.0), new Point(Pause.TotalMilliseconds, Buffers / 1000.0)]),
                ]),
        ],
    };

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The run in one line.</summary>
    public override string ToString() => InvariantText.Format(
        $"{Octets.Count(Bytes)} sent; {SentDuringPause:N0} of them while nobody read, into buffers that have {Buffers:N0}. ")
        + $"The sender stood still longest from {InvariantText.Of(Standstill.From)} to {InvariantText.Of(Standstill.To)}. Read from "
        + InvariantText.Format($"{InvariantText.Of(Read[0].Time)} to {InvariantText.Of(Read[^1].Time)}: {PerPiece.TotalMilliseconds:F1} ms for every {Octets.Count(Piece)}.");

    private static async Task SendAsync(Socket socket, int bytes, List<Moment> progress, long start, CancellationToken cancellation)
    {
        var piece = new byte[Piece];
        for (var sent = 0; sent < bytes;)
        {
            sent += await socket.SendAsync(piece.AsMemory(0, Math.Min(Piece, bytes - sent)), SocketFlags.None, cancellation).ConfigureAwait(false);
            progress.Add(new Moment(Stopwatch.GetElapsedTime(start), sent));
        }
    }

    private static async Task ReadAsync(Socket socket, int bytes, TimeSpan pause, List<Moment> progress, long start, CancellationToken cancellation)
    {
        // What the receiver does meanwhile is its own affair: it is the pause that is the experiment. It begins when the sender stands still.
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

    // A step at each moment; of many moments some.
    private static Point[] Steps(IReadOnlyList<Moment> moments)
    {
        const int most = 150;
        var every = Math.Max(1, moments.Count / most);
        var shown = moments.Where((_, i) => i % every == 0 || i == moments.Count - 1).ToList();
        return
        [
            new Point(0, 0),
            .. shown.SelectMany((moment, i) => new[] { new Point(moment.Time.TotalMilliseconds, (i == 0 ? 0 : shown[i - 1].Bytes) / 1000.0), new Point(moment.Time.TotalMilliseconds, moment.Bytes / 1000.0) }),
        ];
    }
}
