using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>
/// A low-level HTTP connection: it sends bytes as they are, and reads responses one by one. Bytes that belong to the next
/// response are kept for it. Every read has a deadline, and all traffic is recorded.
/// </summary>
public sealed class HttpConnection : IAsyncDisposable
{
    /// <summary>The default deadline of a read.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(5);

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[16_384];
    private Memory<byte> _kept;

    /// <summary>Creates a connection over a stream, and takes ownership of the stream.</summary>
    /// <param name="stream">A connection to a server, with or without TLS.</param>
    /// <param name="tap">The tap that records the traffic; a new one by default.</param>
    public HttpConnection(Stream stream, Tap? tap = null)
    {
        Tap = tap ?? new Tap();
        _stream = Tap.On(stream);
    }

    /// <summary>The tap that records the traffic.</summary>
    public Tap Tap { get; }

    /// <summary>The number of bytes received that do not belong to any response read so far.</summary>
    public int Kept => _kept.Length;

    /// <summary>Connects to a server on loopback.</summary>
    /// <param name="server">The address on which it listens.</param>
    /// <param name="tap">The tap that records the traffic; a new one by default.</param>
    /// <param name="deadline">How long to wait; 5 seconds by default.</param>
    /// <exception cref="ArgumentException">The address is not a loopback address. The course connects to no other.</exception>
    /// <exception cref="SocketException">No server listens there.</exception>
    public static async Task<HttpConnection> ConnectAsync(IPEndPoint server, Tap? tap = null, TimeSpan? deadline = null)
    {
        Loopback.Require(server);

        using var timer = new CancellationTokenSource(deadline ?? DefaultDeadline);
        var socket = await CourseNames.ConnectAsync(server, timer.Token).ConfigureAwait(false);
        return new HttpConnection(new NetworkStream(socket, ownsSocket: true), tap);
    }

    /// <summary>Sends text as it is, one byte per character (ISO 8859-1). Nothing is added, neither a CR nor a length.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends bytes as they are.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="TimeoutException">The other end did not take all of them within 5 seconds.</exception>
    public async Task SendAsync(byte[] bytes)
    {
        using var timer = new CancellationTokenSource(DefaultDeadline);
        try
        {
            await _stream.WriteAsync(bytes, timer.Token).ConfigureAwait(false);
            await _stream.FlushAsync(timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format(
                $"The other end did not take {Octets.Count(bytes.Length)} within {InvariantText.Of(DefaultDeadline)}."));
        }
    }

    /// <summary>Reads one response, up to its end and not a byte further.</summary>
    /// <param name="method">The method of the request: a response to HEAD has no body.</param>
    /// <param name="deadline">How long the whole response may take; 5 seconds by default.</param>
    /// <param name="rules">The deviations to tolerate; none by default.</param>
    /// <exception cref="TimeoutException">
    /// The response was not complete within the deadline; the message says how much of it had arrived.
    /// </exception>
    /// <exception cref="HttpFormatException">It is not a valid response, or was cut off.</exception>
    /// <exception cref="EndOfStreamException">The server closed the connection without a response.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<HttpMessage> ReadAsync(string method = "GET", TimeSpan? deadline = null, HttpRules? rules = null)
    {
        var reader = HttpMessageReader.OfResponse(method, rules);
        using var timer = new CancellationTokenSource(deadline ?? DefaultDeadline);
        try
        {
            while (true)
            {
                _kept = _kept[reader.Read(_kept.Span)..];
                if (reader.Message is { } message)
                {
                    return message;
                }

                var count = await _stream.ReadAsync(_buffer, timer.Token).ConfigureAwait(false);
                _kept = _buffer.AsMemory(0, count);
                if (count == 0)
                {
                    return reader.End() ?? throw new EndOfStreamException("The server closed the connection without a response.");
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format(
                $"No complete response within {InvariantText.Of(deadline ?? DefaultDeadline)}: {reader.Progress}."));
        }
    }

    /// <summary>Reads until the other end closes, as a program does that does not parse what it reads.</summary>
    /// <param name="deadline">How long to wait; 5 seconds by default.</param>
    public async Task<ReadToClose> ReadToCloseAsync(TimeSpan? deadline = null)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var bytes = new List<byte>(_kept.ToArray());
        _kept = default;
        using var timer = new CancellationTokenSource(deadline ?? DefaultDeadline);
        var last = TimeSpan.Zero;
        try
        {
            int count;
            while ((count = await _stream.ReadAsync(_buffer, timer.Token).ConfigureAwait(false)) > 0)
            {
                bytes.AddRange(_buffer.AsSpan(0, count));
                last = System.Diagnostics.Stopwatch.GetElapsedTime(started);
            }

            return new ReadToClose([.. bytes], HasClosed: true, last, System.Diagnostics.Stopwatch.GetElapsedTime(started));
        }
        catch (OperationCanceledException)
        {
            return new ReadToClose([.. bytes], HasClosed: false, last, System.Diagnostics.Stopwatch.GetElapsedTime(started));
        }
    }

    /// <summary>Closes the connection.</summary>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}

/// <summary>The result of reading until the other end closes.</summary>
/// <param name="Bytes">The bytes read.</param>
/// <param name="HasClosed">Whether the other end closed; if not, the deadline passed.</param>
/// <param name="LastByte">The time at which the last byte arrived, from the start of the read.</param>
/// <param name="Duration">How long the whole read took.</param>
public sealed record ReadToClose(byte[] Bytes, bool HasClosed, TimeSpan LastByte, TimeSpan Duration)
{
    /// <summary>The bytes as text, in UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The outcome in one line.</summary>
    public override string ToString() =>
        $"{Octets.Count(Bytes.Length)}, the last of them after {InvariantText.Of(LastByte)}; "
        + $"{(HasClosed ? "the other end closed" : "the deadline passed without a close")} after {InvariantText.Of(Duration)}";
}
