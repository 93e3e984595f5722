using System.Diagnostics;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>The order in which two endpoints, each with a lot to send, write and read.</summary>
public enum ReadWriteOrder
{
    /// <summary>
    /// Both write everything first and then read. Each waits until the other reads: for ever, if the
    /// buffers between them are too small.
    /// </summary>
    BothWriteFirst,

    /// <summary>One reads first and then writes.</summary>
    OneReadsFirst,

    /// <summary>Both alternate: they write a piece small enough for the buffers, then read one.</summary>
    PieceByPiece,

    /// <summary>Both read while they write.</summary>
    ReadWhileWriting,
}

/// <summary>
/// The result of letting two endpoints send equal amounts of data to each other: they finish, or they deadlock.
/// </summary>
/// <param name="Order">The order in which they wrote and read.</param>
/// <param name="Bytes">The number of bytes that each had to send.</param>
/// <param name="Client">The progress of the client.</param>
/// <param name="Server">The progress of the server.</param>
/// <param name="Elapsed">The duration; in a deadlock, the time until it was aborted.</param>
public sealed record Deadlock(
    ReadWriteOrder Order, int Bytes, Deadlock.Progress Client, Deadlock.Progress Server, TimeSpan Elapsed) : ShownRecord
{
    private const int Piece = 1024;

    /// <summary>The progress of an endpoint.</summary>
    /// <param name="Written">The number of bytes that the system accepted from it.</param>
    /// <param name="Read">The number of bytes that it read.</param>
    public readonly record struct Progress(int Written, int Read);

    /// <summary>Whether both have sent and received everything.</summary>
    public bool IsFinished => Client == new Progress(Bytes, Bytes) && Server == Client;

    /// <summary>Runs two endpoints against each other, and aborts them if they deadlock.</summary>
    /// <param name="order">The order in which they write and read.</param>
    /// <param name="bytes">The number of bytes that each has to send.</param>
    /// <param name="buffers">The requested size of each buffer between them in bytes; null for the system's default.</param>
    /// <param name="deadline">The timeout; 5 seconds by default.</param>
    public static async Task<Deadlock> RunAsync(ReadWriteOrder order, int bytes, int? buffers = null, TimeSpan? deadline = null)
    {
        await using var pair = TcpPair.Create($"standoff {order}", buffers: buffers);
        await pair.ConnectAsync().ConfigureAwait(false);
        using var timer = new CancellationTokenSource(deadline ?? TcpEnd.DefaultDeadline);
        var start = Stopwatch.GetTimestamp();
        var (client, server) = (
            new Speaker(pair.Client.Socket, bytes, timer.Token),
            new Speaker(pair.Server.Socket, bytes, timer.Token));
        // Only a deadline reveals a deadlock: no call fails, and no error is reported.
        await Task
            .WhenAll(client.TalkAsync(order, readsFirst: false), server.TalkAsync(order, readsFirst: true))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new Deadlock(order, bytes, client.Progress, server.Progress, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Compares runs in a table.</summary>
    public static Table Compare(params IReadOnlyList<Deadlock> runs) => new(
        ["who writes, who reads", "bytes each way", "written by one", "written by the other", "result", "after"],
        runs.Select(IReadOnlyList<object?> (run) =>
        [
            InvariantText.Of(run.Order),
            InvariantText.Format($"{run.Bytes:N0}"),
            InvariantText.Format($"{run.Client.Written:N0}"),
            InvariantText.Format($"{run.Server.Written:N0}"),
            run.IsFinished ? "both have received everything" : "deadlock, aborted at the deadline",
            InvariantText.Of(run.Elapsed),
        ]));

    /// <summary>The run in one line.</summary>
    public override string ToString() => IsFinished
        ? InvariantText.Format(
            $"{InvariantText.Of(Order)}: both have received {Octets.Count(Bytes)}, after {InvariantText.Of(Elapsed)}")
        : InvariantText.Format($"{InvariantText.Of(Order)}: deadlock. After {InvariantText.Of(Elapsed)} one had written ")
            + InvariantText.Format($"{Client.Written:N0} of {Octets.Count(Bytes)}, the other {Server.Written:N0}; ")
            + InvariantText.Format($"{Client.Read:N0} and {Server.Read:N0} had been read");

    private sealed class Speaker(Socket socket, int bytes, CancellationToken cancellation)
    {
        private readonly byte[] _data = new byte[bytes];
        private readonly byte[] _room = new byte[64 * 1024];
        private int _written;
        private int _read;

        public Progress Progress => new(_written, _read);

        public async Task TalkAsync(ReadWriteOrder order, bool readsFirst)
        {
            switch (order)
            {
                case ReadWriteOrder.BothWriteFirst:
                    await WriteAsync(bytes).ConfigureAwait(false);
                    await ReadAsync(bytes).ConfigureAwait(false);
                    break;
                case ReadWriteOrder.OneReadsFirst when readsFirst:
                    await ReadAsync(bytes).ConfigureAwait(false);
                    await WriteAsync(bytes).ConfigureAwait(false);
                    break;
                case ReadWriteOrder.OneReadsFirst:
                    await WriteAsync(bytes).ConfigureAwait(false);
                    await ReadAsync(bytes).ConfigureAwait(false);
                    break;
                case ReadWriteOrder.PieceByPiece:
                    while (_read < bytes)
                    {
                        await WriteAsync(Math.Min(bytes, _written + Piece)).ConfigureAwait(false);
                        await ReadAsync(Math.Min(bytes, _read + Piece)).ConfigureAwait(false);
                    }

                    break;
                case ReadWriteOrder.ReadWhileWriting:
                    await Task.WhenAll(WriteAsync(bytes), ReadAsync(bytes)).ConfigureAwait(false);
                    break;
            }
        }

        private async Task WriteAsync(int until)
        {
            while (_written < until)
            {
                // Small pieces, because a large write that is cancelled halfway does not reveal how
                // many bytes the system accepted.
                var piece = _data.AsMemory(_written, Math.Min(Piece, until - _written));
                _written += await socket.SendAsync(piece, SocketFlags.None, cancellation).ConfigureAwait(false);
            }
        }

        private async Task ReadAsync(int until)
        {
            while (_read < until)
            {
                var room = _room.AsMemory(0, Math.Min(_room.Length, until - _read));
                var count = await socket.ReceiveAsync(room, SocketFlags.None, cancellation).ConfigureAwait(false);
                if (count == 0)
                {
                    throw new EndOfStreamException();
                }

                _read += count;
            }
        }
    }
}
