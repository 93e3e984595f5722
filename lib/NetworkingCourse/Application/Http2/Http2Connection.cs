using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A client's connection on which frames of HTTP/2 are sent and read by hand, with prior knowledge that the server speaks it
/// (RFC 9113, section 3.3). It does nothing by itself: the preface, the settings and their confirmation are left to the caller.
/// </summary>
public sealed class Http2Connection : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly NetworkStream _stream;
    private readonly List<(TimeSpan Time, Http2Frame Frame)> _received = [];
    private readonly long _began = Stopwatch.GetTimestamp();

    private Http2Connection(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>The octets with which every client begins (RFC 9113, section 3.4).</summary>
    public static byte[] Preface => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    /// <summary>The frames read so far, each with the time since the connection was opened.</summary>
    public IReadOnlyList<(TimeSpan Time, Http2Frame Frame)> Received => _received;

    /// <summary>Connects to a server on loopback.</summary>
    /// <param name="server">The address on which it listens.</param>
    /// <exception cref="ArgumentException">The address is not a loopback address. The course connects to no other.</exception>
    /// <exception cref="SocketException">No server listens there.</exception>
    public static async Task<Http2Connection> ConnectAsync(IPEndPoint server)
    {
        Loopback.Require(server);

        using var timer = new CancellationTokenSource(Deadline);
        return new Http2Connection(await CourseNames.ConnectAsync(server, timer.Token).ConfigureAwait(false));
    }

    /// <summary>Sends octets as they are.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task SendAsync(byte[] octets)
    {
        using var timer = new CancellationTokenSource(Deadline);
        await _stream.WriteAsync(octets, timer.Token).ConfigureAwait(false);
    }

    /// <summary>Sends frames, all in one write.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task SendAsync(params IEnumerable<Http2Frame> frames) => SendAsync([.. frames.SelectMany(frame => frame.ToBytes())]);

    /// <summary>Reads the next frame.</summary>
    /// <returns>The frame; null if the server has closed the connection.</returns>
    /// <exception cref="EndOfStreamException">The server closed in the middle of a frame.</exception>
    /// <exception cref="InvalidDataException">The frame is longer than <see cref="Http2Frame.DefaultMaxSize"/>.</exception>
    /// <exception cref="TimeoutException">No whole frame came within 5 seconds.</exception>
    public async Task<Http2Frame?> ReadFrameAsync()
    {
        using var timer = new CancellationTokenSource(Deadline);
        try
        {
            var header = new byte[Http2Frame.HeaderLength];
            var count = await _stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, timer.Token)
                .ConfigureAwait(false);
            if (count < header.Length)
            {
                return count == 0 ? null : throw new EndOfStreamException("The server closed in the middle of a frame.");
            }

            var length = (header[0] << 16) | (header[1] << 8) | header[2];
            if (length > Http2Frame.DefaultMaxSize)
            {
                throw new InvalidDataException(InvariantText.Format($"A frame of {length:N0} octets is longer than allowed."));
            }

            var payload = new byte[length];
            await _stream.ReadExactlyAsync(payload, timer.Token).ConfigureAwait(false);
            var stream = ((header[5] & 0x7f) << 24) | (header[6] << 16) | (header[7] << 8) | header[8];
            var frame = new Http2Frame((Http2FrameType)header[3], header[4], stream, payload);
            _received.Add((Stopwatch.GetElapsedTime(_began), frame));
            return frame;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format($"No whole frame came within {InvariantText.Of(Deadline)}."));
        }
    }

    /// <summary>Reads frames until so many streams have ended.</summary>
    /// <param name="streams">The number of streams whose end to wait for.</param>
    /// <returns>The frames that were read.</returns>
    /// <exception cref="EndOfStreamException">The server closed before.</exception>
    public async Task<IReadOnlyList<Http2Frame>> ReadUntilEndOfAsync(int streams)
    {
        var frames = new List<Http2Frame>();
        while (streams > 0)
        {
            var frame = await ReadFrameAsync().ConfigureAwait(false)
                ?? throw new EndOfStreamException("The server closed the connection.");
            frames.Add(frame);
            streams -= frame.EndsStream ? 1 : 0;
        }

        return frames;
    }

    /// <summary>Closes the connection.</summary>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
