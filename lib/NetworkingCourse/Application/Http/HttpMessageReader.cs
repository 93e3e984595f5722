using System.Buffers;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// Reads one HTTP/1 message from bytes that arrive in pieces of any size (RFC 9112). It is independent of sockets and clocks. The
/// same bytes always give the same message, or the same error, however they are split.
/// </summary>
public sealed class HttpMessageReader
{
    private enum Stage
    {
        StartLine,
        Fields,
        Body,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        Complete,
    }

    private readonly bool _isRequest;
    private readonly string _asked;
    private readonly HttpRules _rules;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly ArrayBufferWriter<byte> _body = new();
    private readonly List<ByteField> _parts = [];
    private readonly HttpFields _fields;
    private string[] _start = [];
    private HttpFraming _framing;
    private Stage _stage;
    private int _at; // everything before this offset has been parsed
    private int _searched; // there is no LF between _at and this offset
    private int _left; // bytes missing from the body or chunk

    private HttpMessageReader(bool isRequest, string asked, HttpRules? rules)
    {
        (_isRequest, _asked, _rules) = (isRequest, asked, rules ?? HttpRules.Strict);
        _fields = new HttpFields(_rules);
    }

    /// <summary>Creates a reader for a request.</summary>
    /// <param name="rules">The deviations to tolerate; none by default.</param>
    public static HttpMessageReader OfRequest(HttpRules? rules = null) => new(isRequest: true, "", rules);

    /// <summary>Creates a reader for a response.</summary>
    /// <param name="method">The method of the request: a response to HEAD has no body, whatever its fields say.</param>
    /// <param name="rules">The deviations to tolerate; none by default.</param>
    public static HttpMessageReader OfResponse(string method = "GET", HttpRules? rules = null) =>
        new(isRequest: false, method, rules);

    /// <summary>The message; null until it is complete.</summary>
    public HttpMessage? Message { get; private set; }

    /// <summary>
    /// The message without its body, for callers that forward it without waiting for the rest; null until the header is complete.
    /// </summary>
    public HttpMessage? Head { get; private set; }

    /// <summary>
    /// The offset of the trailers, in bytes from the start of the message; null until the last chunk has arrived.
    /// </summary>
    internal int? TrailersAt { get; private set; }

    /// <summary>Whether no byte has been received yet.</summary>
    public bool IsEmpty => _bytes.WrittenCount == 0;

    /// <summary>How much of the message has been received, in words: <c>12 bytes missing from the body</c>.</summary>
    public string Progress => (_stage, IsEmpty) switch
    {
        (Stage.StartLine, true) => "nothing received",
        (Stage.StartLine, _) => "inside the start line",
        (Stage.Fields, _) => "inside the header",
        (Stage.Body, _) when _framing == HttpFraming.Close =>
            InvariantText.Format($"{Octets.Count(_body.WrittenCount)} of a body that ends with the connection"),
        (Stage.Body or Stage.ChunkData, _) =>
            InvariantText.Format($"{Octets.Count(_left)} missing from the {(_stage == Stage.Body ? "body" : "chunk")}"),
        (Stage.Complete, _) => "complete",
        _ => "between two chunks",
    };

    /// <summary>Consumes bytes, as many as belong to the message.</summary>
    /// <returns>The number of bytes consumed. Any others belong to the next message.</returns>
    /// <exception cref="HttpFormatException">The bytes are not a valid message; the reader cannot be used any more.</exception>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        if (_stage == Stage.Complete)
        {
            return 0;
        }

        var before = _bytes.WrittenCount;
        _bytes.Write(bytes);
        while (_stage != Stage.Complete && Step())
        {
        }

        return _stage == Stage.Complete ? _at - before : bytes.Length;
    }

    /// <summary>Signals that no more bytes will come: the other end has closed the connection.</summary>
    /// <returns>The message; null if no byte was received.</returns>
    /// <exception cref="HttpFormatException">The message was cut off.</exception>
    public HttpMessage? End()
    {
        if (_stage == Stage.Body && _framing == HttpFraming.Close)
        {
            Complete();
        }

        return Message is not null || IsEmpty
            ? Message
            : throw new HttpFormatException($"the connection was closed: {Progress}", _bytes.WrittenCount, []);
    }

    private ReadOnlySpan<byte> All => _bytes.WrittenSpan;

    private bool Step()
    {
        switch (_stage)
        {
            case Stage.StartLine:
                return TakeLine(_rules.Limits.StartLine, "start line", out var line, out var end) && TakeStart(line, end);
            case Stage.Fields or Stage.Trailers:
                return TakeLine(_rules.Limits.FieldLine, "field", out line, out end) && TakeField(line, end);
            case Stage.ChunkSize:
                return TakeLine(_rules.Limits.ChunkLine, "chunk size", out line, out end) && TakeChunkSize(line, end);
            case Stage.ChunkEnd:
                return TakeChunkEnd();
            default:
                return TakeBody();
        }
    }

    /// <summary>Takes a line, if it has been received completely.</summary>
    private bool TakeLine(int limit, string what, out Range line, out int end)
    {
        (line, end) = (default, 0);
        var feed = All[_searched..].IndexOf((byte)'\n');
        var length = (feed < 0 ? All.Length : _searched + feed) - _at;
        if (length > limit + 1)
        {
            throw TooLong(limit, what);
        }

        if (feed < 0)
        {
            _searched = All.Length;
            return false;
        }

        (end, _searched) = (_searched + feed + 1, _searched + feed + 1);
        var text = All[_at..(end - 1)];
        var hasReturn = text is [.., (byte)'\r'];
        text = hasReturn ? text[..^1] : text;
        if (text.Length > limit)
        {
            throw TooLong(limit, what);
        }

        var odd = text.IndexOfAny((byte)'\r', (byte)0);
        if (odd >= 0)
        {
            throw new HttpFormatException(
                text[odd] == 0 ? "a NUL" : "a CR not followed by LF", _at + odd, All[(_at + odd)..end]);
        }

        if (!hasReturn && !_rules.BareLineFeeds)
        {
            throw new HttpFormatException("a line ends with LF alone, and not with CR LF", _at, All[_at..end]);
        }

        line = _at..(_at + text.Length);
        return true;
    }

    private HttpFormatException TooLong(int limit, string what)
    {
        // 501 for the method, if the line has no other part yet; otherwise 414 for the target (RFC 9112, section 3). 431 for a
        // field (RFC 6585, section 5).
        var hasMethod = _stage == Stage.StartLine && All.Slice(_at, limit).Contains((byte)' ');
        return new HttpFormatException(InvariantText.Format($"a {what} of more than {limit:N0} bytes"), _at, All[_at..])
        {
            Status = _stage switch { Stage.StartLine => hasMethod ? 414 : 501, Stage.Fields or Stage.Trailers => 431, _ => 400 },
        };
    }

    private bool TakeStart(Range line, int end)
    {
        // Tolerate one empty line before a request: some clients send one after a body (RFC 9112, section 2.2).
        if (_isRequest && _at == 0 && All[line].Length == 0)
        {
            _parts.Add(new ByteField(0, end, "empty line", "", "tolerated before a request"));
        }
        else
        {
            _start = HttpStartLine.Parse(All[line], line.Start.Value, _isRequest, _rules, _parts);
            AddLineEnd(line, end);
            _stage = Stage.Fields;
        }

        _at = end;
        return true;
    }

    private bool TakeField(Range line, int end)
    {
        if (All[line].Length > 0)
        {
            _fields.Add(All[line], _at, _stage == Stage.Trailers, _parts);
            AddLineEnd(line, end);
            _at = end;
            return true;
        }

        var meaning = _stage == Stage.Fields ? "the end of the header"
            : _fields.Trailers.Count > 0 ? "the end of the trailers" : "no trailers: the end";
        _parts.Add(new ByteField(_at, end - _at, "empty line", "", meaning));
        var head = _at;
        _at = end;
        if (_stage == Stage.Trailers)
        {
            Complete();
            return true;
        }

        if (_isRequest && !_rules.AnyHost)
        {
            HttpHost.Check(_start[2], _fields, head);
        }

        (_framing, _left) = HttpBodyRules.Of(_start, _isRequest, _asked, _fields, _rules);
        _stage = _framing == HttpFraming.Chunked ? Stage.ChunkSize : Stage.Body;
        Head = new HttpMessage(_start, _isRequest, [.. _fields.Header], [], _framing, [], All[.._at].ToArray(), [.. _parts]);
        if (_framing == HttpFraming.None || (_framing == HttpFraming.Length && _left == 0))
        {
            Complete();
        }

        return true;
    }

    private bool TakeChunkSize(Range line, int end)
    {
        _left = HttpNumbers.ChunkSize(All[line], _at, _rules, _rules.Limits.Body - _body.WrittenCount);
        _parts.Add(new ByteField(
            _at,
            All[line].Length,
            "chunk size",
            Encoding.Latin1.GetString(All[line]),
            _left == 0 ? "the last chunk" : Octets.Count(_left)));
        AddLineEnd(line, end);
        (_at, _stage, TrailersAt) = (end, _left == 0 ? Stage.Trailers : Stage.ChunkData, _left == 0 ? end : null);
        return true;
    }

    private bool TakeChunkEnd()
    {
        var rest = All[_at..];
        var length = rest is [(byte)'\n', ..] && _rules.BareLineFeeds ? 1 : 2;
        if (rest.Length > 0 && !(length == 1 || (rest[0] == '\r' && (rest.Length == 1 || rest[1] == '\n'))))
        {
            throw new HttpFormatException("a chunk is longer than it says", _at, rest[..1]);
        }

        if (rest.Length < length)
        {
            return false;
        }

        _parts.Add(new ByteField(_at, length, length == 1 ? "LF" : "CR LF", "", "the end of the chunk"));
        (_at, _searched, _stage) = (_at + length, _at + length, Stage.ChunkSize);
        return true;
    }

    private bool TakeBody()
    {
        var there = _framing == HttpFraming.Close ? All.Length - _at : Math.Min(_left, All.Length - _at);
        if (_framing == HttpFraming.Close && _body.WrittenCount + there > _rules.Limits.Body)
        {
            var max = _rules.Limits.Body;
            var at = _at + max - _body.WrittenCount;
            throw new HttpFormatException(InvariantText.Format($"a body of more than {max:N0} bytes"), at, []);
        }

        _body.Write(All.Slice(_at, there));
        (_at, _left, _searched) = (_at + there, _left - there, _at + there);
        if (_framing == HttpFraming.Close || _left > 0)
        {
            return false;
        }

        if (_stage == Stage.ChunkData)
        {
            AddBody("chunk", _body.WrittenSpan);
            _stage = Stage.ChunkEnd;
        }
        else
        {
            Complete();
        }

        return true;
    }

    private void Complete()
    {
        if (_stage == Stage.Body && _body.WrittenCount > 0)
        {
            AddBody("body", _body.WrittenSpan);
        }

        _stage = Stage.Complete;
        Message = new HttpMessage(
            _start,
            _isRequest,
            _fields.Header,
            _fields.Trailers,
            _framing,
            _body.WrittenSpan.ToArray(),
            All[.._at].ToArray(),
            _parts);
    }

    // The body or chunk read so far ends at the reader's position, and begins after the previous part.
    private void AddBody(string name, ReadOnlySpan<byte> body)
    {
        var from = _parts[^1].End;
        var part = body[^(_at - from)..];
        _parts.Add(new ByteField(from, _at - from, name, Octets.Quoted(part, 200), Octets.Count(part.Length)));
    }

    private void AddLineEnd(Range line, int end) => _parts.Add(new ByteField(
        line.End.Value, end - line.End.Value, end - line.End.Value == 2 ? "CR LF" : "LF", ""));
}
