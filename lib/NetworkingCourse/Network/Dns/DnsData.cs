using System.Globalization;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>What a record says: its last field (RDATA).</summary>
public abstract record DnsData
{
    /// <summary>Writes it, names compressed where RFC 3597, section 4, allows it.</summary>
    internal abstract void WriteTo(DnsWriter writer);
}

/// <summary>An address: A or AAAA (RFC 1035, section 3.4.1; RFC 3596, section 2.2).</summary>
/// <param name="Address">The address.</param>
public sealed record AddressData(Address Address) : DnsData
{
    /// <inheritdoc/>
    public override string ToString() => Address.ToString();

    internal override void WriteTo(DnsWriter writer) => writer.Bytes(Address.ToBytes());
}

/// <summary>Another name: NS, CNAME or PTR (RFC 1035, sections 3.3.11, 3.3.1 and 3.3.12).</summary>
/// <param name="Target">The name.</param>
public sealed record NameData(DnsName Target) : DnsData
{
    /// <inheritdoc/>
    public override string ToString() => Target.ToString();

    internal override void WriteTo(DnsWriter writer) => writer.Name(Target);
}

/// <summary>Who takes mail: MX (RFC 1035, section 3.3.9).</summary>
/// <param name="Preference">The lower is tried first.</param>
/// <param name="Exchange">The machine's name.</param>
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

/// <summary>Text: TXT (RFC 1035, section 3.3.14).</summary>
/// <param name="Strings">Strings of up to 255 bytes, one character a byte; at least one.</param>
public sealed record TextData(IReadOnlyList<string> Strings) : DnsData
{
    /// <summary>Equal string by string.</summary>
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

    // As in a zone file: what is not printable ASCII as the number of its byte (RFC 1035, section 5.1).
    private static string Escaped(char letter) => letter switch
    {
        '"' or '\\' => $"\\{letter}",
        >= ' ' and < '\x7f' => letter.ToString(),
        _ => $"\\{((int)letter).ToString("000", CultureInfo.InvariantCulture)}",
    };
}

/// <summary>The start of a zone: SOA (RFC 1035, section 3.3.13). Times in seconds.</summary>
/// <param name="PrimaryServer">The server where the zone is changed.</param>
/// <param name="Mailbox">Who is responsible: a mail address, its @ written as a point.</param>
/// <param name="Serial">The zone's version.</param>
/// <param name="Refresh">After how long other servers ask whether it has changed.</param>
/// <param name="Retry">After how long they ask again, if nobody answered.</param>
/// <param name="Expire">After how long without an answer they give the zone up.</param>
/// <param name="Minimum">How long it may be remembered that something is not in the zone (RFC 2308, section 4).</param>
public sealed record ZoneStartData(DnsName PrimaryServer, DnsName Mailbox, uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum) : DnsData
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format($"{PrimaryServer} {Mailbox} {Serial} {Refresh} {Retry} {Expire} {Minimum}");

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

/// <summary>What this library does not take apart, written as RFC 3597, section 5, has it.</summary>
/// <param name="Bytes">As it came.</param>
public sealed record UnknownData(ReadOnlyMemory<byte> Bytes) : DnsData
{
    /// <summary>Equal byte by byte.</summary>
    public bool Equals(UnknownData? other) => other is not null && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"\\# {Bytes.Length.ToString(CultureInfo.InvariantCulture)} {Convert.ToHexStringLower(Bytes.Span)}".TrimEnd();

    internal override void WriteTo(DnsWriter writer) => writer.Bytes(Bytes.Span);
}
