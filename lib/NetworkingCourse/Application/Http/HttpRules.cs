using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>How much of a message a reader takes. Whoever sets no limits lets others decide how much memory they need.</summary>
public sealed record HttpLimits
{
    /// <summary>The longest start line, in bytes without its end; RFC 9112, section 3, recommends at least 8,000.</summary>
    public int StartLine { get; init; } = 8000;

    /// <summary>The longest line of a header or trailer, in bytes without its end.</summary>
    public int FieldLine { get; init; } = 8000;

    /// <summary>How many bytes all header and trailer lines may have together.</summary>
    public int Fields { get; init; } = 32_768;

    /// <summary>How many header and trailer fields there may be.</summary>
    public int FieldCount { get; init; } = 100;

    /// <summary>The longest body, in bytes without its framing.</summary>
    public int Body { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest line with the size of a chunk, its extensions included, in bytes without its end.</summary>
    public int ChunkLine { get; init; } = 256;
}

/// <summary>What is done with a message that has a Content-Length and is chunked as well.</summary>
public enum LengthAndChunks
{
    /// <summary>It is refused: one of the two is a lie, and another reader may believe the other.</summary>
    Refused,

    /// <summary>Content-Length is believed, as by readers that know no chunks.</summary>
    LengthWins,

    /// <summary>Transfer-Encoding is believed, as RFC 9112, section 6.3, rule 3, has it.</summary>
    ChunksWin,
}

/// <summary>
/// What a reader of HTTP/1 messages tolerates. <see cref="Strict"/> tolerates nothing that RFC 9112 does not allow; the lenient ones do what servers and proxies have
/// done in practice, and are there to be attacked.
/// </summary>
/// <param name="Name">What these rules are called.</param>
public sealed record HttpRules(string Name)
{
    /// <summary>
    /// The grammar of RFC 9112 and nothing else. Where the RFC leaves a choice between refusing and repairing, this refuses; and
    /// chunked is the only transfer coding.
    /// </summary>
    public static HttpRules Strict { get; } = new("strict");

    /// <summary>Tolerant of everything there is a switch for; of length and chunks it believes the length.</summary>
    public static HttpRules LengthWins { get; } = new("lenient, the length wins")
    {
        BareLineFeeds = true,
        SpaceBeforeColon = true,
        FoldedLines = true,
        RepeatedLengths = true,
        LooseNumbers = true,
        AnyHost = true,
        AnyTarget = true,
        LengthAndChunks = LengthAndChunks.LengthWins,
    };

    /// <summary>Tolerant of everything there is a switch for; of length and chunks it believes the chunks.</summary>
    public static HttpRules ChunksWin { get; } = LengthWins with { Name = "lenient, chunks win", LengthAndChunks = LengthAndChunks.ChunksWin };

    /// <summary>A line may end with LF alone (RFC 9112, section 2.2).</summary>
    public bool BareLineFeeds { get; init; }

    /// <summary>White space may stand between a field's name and its colon, and is dropped (section 5.1).</summary>
    public bool SpaceBeforeColon { get; init; }

    /// <summary>A line that begins with white space goes on with the one before (section 5.2).</summary>
    public bool FoldedLines { get; init; }

    /// <summary>There may be several Content-Lengths; the last of them counts (section 6.3, rule 5).</summary>
    public bool RepeatedLengths { get; init; }

    /// <summary>
    /// A Content-Length may have a plus sign. A chunk size may have a plus sign, <c>0x</c> and white space around it, and
    /// anything after a semicolon (sections 6.2 and 7.1).
    /// </summary>
    public bool LooseNumbers { get; init; }

    /// <summary>A request may have any number of Host fields, with any values (section 3.2).</summary>
    public bool AnyHost { get; init; }

    /// <summary>A target may be any visible characters (section 3.2).</summary>
    public bool AnyTarget { get; init; }

    /// <summary>What is done with a message that has a length and chunks.</summary>
    public LengthAndChunks LengthAndChunks { get; init; }

    /// <summary>How much is taken.</summary>
    public HttpLimits Limits { get; init; } = new();
}

/// <summary>Bytes that are no HTTP/1 message. The message says what is wrong, where, and what is there instead.</summary>
/// <param name="reason">What is wrong.</param>
/// <param name="offset">Where, counted in bytes from the beginning of the message.</param>
/// <param name="bytes">What is there.</param>
public sealed class HttpFormatException(string reason, int offset, ReadOnlySpan<byte> bytes)
    : FormatException(InvariantText.Format($"At offset {offset}: {reason}{(bytes.Length == 0 ? "" : $"; here is '{Octets.Quoted(bytes, 40)}'")}."))
{
    /// <summary>What is wrong.</summary>
    public string Reason { get; } = reason;

    /// <summary>Where, counted in bytes from the beginning of the message.</summary>
    public int Offset { get; } = offset;

    /// <summary>The status code with which a server answers a request like this (RFC 9110, section 15).</summary>
    public int Status { get; init; } = 400;
}
