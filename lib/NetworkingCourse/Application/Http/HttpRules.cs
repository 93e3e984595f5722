using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The limits on what a reader accepts. Without limits, the peer decides how much memory the reader needs.</summary>
public sealed record HttpLimits
{
    /// <summary>The longest start line, in bytes without the line end; RFC 9112, section 3, recommends at least 8,000.</summary>
    public int StartLine { get; init; } = 8000;

    /// <summary>The longest line of a header or trailer, in bytes without the line end.</summary>
    public int FieldLine { get; init; } = 8000;

    /// <summary>The largest total size of all header and trailer lines, in bytes.</summary>
    public int Fields { get; init; } = 32_768;

    /// <summary>The largest number of header and trailer fields.</summary>
    public int FieldCount { get; init; } = 100;

    /// <summary>The longest body, in bytes without its framing.</summary>
    public int Body { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest line with the size of a chunk, including extensions, in bytes without the line end.</summary>
    public int ChunkLine { get; init; } = 256;
}

/// <summary>How to treat a message that has both a Content-Length and a chunked Transfer-Encoding.</summary>
public enum LengthAndChunks
{
    /// <summary>The message is refused: one of the two is wrong, and another reader may use the other one.</summary>
    Refused,

    /// <summary>Content-Length takes precedence, as in readers that do not support chunks.</summary>
    LengthWins,

    /// <summary>Transfer-Encoding takes precedence, as in RFC 9112, section 6.3, rule 3.</summary>
    ChunksWin,
}

/// <summary>
/// The deviations from RFC 9112 that a reader of HTTP/1 messages tolerates. <see cref="Strict"/> tolerates none. The lenient
/// rules imitate what servers and proxies have done in practice, and are there to be attacked.
/// </summary>
/// <param name="Name">The name of this set of rules.</param>
public sealed record HttpRules(string Name)
{
    /// <summary>
    /// The grammar of RFC 9112 and nothing else. Where the RFC allows either refusing or repairing a message, these rules refuse
    /// it. Chunked is the only transfer coding.
    /// </summary>
    public static HttpRules Strict { get; } = new("strict");

    /// <summary>Tolerates every deviation for which there is a switch; Content-Length takes precedence over chunks.</summary>
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

    /// <summary>Tolerates every deviation for which there is a switch; chunks take precedence over Content-Length.</summary>
    public static HttpRules ChunksWin { get; } =
        LengthWins with { Name = "lenient, chunks win", LengthAndChunks = LengthAndChunks.ChunksWin };

    /// <summary>A line may end with LF alone (RFC 9112, section 2.2).</summary>
    public bool BareLineFeeds { get; init; }

    /// <summary>White space may precede the colon after a field's name, and is dropped (section 5.1).</summary>
    public bool SpaceBeforeColon { get; init; }

    /// <summary>A line that begins with white space continues the previous one (section 5.2).</summary>
    public bool FoldedLines { get; init; }

    /// <summary>There may be several Content-Lengths; the last one counts (section 6.3, rule 5).</summary>
    public bool RepeatedLengths { get; init; }

    /// <summary>
    /// A Content-Length may have a plus sign. A chunk size may have a plus sign, <c>0x</c> and white space around it, and
    /// anything after a semicolon (sections 6.2 and 7.1).
    /// </summary>
    public bool LooseNumbers { get; init; }

    /// <summary>A request may have any number of Host fields, with any values (section 3.2).</summary>
    public bool AnyHost { get; init; }

    /// <summary>A target may consist of any visible characters (section 3.2).</summary>
    public bool AnyTarget { get; init; }

    /// <summary>How to treat a message that has both a length and chunks.</summary>
    public LengthAndChunks LengthAndChunks { get; init; }

    /// <summary>The limits on the size of a message.</summary>
    public HttpLimits Limits { get; init; } = new();
}

/// <summary>
/// The exception for bytes that are not a valid HTTP/1 message. Its message says what is wrong, where, and which bytes are there.
/// </summary>
/// <param name="reason">What is wrong.</param>
/// <param name="offset">The position, in bytes from the start of the message.</param>
/// <param name="bytes">The bytes at this position.</param>
public sealed class HttpFormatException(string reason, int offset, ReadOnlySpan<byte> bytes)
    : FormatException(InvariantText.Format(
        $"At offset {offset}: {reason}{(bytes.Length == 0 ? "" : $"; found '{Octets.Quoted(bytes, 40)}'")}."))
{
    /// <summary>What is wrong.</summary>
    public string Reason { get; } = reason;

    /// <summary>The position, in bytes from the start of the message.</summary>
    public int Offset { get; } = offset;

    /// <summary>The status code with which a server answers such a request (RFC 9110, section 15).</summary>
    public int Status { get; init; } = 400;
}
