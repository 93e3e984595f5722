using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>
/// HTTP by hand: a connection on which bytes are sent as they are, and responses read one by one. What has come and belongs to the next response is kept for it.
/// Every read has a deadline. What passes is recorded.
/// </summary>
public sealed class HttpConnection : IAsyncDisposable
{
    /// <summary>How long a read waits, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(5);

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[16_384];
    private Memory<byte> _kept;

    /// <summary>Talks over a stream, which is its own from here on.</summary>
    /// <param name="stream">A connection to a server, with or without TLS.</param>
    /// <param name="tap">Records what passes; a tap of its own unless told otherwise.</param>
    public HttpConnection(Stream stream, Tap? tap = null)
    {
        Tap = tap ?? new Tap();
        _stream = Tap.On(stream);
    }

    /// <summary>What passed.</summary>
    public Tap Tap { get; }

    /// <summary>How many bytes have been received and belong to no response that was read.</summary>
    public int Kept => _kept.Length;

    /// <summary>Connects to a server on loopback.</summary>
    /// <param name="server">Where it listens.</param>
    /// <param name="tap">Records what passes; a tap of its own unless told otherwise.</param>
    /// <param name="deadline">How long to wait; 5 seconds unless told otherwise.</param>
    /// <exception cref="ArgumentException">The address is not a loopback address; the course talks to nobody else.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<HttpConnection> ConnectAsync(IPEndPoint server, Tap? tap = null, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (!IPAddress.IsLoopback(server.Address))
        {
            throw new ArgumentException($"{server} is not on loopback. The course's clients talk to this machine only.", nameof(server));
        }

        using var timer = new CancellationTokenSource(deadline ?? DefaultDeadline);
        var socket = await CourseNames.ConnectAsync(server, timer.Token).ConfigureAwait(false);
        return new HttpConnection(new NetworkStream(socket, ownsSocket: true), tap);
    }

    /// <summary>Sends text, character for character (ISO 8859-1), as it is. Nothing is added, neither a CR nor a length.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends bytes as they are.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="TimeoutException">The other end took no more within 5 seconds.</exception>
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
            throw new TimeoutException(InvariantText.Format($"The other end did not take {Octets.Count(bytes.Length)} within {InvariantText.Of(DefaultDeadline)}."));
        }
    }

    /// <summary>Reads one response, up to its end and not a byte further.</summary>
    /// <param name="method">The method of the request: a response to HEAD has no body.</param>
    /// <param name="deadline">How long all of it may take; 5 seconds unless told otherwise.</param>
    /// <param name="rules">What is tolerated; nothing unless told otherwise.</param>
    /// <exception cref="TimeoutException">It was not complete within the deadline; the message says how far it had come.</exception>
    /// <exception cref="HttpFormatException">It is no response, or was cut off.</exception>
    /// <exception cref="EndOfStreamException">The server closed without a word.</exception>
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
            throw new TimeoutException(InvariantText.Format($"No whole response within {InvariantText.Of(deadline ?? DefaultDeadline)}: {reader.Progress}."));
        }
    }

    /// <summary>Reads until the other end closes: what a program does that does not look at what it reads.</summary>
    /// <param name="deadline">When it gives up; 5 seconds unless told otherwise.</param>
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

/// <summary>What came of reading until the other end closes.</summary>
/// <param name="Bytes">What was read.</param>
/// <param name="HasClosed">Whether the other end has closed; if not, the deadline ended it.</param>
/// <param name="LastByte">When the last byte came, from the beginning of the read.</param>
/// <param name="Took">How long it took in all.</param>
public sealed record ReadToClose(byte[] Bytes, bool HasClosed, TimeSpan LastByte, TimeSpan Took)
{
    /// <summary>What was read, as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The outcome in one line.</summary>
    public override string ToString() => $"{Octets.Count(Bytes.Length)}, the last of them after {InvariantText.Of(LastByte)}; {(HasClosed ? "the other end closed" : "nobody closed, and the deadline ended it")} after {InvariantText.Of(Took)}";
}
