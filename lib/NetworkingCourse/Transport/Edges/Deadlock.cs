using System.Diagnostics;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>In which order two ends write and read that have both much to say.</summary>
public enum Manners
{
    /// <summary>Both write all they have to say, and then read. Each waits until the other reads: for ever, if the buffers between them are too small.</summary>
    BothWriteFirst,

    /// <summary>One reads first, and writes then.</summary>
    OneReadsFirst,

    /// <summary>Both write a piece that surely fits into the buffers, read one, and so on.</summary>
    PieceByPiece,

    /// <summary>Both read while they write.</summary>
    ReadWhileWriting,
}

/// <summary>Two ends of a connection that each have as much to say, and what becomes of them: an end, or a standstill.</summary>
/// <param name="Manners">In which order they wrote and read.</param>
/// <param name="Bytes">How many bytes each had to say.</param>
/// <param name="Client">How far one came.</param>
/// <param name="Server">How far the other came.</param>
/// <param name="Elapsed">How long it took; at a standstill, when it was broken off.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record Deadlock(Manners Manners, int Bytes, Deadlock.Progress Client, Deadlock.Progress Server, TimeSpan Elapsed) : IShown
{
    private const int Piece = 1024;

    /// <summary>How far an end came.</summary>
    /// <param name="Written">How many bytes the system took from it.</param>
    /// <param name="Read">How many bytes it read.</param>
    public readonly record struct Progress(int Written, int Read);

    /// <summary>Whether both have said and heard everything.</summary>
    public bool IsFinished => Client == new Progress(Bytes, Bytes) && Server == Client;

    /// <summary>Lets two ends talk, and breaks them off if they come to a standstill.</summary>
    /// <param name="manners">In which order they write and read.</param>
    /// <param name="bytes">How many bytes each has to say.</param>
    /// <param name="buffers">How many bytes each buffer between them is asked to have; what the system chooses if null.</param>
    /// <param name="deadline">When to break off; 5 seconds unless told otherwise.</param>
    public static async Task<Deadlock> RunAsync(Manners manners, int bytes, int? buffers = null, TimeSpan? deadline = null)
    {
        await using var pair = TcpPair.Create($"standoff {manners}", buffers: buffers);
        await pair.ConnectAsync().ConfigureAwait(false);
        using var timer = new CancellationTokenSource(deadline ?? TcpEnd.DefaultDeadline);
        var start = Stopwatch.GetTimestamp();
        var (client, server) = (new Speaker(pair.Client.Socket, bytes, timer.Token), new Speaker(pair.Server.Socket, bytes, timer.Token));
        // A deadline is all that shows a standstill: nothing fails, and nobody is told.
        await Task.WhenAll(client.TalkAsync(manners, readsFirst: false), server.TalkAsync(manners, readsFirst: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new Deadlock(manners, bytes, client.Progress, server.Progress, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Runs side by side, as a table.</summary>
    public static Table Compare(params IReadOnlyList<Deadlock> runs) => new(
        ["who writes, who reads", "each has to say (bytes)", "written by one", "written by the other", "how it ended", "after"],
        runs.Select(IReadOnlyList<object?> (run) =>
        [
            InvariantText.Of(run.Manners), InvariantText.Format($"{run.Bytes:N0}"), InvariantText.Format($"{run.Client.Written:N0}"), InvariantText.Format($"{run.Server.Written:N0}"),
            run.IsFinished ? "both have heard everything" : "standstill, broken off at the deadline", InvariantText.Of(run.Elapsed),
        ]));

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The run in one line.</summary>
    public override string ToString() => IsFinished
        ? InvariantText.Format($"{InvariantText.Of(Manners)}: both have heard {Octets.Count(Bytes)}, after {InvariantText.Of(Elapsed)}")
        : InvariantText.Format($"{InvariantText.Of(Manners)}: standstill. After {InvariantText.Of(Elapsed)} one had written {Client.Written:N0} of {Octets.Count(Bytes)}, the other {Server.Written:N0}; {Client.Read:N0} and {Server.Read:N0} had been read");

    private sealed class Speaker(Socket socket, int bytes, CancellationToken cancellation)
    {
        private readonly byte[] _data = new byte[bytes];
        private readonly byte[] _room = new byte[64 * 1024];
        private int _written;
        private int _read;

        public Progress Progress => new(_written, _read);

        public async Task TalkAsync(Manners manners, bool readsFirst)
        {
            switch (manners)
            {
                case Manners.BothWriteFirst:
                    await WriteAsync(bytes).ConfigureAwait(false);
                    await ReadAsync(bytes).ConfigureAwait(false);
                    break;
                case Manners.OneReadsFirst when readsFirst:
                    await ReadAsync(bytes).ConfigureAwait(false);
                    await WriteAsync(bytes).ConfigureAwait(false);
                    break;
                case Manners.OneReadsFirst:
                    await WriteAsync(bytes).ConfigureAwait(false);
                    await ReadAsync(bytes).ConfigureAwait(false);
                    break;
                case Manners.PieceByPiece:
                    while (_read < bytes)
                    {
                        await WriteAsync(Math.Min(bytes, _written + Piece)).ConfigureAwait(false);
                        await ReadAsync(Math.Min(bytes, _read + Piece)).ConfigureAwait(false);
                    }

                    break;
                case Manners.ReadWhileWriting:
                    await Task.WhenAll(WriteAsync(bytes), ReadAsync(bytes)).ConfigureAwait(false);
                    break;
            }
        }

        private async Task WriteAsync(int until)
        {
            while (_written < until)
            {
                // Small pieces: of a large one that the system takes in part, nobody learns how much it took.
                var piece = _data.AsMemory(_written, Math.Min(Piece, until - _written));
                _written += await socket.SendAsync(piece, SocketFlags.None, cancellation).ConfigureAwait(false);
            }
        }

        private async Task ReadAsync(int until)
        {
            while (_read < until)
            {
                var count = await socket.ReceiveAsync(_room.AsMemory(0, Math.Min(_room.Length, until - _read)), SocketFlags.None, cancellation).ConfigureAwait(false);
                if (count == 0)
                {
                    throw new EndOfStreamException();
                }

                _read += count;
            }
        }
    }
}
