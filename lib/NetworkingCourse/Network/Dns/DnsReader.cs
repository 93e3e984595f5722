using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// Parses untrusted messages field by field. Every length is checked against the bytes available, and every count against the
/// records that follow. An inconsistent message is rejected as a whole, with the reason.
/// </summary>
internal sealed class DnsReader
{
    private const int HeaderLength = 12;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly SectionReader _sections;
    private bool _mayPoint = true; // names may be compressed

    private DnsReader(ReadOnlyMemory<byte> bytes) => (_bytes, _sections) = (bytes, new SectionReader(bytes));

    /// <exception cref="FormatException">The bytes are not a valid message.</exception>
    public static DnsMessage Read(ReadOnlyMemory<byte> bytes) => new DnsReader(bytes).Read();

    /// <summary>Reads only the header, which tells the kind of message even if the rest cannot be read.</summary>
    /// <returns>The message without its sections; null if the bytes are too few for a header.</returns>
    public static DnsMessage? ReadHeader(ReadOnlyMemory<byte> bytes) =>
        bytes.Length < HeaderLength ? null : new DnsReader(bytes).ReadHeader().Message;

    public static ByteView View(ReadOnlyMemory<byte> bytes)
    {
        var (reader, note) = (new DnsReader(bytes), default(string));
        try
        {
            reader.Read();
        }
        catch (FormatException exception)
        {
            note = exception.Message;
        }

        return new ByteView(bytes, reader._sections.Sections, note);
    }

    /// <summary>Reads the data of a record outside a message, where names are not compressed.</summary>
    /// <exception cref="FormatException">The bytes are not valid data of this type.</exception>
    public static DnsData ReadData(DnsType type, ReadOnlyMemory<byte> data)
    {
        if (data.Length == 0 && type.IsKnown())
        {
            throw new FormatException($"the {type.Text()} record has no data.");
        }

        var reader = new FieldReader(data);
        var read = new DnsReader(data) { _mayPoint = false }.ReadData(reader, type);
        var (end, length) = (reader.Offset, data.Length);
        return end == length ? read : throw new FormatException(
            InvariantText.Format($"the data of {type.Text()} ends at offset {end}, but {length:N0} bytes are announced."));
    }

    private DnsMessage Read()
    {
        var (message, counts) = ReadHeader();
        var (questions, records) = (new List<DnsQuestion>(), new List<DnsRecord>[] { [], [], [] });
        for (var i = 0; i < counts[0]; i++)
        {
            _sections.Read("question", Layer.Application, _bytes.Length, reader => questions.Add(ReadQuestion(reader)));
        }

        foreach (var (section, name) in ((string[])["answer", "authority", "additional"]).Index())
        {
            for (var i = 0; i < counts[section + 1]; i++)
            {
                var title = counts[section + 1] == 1 ? name : InvariantText.Format($"{name} {i + 1}");
                _sections.Read(title, Layer.Application, _bytes.Length, reader => records[section].Add(ReadRecord(reader)));
            }
        }

        return _sections.Offset == _bytes.Length
            ? message with
            {
                Code = (ResponseCode)((Edns.UpperCode(records[2]) << 4) | (int)message.Code),
                Questions = questions,
                Answers = records[0],
                Authority = records[1],
                Additional = records[2],
            }
            : throw new FormatException(InvariantText.Format(
                $"The message continues for {Octets.Count(_bytes.Length - _sections.Offset)} after the last announced record."));
    }

    private (DnsMessage Message, ushort[] Counts) ReadHeader()
    {
        var (message, counts) = (new DnsMessage(0), new ushort[4]);
        _sections.Read("DNS header", Layer.Application, _bytes.Length, reader =>
        {
            var id = reader.Number16(
                "ID", value => InvariantText.Format($"0x{value:x4}: the same in the query and its response"));
            var flags = reader.Bits(
                2,
                ("QR", 1, value => value == 1 ? "a response" : "a query"),
                ("OPCODE", 4, value => InvariantText.Of((DnsOperation)value)),
                ("AA", 1, value => value == 1 ? "authoritative: the server has the zone itself" : "authoritative: no"),
                ("TC", 1, value => value == 1 ? "truncated: ask again over TCP" : "truncated: no"),
                ("RD", 1, value => value == 1 ? "recursion desired" : "recursion desired: no"),
                ("RA", 1, value => value == 1 ? "recursion available" : "recursion available: no"),
                ("Z", 1, _ => "reserved"),
                ("AD", 1, value => value == 1 ? "authentic data: signatures are verified, or should be" : "authentic data: no"),
                ("CD", 1, value => value == 1 ? "checking disabled: no need to verify signatures" : "checking disabled: no"),
                ("RCODE", 4, value => InvariantText.Of((ResponseCode)value)));
            message = new DnsMessage(id)
            {
                IsResponse = flags[0] == 1,
                Operation = (DnsOperation)flags[1],
                IsAuthoritative = flags[2] == 1,
                IsTruncated = flags[3] == 1,
                RecursionDesired = flags[4] == 1,
                RecursionAvailable = flags[5] == 1,
                AuthenticData = flags[7] == 1,
                CheckingDisabled = flags[8] == 1,
                Code = (ResponseCode)flags[9],
            };
            foreach (var (i, name) in ((string[])["QDCOUNT", "ANCOUNT", "NSCOUNT", "ARCOUNT"]).Index())
            {
                counts[i] = reader.Number16(
                    name, _ => ((string[])["questions", "answers", "authority records", "additional records"])[i]);
            }
        });
        return (message, counts);
    }

    private DnsQuestion ReadQuestion(FieldReader reader) =>
        new(ReadName(reader, "QNAME"), (DnsType)reader.Number16("QTYPE", NameOf), reader.Number16("QCLASS", DnsClass.NameOf));

    private DnsRecord ReadRecord(FieldReader reader)
    {
        var name = ReadName(reader, "NAME");
        var type = (DnsType)reader.Number16("TYPE", NameOf);
        var classOrSize = reader.Number16(
            "CLASS", value => type == DnsType.OPT ? "the longest UDP message accepted" : DnsClass.NameOf(value));
        var timeToLive = type == DnsType.OPT ? ReadExtension(reader)
            : reader.Number32("TTL", value => InvariantText.Format($"{value:N0} s"));
        var length = reader.Number16("RDLENGTH", _ => "length of the data, in bytes");
        DnsData data = new UnknownData(default);
        if (length > 0)
        {
            reader.Group("RDATA", length, inner =>
            {
                // The form of an address depends on the class; only that of the Internet is known here (RFC 1035, section 3.4).
                data = ReadData(inner, classOrSize != DnsClass.Internet && type is DnsType.A or DnsType.AAAA ? default : type);
                return inner.Remaining == 0 ? data.ToString()! : throw new FormatException(InvariantText.Format(
                    $"The data of {type} of {name} ends at offset {inner.Offset}, but RDLENGTH says {inner.End}."));
            });
        }
        else if (type.IsKnown() && classOrSize is not (DnsClass.None or DnsClass.Any)) // RFC 2136, section 2.5: in updates
        {
            throw new FormatException($"The {type} record of {name} has no data.");
        }

        return new DnsRecord(name, type, timeToLive, data) { Class = classOrSize };
    }

    // RFC 6891, section 6.1.3.
    private static uint ReadExtension(FieldReader reader)
    {
        var parts = reader.Bits(
            4, ("EXTENDED-RCODE", 8, _ => "the upper 8 bits of the code"), ("VERSION", 8, _ => "of EDNS"),
            ("DO", 1, value => value == 1 ? "DNSSEC OK: signatures are wanted" : "DNSSEC OK: no"), ("Z", 15, _ => "reserved"));
        return (parts[0] << 24) | (parts[1] << 16) | (parts[2] << 15) | parts[3];
    }

    private DnsData ReadData(FieldReader reader, DnsType type) => type switch
    {
        DnsType.OPT => ReadOptions(reader),
        DnsType.A => ReadAddress(reader, 4),
        DnsType.AAAA => ReadAddress(reader, 16),
        DnsType.NS or DnsType.CNAME or DnsType.PTR => new NameData(ReadName(reader, "name")),
        DnsType.MX => new MailData(
            reader.Number16("PREFERENCE", _ => "lower values are tried first"), ReadName(reader, "EXCHANGE")),
        DnsType.TXT => ReadText(reader),
        DnsType.SOA => new ZoneStartData(
            ReadName(reader, "MNAME"),
            ReadName(reader, "RNAME"),
            reader.Number32("SERIAL"),
            reader.Number32("REFRESH"),
            reader.Number32("RETRY"),
            reader.Number32("EXPIRE"),
            reader.Number32("MINIMUM", _ => "how long a negative answer may be cached")),
        _ => new UnknownData(reader.Bytes("data", reader.Remaining)),
    };

    // Options are not interpreted but kept as they are. Still, they must be well-formed (RFC 6891, section 6.1.2).
    private UnknownData ReadOptions(FieldReader reader)
    {
        var start = reader.Offset;
        while (reader.Remaining > 0)
        {
            reader.Number16("OPTION-CODE");
            var length = reader.Number16("OPTION-LENGTH");
            reader.Bytes("OPTION-DATA", length);
        }

        return new UnknownData(_bytes[start..reader.End]);
    }

    private static AddressData ReadAddress(FieldReader reader, int length) =>
        new(Address.FromBytes(reader.Bytes("ADDRESS", length, bytes => Address.FromBytes(bytes.Span).ToString()).Span));

    private static TextData ReadText(FieldReader reader)
    {
        var strings = new List<string>();
        while (reader.Remaining > 0)
        {
            var length = reader.Number8("length");
            strings.Add(Encoding.Latin1.GetString(reader.Bytes("text", length, bytes => Octets.Quoted(bytes.Span)).Span));
        }

        return new TextData(strings);
    }

    private DnsName ReadName(FieldReader reader, string field)
    {
        var (name, parts) = DnsNameReader.Read(_bytes.Span, reader.Offset, reader.End, _mayPoint);
        reader.Group(field, parts.Sum(part => part.Length), inner =>
        {
            foreach (var part in parts)
            {
                ReadPart(inner, part);
            }

            return name.ToString();
        });
        return name;
    }

    private static void ReadPart(FieldReader reader, DnsNameReader.Part part)
    {
        if (part.Pointer is { } pointer)
        {
            reader.Bytes("pointer", part.Length, meaning: InvariantText.Format($"the name goes on at offset {pointer}"));
        }
        else if (part.Length == 1)
        {
            reader.Number8("root", _ => "an empty label: the name ends");
        }
        else
        {
            reader.Number8("length");
            reader.Text("label", part.Length - 1);
        }
    }

    private static string NameOf(ushort type) => ((DnsType)type).Text();
}
