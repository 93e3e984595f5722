using System.Globalization;
using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>The data of a record: its last field (RDATA).</summary>
public abstract record DnsData
{
    /// <summary>Writes the data. Names are compressed where RFC 3597, section 4, allows it.</summary>
    internal abstract void WriteTo(DnsWriter writer);
}

/// <summary>The address in an A or AAAA record (RFC 1035, section 3.4.1; RFC 3596, section 2.2).</summary>
/// <param name="Address">The address.</param>
public sealed record AddressData(Address Address) : DnsData
{
    /// <inheritdoc/>
    public override string ToString() => Address.ToString();

    internal override void WriteTo(DnsWriter writer) => writer.Bytes(Address.ToBytes());
}

/// <summary>The name in an NS, CNAME or PTR record (RFC 1035, sections 3.3.11, 3.3.1 and 3.3.12).</summary>
/// <param name="Target">The name.</param>
public sealed record NameData(DnsName Target) : DnsData
{
    /// <inheritdoc/>
    public override string ToString() => Target.ToString();

    internal override void WriteTo(DnsWriter writer) => writer.Name(Target);
}

/// <summary>The mail host in an MX record (RFC 1035, section 3.3.9).</summary>
/// <param name="Preference">The preference; hosts with lower values are tried first.</param>
/// <param name="Exchange">The host's name.</param>
public sealed record MailData(ushort Preference, DnsName Exchange) : DnsData
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format($"{Preference} {Exchange}");

    internal override void WriteTo(DnsWriter writer)
    {
        writer.Number16(Preference);
        writer.Name(Exchange);
    }
}

/// <summary>The text in a TXT record (RFC 1035, section 3.3.14).</summary>
/// <param name="Strings">One or more strings of up to 255 bytes each, one character per byte.</param>
public sealed record TextData(IReadOnlyList<string> Strings) : DnsData
{
    /// <summary>Compares the strings one by one.</summary>
    public bool Equals(TextData? other) => other is not null && Strings.SequenceEqual(other.Strings);

    /// <inheritdoc/>
    public override int GetHashCode() => string.Concat(Strings).GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Strings.Select(text => $"\"{string.Concat(text.Select(Escaped))}\""));

    internal override void WriteTo(DnsWriter writer)
    {
        foreach (var text in Strings)
        {
            writer.Bytes([(byte)text.Length, .. Encoding.Latin1.GetBytes(text)]);
        }
    }

    // The zone-file form: a byte that is not printable ASCII is written as its decimal value (RFC 1035, section 5.1).
    private static string Escaped(char letter) => letter switch
    {
        '"' or '\\' => $"\\{letter}",
        >= ' ' and < '\x7f' => letter.ToString(),
        _ => $"\\{((int)letter).ToString("000", CultureInfo.InvariantCulture)}",
    };
}

/// <summary>The start of a zone in an SOA record (RFC 1035, section 3.3.13). Times are in seconds.</summary>
/// <param name="PrimaryServer">The server on which the zone is edited.</param>
/// <param name="Mailbox">The mail address of the person responsible, with a dot in place of the @.</param>
/// <param name="Serial">The version number of the zone.</param>
/// <param name="Refresh">The interval at which secondary servers check whether the zone has changed.</param>
/// <param name="Retry">The interval at which they try again if that check fails.</param>
/// <param name="Expire">The time after which they stop serving the zone if no check succeeds.</param>
/// <param name="Minimum">How long a negative answer may be cached (RFC 2308, section 4).</param>
public sealed record ZoneStartData(
    DnsName PrimaryServer, DnsName Mailbox, uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum) : DnsData
{
    /// <inheritdoc/>
    public override string ToString() =>
        InvariantText.Format($"{PrimaryServer} {Mailbox} {Serial} {Refresh} {Retry} {Expire} {Minimum}");

    internal override void WriteTo(DnsWriter writer)
    {
        writer.Name(PrimaryServer);
        writer.Name(Mailbox);
        foreach (var number in (uint[])[Serial, Refresh, Retry, Expire, Minimum])
        {
            writer.Number32(number);
        }
    }
}

/// <summary>Data that this library does not parse, printed in the form of RFC 3597, section 5.</summary>
/// <param name="Bytes">The bytes as received.</param>
public sealed record UnknownData(ReadOnlyMemory<byte> Bytes) : DnsData
{
    /// <summary>Compares the bytes one by one.</summary>
    public bool Equals(UnknownData? other) => other is not null && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"\\# {Bytes.Length.ToString(CultureInfo.InvariantCulture)} {Convert.ToHexStringLower(Bytes.Span)}".TrimEnd();

    internal override void WriteTo(DnsWriter writer) => writer.Bytes(Bytes.Span);
}
