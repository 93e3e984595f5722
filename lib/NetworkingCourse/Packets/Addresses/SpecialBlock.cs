using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// An entry of IANA's special-purpose address registries (RFC 6890, section 2.2.1). A flag is null where the registry does not
/// say.
/// </summary>
/// <param name="Prefix">The addresses that the entry covers.</param>
/// <param name="Name">The purpose of the addresses.</param>
/// <param name="Source">The document that defines it.</param>
/// <param name="Allocated">The year and month of the allocation.</param>
/// <param name="Ended">The year and month of its end; null if it has not ended.</param>
/// <param name="MayBeSource">Whether a packet may have such a source address.</param>
/// <param name="MayBeDestination">Whether a packet may have such a destination address.</param>
/// <param name="IsForwardable">Whether a router may forward such packets between its interfaces.</param>
/// <param name="IsGloballyReachable">
/// Whether such packets may be forwarded beyond the borders of an administrative domain (RFC 8190, section 2).
/// </param>
/// <param name="IsReservedByProtocol">
/// Whether IP itself gives the addresses a special meaning, which every implementation must know.
/// </param>
public sealed record SpecialBlock(
    Prefix Prefix, string Name, string Source, string Allocated, string? Ended,
    bool? MayBeSource, bool? MayBeDestination, bool? IsForwardable, bool? IsGloballyReachable, bool? IsReservedByProtocol)
{
    private const int Fields = 6;
    private const int Flags = 5;

    /// <summary>The entry in one line: <c>10.0.0.0/8: Private-Use (RFC 1918)</c>.</summary>
    public override string ToString() => $"{Prefix}: {Name} ({Source})";

    /// <summary>Parses a line of the data file.</summary>
    /// <exception cref="FormatException">The line does not have the format that the head of the file describes.</exception>
    internal static SpecialBlock Parse(string line)
    {
        var fields = line.Split('\t');
        if (fields.Length != Fields || fields[3].Length != Flags)
        {
            throw new FormatException(InvariantText.Format(
                $"'{line}' is not a line of the registry: it needs {Fields} fields, of which the fourth has {Flags} flags."));
        }

        bool? Flag(int place) => fields[3][place] switch { '?' => null, '-' => false, _ => true };
        return new SpecialBlock(
            Prefix.Parse(fields[0]),
            fields[5],
            fields[4],
            fields[1],
            fields[2] == "-" ? null : fields[2],
            Flag(0),
            Flag(1),
            Flag(2),
            Flag(3),
            Flag(4));
    }
}
