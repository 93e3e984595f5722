using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A message of DNS: a query, or a response to one (RFC 1035, section 4).</summary>
/// <param name="Id">The number by which a response is known to belong to a query.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record DnsMessage(ushort Id) : IShown
{
    /// <summary>How many bytes a message over UDP has at the most, unless both sides know EDNS (RFC 1035, section 4.2.1).</summary>
    public const int LongestOverUdp = 512;

    /// <summary>How many bytes a message has at the most: over TCP its length is a number of 16 bits.</summary>
    public const int Longest = 65_535;

    /// <summary>Whether it is a response (QR).</summary>
    public bool IsResponse { get; init; }

    /// <summary>What is asked for (OPCODE).</summary>
    public DnsOperation Operation { get; init; }

    /// <summary>Whether the server has the zone itself, and does not pass on what it has heard (AA).</summary>
    public bool IsAuthoritative { get; init; }

    /// <summary>Whether there was more than there was room for: ask again over TCP (TC).</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Whether the server is asked to find the answer wherever it is (RD).</summary>
    public bool RecursionDesired { get; init; }

    /// <summary>Whether the server would do so (RA).</summary>
    public bool RecursionAvailable { get; init; }

    /// <summary>
    /// In a response: whether the resolver has verified the signatures. In a query: whether the client wants to know (AD; RFC
    /// 6840, sections 5.7 and 5.8).
    /// </summary>
    public bool AuthenticData { get; init; }

    /// <summary>Whether the resolver is asked not to verify signatures (CD; RFC 4035, section 3.2.2).</summary>
    public bool CheckingDisabled { get; init; }

    /// <summary>What became of the question (RCODE). A code over 15 needs an OPT record, which holds its upper bits.</summary>
    public ResponseCode Code { get; init; }

    /// <summary>What is asked: one question, in practice.</summary>
    public IReadOnlyList<DnsQuestion> Questions { get; init; } = [];

    /// <summary>The answer.</summary>
    public IReadOnlyList<DnsRecord> Answers { get; init; } = [];

    /// <summary>Who knows: the servers of a zone, or how it begins.</summary>
    public IReadOnlyList<DnsRecord> Authority { get; init; } = [];

    /// <summary>What the connection will want to know next: the addresses of those servers.</summary>
    public IReadOnlyList<DnsRecord> Additional { get; init; } = [];

    /// <summary>How long a UDP answer may be that its sender takes: 512 bytes, or what it says by EDNS (RFC 6891, section 6.2.3).</summary>
    public int UdpPayloadSize => Math.Max(LongestOverUdp, (int)(Edns.Of(this)?.UdpPayloadSize ?? 0));

    /// <summary>A query.</summary>
    /// <param name="name">About which name.</param>
    /// <param name="type">What is wanted of it.</param>
    /// <param name="id">Its number; at random unless told otherwise, so that nobody can guess it.</param>
    /// <param name="recursionDesired">Whether the server is to find the answer wherever it is.</param>
    /// <exception cref="FormatException">That is no name.</exception>
    public static DnsMessage Query(string name, DnsType type, ushort? id = null, bool recursionDesired = true) => Query(DnsName.Parse(name), type, id, recursionDesired);

    /// <inheritdoc cref="Query(string, DnsType, ushort?, bool)"/>
    public static DnsMessage Query(DnsName name, DnsType type, ushort? id = null, bool recursionDesired = true) =>
        new(id ?? RandomId()) { RecursionDesired = recursionDesired, Questions = [new DnsQuestion(name, type)] };

    /// <summary>A response to this query, with nothing in it yet.</summary>
    /// <param name="code">What became of it.</param>
    public DnsMessage Respond(ResponseCode code = ResponseCode.NoError) =>
        new(Id) { IsResponse = true, Operation = Operation, RecursionDesired = RecursionDesired, Code = code, Questions = Questions };

    /// <summary>The message as it is sent.</summary>
    /// <param name="limit">
    /// How many bytes there is room for. If they are not enough, the last section goes first, unless it holds the glue of a
    /// referral (RFC 9471, section 3). If that does not help, everything goes but the question, and the message says that it is
    /// truncated.
    /// </param>
    /// <exception cref="ArgumentException">
    /// It has more than 65,535 bytes, and there was no limit; or a code over 15, and no OPT record.
    /// </exception>
    public byte[] ToBytes(int? limit = null)
    {
        var bytes = Write();
        if (bytes.Length > limit)
        {
            // EDNS belongs to the message, and not to its content.
            var options = Additional.Where(record => record.Type == DnsType.OPT).ToList();
            var isReferral = Authority.Any(record => record.Type == DnsType.NS);
            bytes = (this with { Additional = options }).Write() is var without && without.Length <= limit && !isReferral
                ? without
                : (this with { Answers = [], Authority = [], Additional = options, IsTruncated = true }).Write();
        }

        return bytes.Length <= Longest ? bytes : throw new ArgumentException(InvariantText.Format($"The message has {bytes.Length:N0} bytes; {Longest:N0} are the most."));
    }

    /// <summary>Takes a message apart.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static DnsMessage Parse(ReadOnlyMemory<byte> bytes) => DnsReader.Read(bytes);

    /// <summary>Takes a message apart.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="message">What it says; null if it is none.</param>
    /// <param name="problem">Why it is none; empty if it is one.</param>
    /// <returns>Whether it is one.</returns>
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

    /// <summary>The message as it is sent, field by field.</summary>
    public ByteView View() => DnsReader.View(ToBytes());

    /// <summary>A message as it came, field by field. Of one that makes no sense, as much as can be said.</summary>
    public static ByteView View(ReadOnlyMemory<byte> bytes) => DnsReader.View(bytes);

    /// <inheritdoc/>
    public string ToHtml() => $"<pre>{WebUtility.HtmlEncode(ToString())}</pre>";

    /// <summary>The message in lines, in the manner of <c>dig</c>.</summary>
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
            .Concat(Answers.Select(record => $"answer      {record}")).Concat(Authority.Select(record => $"authority   {record}"))
            .Concat(Additional.Select(record => record.Type == DnsType.OPT ? InvariantText.Format($"EDNS        up to {record.Class:N0} bytes over UDP") : $"additional  {record}"));
        return string.Join('\n', lines.Prepend(InvariantText.Format($"message {Id}: {string.Join(", ", set)}")));
    }

    internal static ushort RandomId() => (ushort)System.Security.Cryptography.RandomNumberGenerator.GetInt32(65_536);

    /// <summary>The OPT record by which a sender says how long a UDP message may be that it takes.</summary>
    internal static DnsRecord UdpSize(ushort size) => new Edns(size).ToRecord();

    private byte[] Write()
    {
        var writer = new DnsWriter();
        writer.Number16(Id);
        writer.Number16((ushort)((IsResponse ? 0x8000 : 0) | ((int)Operation << 11) | (IsAuthoritative ? 0x0400 : 0) | (IsTruncated ? 0x0200 : 0)
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
            throw new ArgumentException($"The code {InvariantText.Of(Code)} has more than 4 bits: the others need an OPT record.");
        }

        foreach (var record in Answers.Concat(Authority).Concat(Additional))
        {
            writer.Record(record.Type == DnsType.OPT ? Edns.WithUpperCode(record, upper) : record);
        }

        return writer.ToBytes();
    }
}
