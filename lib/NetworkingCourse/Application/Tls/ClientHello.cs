using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A parsed ClientHello, the client's first message in TLS (RFC 8446, section 4.1.2). It is sent before there is a key, so
/// anyone on the path can read all of it: the name of the server, the protocols that the client speaks, and the ciphers that it
/// supports.
/// </summary>
public sealed class ClientHello : Shown
{
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int RecordHeader = 5;
    private const int RandomLength = 32;
    private const string VersionField = "legacy_version";
    private const string SessionField = "legacy_session_id";
    private const string CompressionField = "legacy_compression_methods";

    private ClientHello(ByteView view, Content content)
    {
        var extensions = content.Extensions;
        (View, ServerName, ApplicationProtocols) = (view, extensions.ServerName, extensions.ApplicationProtocols);
        // Without the extension, the client supports at most TLS 1.2, and this field holds its version (RFC 8446, section 4.2.1).
        IReadOnlyList<ushort> versions = extensions.HasVersions ? extensions.Versions : [content.LegacyVersion];
        Versions = [.. versions.Where(TlsNames.IsMeant).Select(TlsNames.Version)];
        CipherSuites = [.. content.CipherSuites.Where(TlsNames.IsMeant).Select(TlsNames.CipherSuite)];
    }

    private sealed record Content(ushort LegacyVersion, IReadOnlyList<ushort> CipherSuites, ClientHelloExtensions Extensions);

    /// <summary>A view of every byte, with its meaning.</summary>
    public ByteView View { get; }

    /// <summary>The name of the server that the client wants (SNI; RFC 6066, section 3); null if it names none.</summary>
    public string? ServerName { get; }

    /// <summary>
    /// The application protocols that the client speaks, in order of preference (ALPN; RFC 7301): <c>h2</c>, <c>http/1.1</c>.
    /// </summary>
    public IReadOnlyList<string> ApplicationProtocols { get; }

    /// <summary>
    /// The versions of TLS that the client offers: <c>TLS 1.3</c>. An older client names only the highest version that it
    /// supports, for example TLS 1.2.
    /// </summary>
    public IReadOnlyList<string> Versions { get; }

    /// <summary>The cipher suites that the client supports, in order of preference.</summary>
    public IReadOnlyList<string> CipherSuites { get; }

    /// <summary>Parses a ClientHello.</summary>
    /// <param name="bytes">The bytes that the client sent, from the first. Bytes after the message are ignored.</param>
    /// <exception cref="TruncatedException">The message ends inside a field.</exception>
    /// <exception cref="FormatException">This is not a ClientHello; the message says at which offset it differs.</exception>
    public static ClientHello Parse(ReadOnlyMemory<byte> bytes)
    {
        var record = new FieldReader(bytes);
        var end = RecordHeader + ReadRecordHeader(record);
        if (end > bytes.Length)
        {
            throw new TruncatedException("fragment", RecordHeader, end - RecordHeader, bytes.Length - RecordHeader);
        }

        var message = new FieldReader(bytes, RecordHeader, end);
        var content = Read(message, end);
        return new ClientHello(ViewOf(bytes[..end], record, message, content), content);
    }

    /// <summary>Shows bytes as a ClientHello as far as they are valid, with a note that says why it goes no further.</summary>
    /// <param name="bytes">The bytes.</param>
    public static ByteView Dissect(ReadOnlyMemory<byte> bytes)
    {
        var record = new FieldReader(bytes);
        var message = new FieldReader(bytes, Math.Min(RecordHeader, bytes.Length));
        try
        {
            var length = ReadRecordHeader(record);
            message = new FieldReader(bytes, RecordHeader, Math.Min(bytes.Length, RecordHeader + length));
            var content = Read(message, RecordHeader + length);
            return ViewOf(bytes[..message.Offset], record, message, content);
        }
        catch (FormatException exception)
        {
            return ViewOf(bytes, record, message, content: null, exception.Message);
        }
    }

    /// <inheritdoc/>
    public override string ToHtml() => View.ToHtml();

    /// <inheritdoc/>
    public override string ToText() => $"{this}\n\n{View}";

    /// <summary>Returns what the ClientHello reveals, in one line.</summary>
    public override string ToString() =>
        $"ClientHello for {ServerName ?? "no name"}, offering "
        + (ApplicationProtocols.Count > 0 ? string.Join(" or ", ApplicationProtocols) : "an unnamed protocol")
        + (Versions.Count > 0 ? $" over {string.Join(" or ", Versions)}" : "")
        + InvariantText.Format($"; {CipherSuites.Count} cipher suites, {Octets.Count(View.Bytes.Length)}");

    private static int ReadRecordHeader(FieldReader reader)
    {
        Expect(reader.Number8("type", TlsNames.RecordType) == HandshakeRecord, 0, "this is not a handshake record");
        Expect(
            reader.Number16("legacy_record_version", TlsNames.LegacyVersion, hex: true) >> 8 == 3,
            1,
            "this is not a TLS version");
        var length = reader.Number16("length", value => $"of what follows: {Octets.Count(value)}");
        Expect(length is > 0 and <= 1 << 14, 3, "a record has 1 to 16,384 bytes");
        return length;
    }

    // The order and the names are those of the RFC. The record ends where its length says, even if bytes are missing.
    private static Content Read(FieldReader reader, int end)
    {
        var start = reader.Offset;
        Expect(
            reader.Number8("msg_type", value => value == ClientHelloMessage ? "client_hello" : "") == ClientHelloMessage,
            start,
            "this is not a ClientHello");
        var length = reader.Number24("length", value => $"of what follows: {Octets.Count(value)}");
        Expect(
            length == end - reader.Offset,
            start + 1,
            length > end - reader.Offset
                ? "the message continues in another record"
                : "another message follows in this record");
        var version = reader.Number16(VersionField, TlsNames.LegacyVersion, hex: true);
        reader.Bytes("random", RandomLength, meaning: "new for each handshake");
        Vector8(reader, SessionField, 0, 32);
        var suites = new List<ushort>();
        List(
            reader,
            "cipher_suites",
            each => suites.Add(each.Number16("cipher_suite", TlsNames.CipherSuite, hex: true)),
            () => InvariantText.Format($"{suites.Count} of them"));
        Expect(suites.Count > 0, reader.Offset, "there is no cipher suite");
        Vector8(reader, CompressionField, 1, 255);
        var extensions = new ClientHelloExtensions();
        if (reader.Offset < end) // optional in TLS 1.2
        {
            List(reader, "extensions", extensions.ReadOne, () => InvariantText.Format($"{extensions.Count} of them"));
        }

        Expect(reader.Offset == end, reader.Offset, "bytes are left after the last extension");
        return new Content(version, suites, extensions);
    }

    // The meaning of these fields depends on the extensions, so it is known only when they have been read.
    private static ByteField Explain(ByteField field, Content content, ReadOnlyMemory<byte> bytes) => field with
    {
        Meaning = (field.Name, content.Extensions.HasVersions) switch
        {
            (VersionField, true) => $"{field.Meaning}, for old servers; what counts is the extension supported_versions",
            (VersionField, false) => $"{TlsNames.Version(content.LegacyVersion)}: the highest version that the client supports",
            (SessionField, true) when field.Length > 0 => "for old middleboxes, which expect it here",
            (SessionField, false) when field.Length > 0 => "an earlier session that the client wants to resume",
            (CompressionField, _) => TlsNames.Compression(bytes.Slice(field.Offset, field.Length)),
            _ => field.Meaning,
        },
    };

    private static void Vector8(FieldReader reader, string name, int min, int max)
    {
        var at = reader.Offset;
        var length = reader.Number8(name + " length");
        Expect(length >= min && length <= max, at, $"{name} has {min} to {max} bytes");
        reader.Bytes(name, length);
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

    private static ByteView ViewOf(
        ReadOnlyMemory<byte> bytes, FieldReader record, FieldReader message, Content? content, string? note = null)
    {
        var fields = content is null ? message.Fields : [.. message.Fields.Select(field => Explain(field, content, bytes))];
        return new ByteView(
            bytes,
            [
                new ByteSection("TLS record", Layer.Application, record.Fields),
                new ByteSection("ClientHello", Layer.Application, fields),
            ],
            note);
    }

    private static void Expect(bool condition, int offset, string otherwise)
    {
        if (!condition)
        {
            throw new FormatException(InvariantText.Format($"At offset {offset}: {otherwise}."));
        }
    }
}
