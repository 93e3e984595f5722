using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A client's first message of TLS (RFC 8446, section 4.1.2), taken apart. It is sent before there is a key, so whoever is on the way can
/// read all of it: the name of the server that is wanted, the protocols that the client speaks, what it can encrypt with.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class ClientHello : IShown
{
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int RecordHeader = 5;
    private const int RandomLength = 32;

    private ClientHello(ByteView view, ClientHelloExtensions extensions, IReadOnlyList<ushort> cipherSuites)
    {
        (View, ServerName, ApplicationProtocols, Versions, CipherSuites) =
            (view, extensions.ServerName, extensions.ApplicationProtocols, extensions.Versions, [.. cipherSuites.Select(TlsNames.CipherSuite)]);
    }

    /// <summary>Every byte of it, with its meaning.</summary>
    public ByteView View { get; }

    /// <summary>The name of the server that the client wants (SNI; RFC 6066, section 3); null if it does not say.</summary>
    public string? ServerName { get; }

    /// <summary>The application protocols that it speaks, the one it likes best first (ALPN; RFC 7301): <c>h2</c>, <c>http/1.1</c>.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; }

    /// <summary>The versions of TLS that it speaks: <c>TLS 1.3</c>.</summary>
    public IReadOnlyList<string> Versions { get; }

    /// <summary>The cipher suites that it can use, the one it likes best first.</summary>
    public IReadOnlyList<string> CipherSuites { get; }

    /// <summary>Reads a client's first message.</summary>
    /// <param name="bytes">What the client sent, from the first byte on. What follows the message is not looked at.</param>
    /// <exception cref="TruncatedException">The message ends inside a field.</exception>
    /// <exception cref="FormatException">This is no such message; the text says at which offset it is not.</exception>
    public static ClientHello Parse(ReadOnlyMemory<byte> bytes)
    {
        var record = new FieldReader(bytes);
        var end = RecordHeader + ReadRecordHeader(record);
        if (end > bytes.Length)
        {
            throw new TruncatedException("fragment", RecordHeader, end - RecordHeader, bytes.Length - RecordHeader);
        }

        var message = new FieldReader(bytes, RecordHeader, end);
        var (extensions, suites) = Read(message, end);
        return new ClientHello(ViewOf(bytes[..end], record, message, note: null), extensions, suites);
    }

    /// <summary>Shows bytes as a client's first message as far as they are one, and says below why it goes no further.</summary>
    /// <param name="bytes">The bytes.</param>
    public static ByteView Dissect(ReadOnlyMemory<byte> bytes)
    {
        var record = new FieldReader(bytes);
        var message = new FieldReader(bytes, Math.Min(RecordHeader, bytes.Length));
        try
        {
            var length = ReadRecordHeader(record);
            message = new FieldReader(bytes, RecordHeader, Math.Min(bytes.Length, RecordHeader + length));
            Read(message, RecordHeader + length);
            return ViewOf(bytes[..message.Offset], record, message, note: null);
        }
        catch (FormatException exception)
        {
            return ViewOf(bytes, record, message, exception.Message);
        }
    }

    /// <inheritdoc/>
    public string ToHtml() => View.ToHtml();

    /// <summary>What it gives away, in a line.</summary>
    public override string ToString() =>
        $"ClientHello for {ServerName ?? "no name"}, to speak {(ApplicationProtocols.Count > 0 ? string.Join(" or ", ApplicationProtocols) : "it does not say what")}"
        + (Versions.Count > 0 ? $" over {string.Join(" or ", Versions)}" : "")
        + Words.Invariant($"; {CipherSuites.Count} cipher suites, {Octets.Count(View.Bytes.Length)}");

    private static int ReadRecordHeader(FieldReader reader)
    {
        Expect(reader.Number8("type", TlsNames.RecordType) == HandshakeRecord, 0, "this is no record of a handshake");
        Expect(reader.Number16("legacy_record_version", TlsNames.LegacyVersion, hex: true) >> 8 == 3, 1, "this is no version of TLS");
        var length = reader.Number16("length", value => $"of what follows: {Octets.Count(value)}");
        Expect(length is > 0 and <= 1 << 14, 3, "a record has 1 to 16,384 bytes");
        return length;
    }

    // The order and the names are those of the RFC. The record ends where it says it does, also if fewer bytes are there.
    private static (ClientHelloExtensions Extensions, IReadOnlyList<ushort> CipherSuites) Read(FieldReader reader, int end)
    {
        var start = reader.Offset;
        Expect(reader.Number8("msg_type", value => value == ClientHelloMessage ? "client_hello" : "") == ClientHelloMessage, start, "this is no ClientHello");
        var length = reader.Number24("length", value => $"of what follows: {Octets.Count(value)}");
        Expect(length == end - reader.Offset, start + 1, length > end - reader.Offset ? "the message goes on in another record" : "another message follows in this record");
        reader.Number16("legacy_version", value => $"{TlsNames.LegacyVersion(value)}, for old servers; what counts is an extension", hex: true);
        reader.Bytes("random", RandomLength, meaning: "never twice the same");
        Vector8(reader, "legacy_session_id", 0, 32, "for old boxes on the way, which find here what they expect");
        var suites = new List<ushort>();
        List(reader, "cipher_suites", each => suites.Add(each.Number16("cipher_suite", TlsNames.CipherSuite, hex: true)), () => Words.Invariant($"{suites.Count} of them"));
        Expect(suites.Count > 0, reader.Offset, "there is no cipher suite");
        Vector8(reader, "legacy_compression_methods", 1, 255, "none: compression gives lengths away");
        var extensions = new ClientHelloExtensions();
        if (reader.Offset < end) // TLS 1.2 may do without
        {
            List(reader, "extensions", extensions.ReadOne, () => Words.Invariant($"{extensions.Count} of them"));
        }

        Expect(reader.Offset == end, reader.Offset, "bytes are left after the last extension");
        return (extensions, suites);
    }

    private static void Vector8(FieldReader reader, string name, int least, int most, string meaning)
    {
        var at = reader.Offset;
        var length = reader.Number8(name + " length");
        Expect(length >= least && length <= most, at, $"{name} has {least} to {most} bytes");
        reader.Bytes(name, length, meaning: meaning);
    }

    private static void List(FieldReader reader, string name, Action<FieldReader> readOne, Func<string> value)
    {
        int length = reader.Number16(name + " length");
        reader.Group(name, length, parts =>
        {
            while (parts.Remaining > 0)
            {
                readOne(parts);
            }

            return value();
        });
    }

    private static ByteView ViewOf(ReadOnlyMemory<byte> bytes, FieldReader record, FieldReader message, string? note) => new(
        bytes, [new ByteSection("TLS record", Layer.Application, record.Fields), new ByteSection("ClientHello", Layer.Application, message.Fields)], note);

    private static void Expect(bool condition, int offset, string otherwise)
    {
        if (!condition)
        {
            throw new FormatException(Words.Invariant($"At offset {offset}: {otherwise}."));
        }
    }
}
