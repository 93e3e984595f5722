using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A DNS message: a query, or the response to one (RFC 1035, section 4).</summary>
/// <param name="Id">The ID that matches a response to its query.</param>
public sealed record DnsMessage(ushort Id) : ShownRecord
{
    /// <summary>
    /// The maximum length of a message over UDP without EDNS on both sides, in bytes (RFC 1035, section 4.2.1).
    /// </summary>
    public const int MaxLengthOverUdp = 512;

    /// <summary>The maximum length of a message, in bytes: over TCP, its length is a 16-bit number.</summary>
    public const int MaxLength = 65_535;

    /// <summary>Whether the message is a response (QR).</summary>
    public bool IsResponse { get; init; }

    /// <summary>The kind of request (OPCODE).</summary>
    public DnsOperation Operation { get; init; }

    /// <summary>Whether the server has the zone itself, rather than relaying an answer from elsewhere (AA).</summary>
    public bool IsAuthoritative { get; init; }

    /// <summary>Whether the message was truncated because it did not fit: retry over TCP (TC).</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Whether the server is asked to resolve the name recursively (RD).</summary>
    public bool RecursionDesired { get; init; }

    /// <summary>Whether the server offers recursion (RA).</summary>
    public bool RecursionAvailable { get; init; }

    /// <summary>
    /// In a response, whether the resolver has verified the signatures; in a query, whether the client wants to know (AD; RFC
    /// 6840, sections 5.7 and 5.8).
    /// </summary>
    public bool AuthenticData { get; init; }

    /// <summary>Whether the resolver is asked not to verify signatures (CD; RFC 4035, section 3.2.2).</summary>
    public bool CheckingDisabled { get; init; }

    /// <summary>The response code (RCODE). A code over 15 needs an OPT record, which holds its upper bits.</summary>
    public ResponseCode Code { get; init; }

    /// <summary>The question section: one question, in practice.</summary>
    public IReadOnlyList<DnsQuestion> Questions { get; init; } = [];

    /// <summary>The answer section.</summary>
    public IReadOnlyList<DnsRecord> Answers { get; init; } = [];

    /// <summary>The authority section: the name servers of a zone, or its SOA record.</summary>
    public IReadOnlyList<DnsRecord> Authority { get; init; } = [];

    /// <summary>The additional section: records likely to be needed next, such as the addresses of those servers.</summary>
    public IReadOnlyList<DnsRecord> Additional { get; init; } = [];

    /// <summary>
    /// The longest UDP response that the sender accepts: 512 bytes, or more if it says so by EDNS (RFC 6891, section 6.2.3).
    /// </summary>
    public int UdpPayloadSize => Math.Max(MaxLengthOverUdp, (int)(Edns.Of(this)?.UdpPayloadSize ?? 0));

    /// <summary>Creates a query.</summary>
    /// <param name="name">The name to look up.</param>
    /// <param name="type">The type of record wanted.</param>
    /// <param name="id">The ID; random by default, so that an attacker cannot guess it.</param>
    /// <param name="recursionDesired">Whether the server is asked to resolve the name recursively.</param>
    /// <exception cref="FormatException">The text is not a domain name.</exception>
    public static DnsMessage Query(string name, DnsType type, ushort? id = null, bool recursionDesired = true) =>
        Query(DnsName.Parse(name), type, id, recursionDesired);

    /// <inheritdoc cref="Query(string, DnsType, ushort?, bool)"/>
    public static DnsMessage Query(DnsName name, DnsType type, ushort? id = null, bool recursionDesired = true) =>
        new(id ?? RandomId()) { RecursionDesired = recursionDesired, Questions = [new DnsQuestion(name, type)] };

    /// <summary>Creates an empty response to this query.</summary>
    /// <param name="code">The response code.</param>
    public DnsMessage Respond(ResponseCode code = ResponseCode.NoError) =>
        new(Id)
        {
            IsResponse = true,
            Operation = Operation,
            RecursionDesired = RecursionDesired,
            Code = code,
            Questions = Questions,
        };

    /// <summary>The wire format of the message.</summary>
    /// <param name="limit">
    /// The maximum length, in bytes. A message that does not fit first loses its additional section, unless that holds the glue
    /// of a referral (RFC 9471, section 3). If that is not enough, it keeps only the question and is marked as truncated.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The message has more than 65,535 bytes and there was no limit, or its code is over 15 and there is no OPT record.
    /// </exception>
    public byte[] ToBytes(int? limit = null)
    {
        var bytes = Write();
        if (bytes.Length > limit)
        {
            // The OPT record stays in any case: it describes the message, not its content.
            var options = Additional.Where(record => record.Type == DnsType.OPT).ToList();
            var isReferral = Authority.Any(record => record.Type == DnsType.NS);
            bytes = (this with { Additional = options }).Write() is var without && without.Length <= limit && !isReferral
                ? without
                : (this with { Answers = [], Authority = [], Additional = options, IsTruncated = true }).Write();
        }

        return bytes.Length <= MaxLength ? bytes : throw new ArgumentException(
            InvariantText.Format($"The message has {bytes.Length:N0} bytes; at most {MaxLength:N0} are allowed."));
    }

    /// <summary>Parses a message.</summary>
    /// <exception cref="FormatException">The bytes are not a valid message; the exception's text says why.</exception>
    public static DnsMessage Parse(ReadOnlyMemory<byte> bytes) => DnsReader.Read(bytes);

    /// <summary>Parses a message.</summary>
    /// <param name="bytes">The bytes of the message.</param>
    /// <param name="message">The parsed message; null if the bytes are not valid.</param>
    /// <param name="problem">Why the bytes are not valid; empty if they are.</param>
    /// <returns>Whether the bytes are a valid message.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out DnsMessage? message, out string problem)
    {
        try
        {
            (message, problem) = (DnsReader.Read(bytes), "");
            return true;
        }
        catch (FormatException exception)
        {
            (message, problem) = (null, exception.Message);
            return false;
        }
    }

    /// <summary>The wire format of the message, field by field.</summary>
    public ByteView View() => DnsReader.View(ToBytes());

    /// <summary>Shows a received message field by field. If it is malformed, shows as much of it as can be read.</summary>
    public static ByteView View(ReadOnlyMemory<byte> bytes) => DnsReader.View(bytes);

    /// <inheritdoc/>
    public override string ToHtml() => $"<pre>{WebUtility.HtmlEncode(ToString())}</pre>";

    /// <summary>The message as lines of text, in the style of <c>dig</c>.</summary>
    public override string ToString()
    {
        (string Name, bool IsSet)[] flags =
        [
            ("response", IsResponse), ("authoritative", IsAuthoritative), ("truncated", IsTruncated),
            ("recursion desired", RecursionDesired), ("recursion available", RecursionAvailable),
            ("authentic data", AuthenticData), ("checking disabled", CheckingDisabled),
        ];
        var set = flags.Where(flag => flag.IsSet).Select(flag => flag.Name).Prepend(InvariantText.Of(Code));
        var lines = Questions.Select(question => $"question    {question}")
            .Concat(Answers.Select(record => $"answer      {record}"))
            .Concat(Authority.Select(record => $"authority   {record}"))
            .Concat(Additional.Select(record => record.Type == DnsType.OPT
                ? InvariantText.Format($"EDNS        up to {record.Class:N0} bytes over UDP")
                : $"additional  {record}"));
        return string.Join('\n', lines.Prepend(InvariantText.Format($"message {Id}: {string.Join(", ", set)}")));
    }

    internal static ushort RandomId() => (ushort)System.Security.Cryptography.RandomNumberGenerator.GetInt32(65_536);

    /// <summary>Creates the OPT record by which a sender announces the longest UDP message that it accepts.</summary>
    internal static DnsRecord UdpSize(ushort size) => new Edns(size).ToRecord();

    private byte[] Write()
    {
        var writer = new DnsWriter();
        writer.Number16(Id);
        writer.Number16((ushort)((IsResponse ? 0x8000 : 0) | ((int)Operation << 11)
            | (IsAuthoritative ? 0x0400 : 0) | (IsTruncated ? 0x0200 : 0)
            | (RecursionDesired ? 0x0100 : 0) | (RecursionAvailable ? 0x0080 : 0) | (AuthenticData ? 0x0020 : 0)
            | (CheckingDisabled ? 0x0010 : 0) | ((int)Code & 0xF)));
        writer.Number16((ushort)Questions.Count);
        writer.Number16((ushort)Answers.Count);
        writer.Number16((ushort)Authority.Count);
        writer.Number16((ushort)Additional.Count);
        foreach (var question in Questions)
        {
            writer.Question(question);
        }

        var upper = (int)Code >> 4;
        if (upper > 0 && Edns.Of(this) is null)
        {
            throw new ArgumentException(
                $"The response code '{InvariantText.Of(Code)}' does not fit into 4 bits: its upper bits need an OPT record.");
        }

        foreach (var record in Answers.Concat(Authority).Concat(Additional))
        {
            writer.Record(record.Type == DnsType.OPT ? Edns.WithUpperCode(record, upper) : record);
        }

        return writer.ToBytes();
    }
}
