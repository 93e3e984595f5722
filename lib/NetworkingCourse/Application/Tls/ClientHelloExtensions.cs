using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The extensions of a ClientHello (RFC 8446, section 4.2), with the content of some of them. Unknown ones are shown as bytes.
/// </summary>
internal sealed class ClientHelloExtensions
{
    private const ushort ServerNameType = 0;
    private const ushort SupportedGroups = 10;
    private const ushort SignatureAlgorithms = 13;
    private const ushort ApplicationLayerProtocols = 16;
    private const ushort SupportedVersions = 43;
    private const ushort PskKeyExchangeModes = 45;
    private const ushort KeyShare = 51;

    private readonly HashSet<ushort> _seen = [];

    public int Count => _seen.Count;

    public string? ServerName { get; private set; }

    public List<string> ApplicationProtocols { get; } = [];

    /// <summary>
    /// Whether the supported_versions extension is present, which overrides the version field before the extensions.
    /// </summary>
    public bool HasVersions => _seen.Contains(SupportedVersions);

    public List<ushort> Versions { get; } = [];

    /// <summary>Reads the next extension: its type, its length, and its content.</summary>
    public void ReadOne(FieldReader reader)
    {
        var at = reader.Offset;
        var type = reader.Number16("extension_type", TlsNames.ExtensionType);
        if (!_seen.Add(type))
        {
            throw new FormatException(
                InvariantText.Format($"At offset {at}: the extension {TlsNames.ExtensionType(type)} occurs twice."));
        }

        int length = reader.Number16("length");
        var name = type == ApplicationLayerProtocols ? "ALPN" : TlsNames.ExtensionType(type);
        if (length == 0 || ContentOf(type) is not { } content)
        {
            reader.Bytes(name, length);
            return;
        }

        reader.Group(name, length, parts =>
        {
            var value = content(parts);
            return parts.Remaining == 0
                ? value
                : throw new FormatException(
                    InvariantText.Format($"At offset {parts.Offset}: bytes are left in the extension {name}."));
        });
    }

    private Func<FieldReader, string>? ContentOf(ushort type) => type switch
    {
        ServerNameType => ReadServerName,
        ApplicationLayerProtocols => ReadProtocols,
        SupportedVersions => reader => ReadList(
            reader, reader.Number8("list length"),
            each => TlsNames.Version(Noted(Versions, each.Number16("version", TlsNames.Version, hex: true)))),
        SupportedGroups => reader => ReadList(
            reader, reader.Number16("list length"),
            each => TlsNames.Group(each.Number16("named_group", TlsNames.Group, hex: true))),
        SignatureAlgorithms => reader => ReadList(
            reader, reader.Number16("list length"),
            each => TlsNames.Signature(each.Number16("signature_scheme", TlsNames.Signature, hex: true))),
        PskKeyExchangeModes => reader => ReadList(
            reader, reader.Number8("list length"),
            each => TlsNames.PskMode(each.Number8("ke_mode", TlsNames.PskMode))),
        KeyShare => reader => ReadList(reader, reader.Number16("list length"), ReadShare),
        _ => null,
    };

    // RFC 6066, section 3: a list with a single entry.
    private string ReadServerName(FieldReader reader)
    {
        ReadList(reader, reader.Number16("list length"), each =>
        {
            each.Number8("name_type", value => value == 0 ? "host_name" : "");
            return ServerName ??= each.Text(
                "host_name", each.Number16("host_name length"), "in the clear: anyone on the path can read it");
        });
        return ServerName ?? "";
    }

    // RFC 7301, section 3.1.
    private string ReadProtocols(FieldReader reader) => ReadList(
        reader, reader.Number16("list length"),
        each => Noted(ApplicationProtocols, each.Text("protocol_name", each.Number8("protocol_name length"))));

    private static string ReadShare(FieldReader reader)
    {
        var group = TlsNames.Group(reader.Number16("group", TlsNames.Group, hex: true));
        reader.Bytes(
            "key_exchange",
            reader.Number16("key_exchange length"),
            meaning: "the client's half of the key exchange, which is not secret");
        return group;
    }

    private static string ReadList(FieldReader reader, int length, Func<FieldReader, string> readOne)
    {
        var values = new List<string>();
        reader.Group("list", length, parts =>
        {
            while (parts.Remaining > 0)
            {
                values.Add(readOne(parts));
            }

            return InvariantText.Format($"{values.Count} of them");
        });
        return string.Join(", ", values);
    }

    private static T Noted<T>(List<T> list, T value)
    {
        list.Add(value);
        return value;
    }
}
