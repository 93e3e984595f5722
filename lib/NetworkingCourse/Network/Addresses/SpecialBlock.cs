using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A line of IANA's special-purpose address registries (RFC 6890, section 2.2.1). Where the registry says nothing, a flag is null.</summary>
/// <param name="Prefix">Which addresses.</param>
/// <param name="Name">What they are for.</param>
/// <param name="Source">The document that says so.</param>
/// <param name="Allocated">Since when, year and month.</param>
/// <param name="Ended">Until when; null if it goes on.</param>
/// <param name="MayBeSource">Whether a packet may come from such an address.</param>
/// <param name="MayBeDestination">Whether a packet may go to one.</param>
/// <param name="IsForwardable">Whether a router may forward such packets from one of its interfaces to another.</param>
/// <param name="IsGloballyReachable">Whether they may be forwarded beyond the borders of an organisation (RFC 8190, section 2).</param>
/// <param name="IsReservedByProtocol">Whether IP itself treats them in a special way, so that every implementation must know them.</param>
public sealed record SpecialBlock(
    Prefix Prefix, string Name, string Source, string Allocated, string? Ended,
    bool? MayBeSource, bool? MayBeDestination, bool? IsForwardable, bool? IsGloballyReachable, bool? IsReservedByProtocol)
{
    private const int Fields = 6;
    private const int Flags = 5;

    /// <summary>The line as a sentence: <c>10.0.0.0/8: Private-Use (RFC 1918)</c>.</summary>
    public override string ToString() => $"{Prefix}: {Name} ({Source})";

    /// <summary>Reads a line of the data file.</summary>
    /// <exception cref="FormatException">It is not as the file's head says.</exception>
    internal static SpecialBlock Parse(string line)
    {
        var fields = line.Split('\t');
        if (fields.Length != Fields || fields[3].Length != Flags)
        {
            throw new FormatException(InvariantText.Format($"'{line}' has not the {Fields} fields, and in the fourth of them the {Flags} flags, of a line of the registry."));
        }

        bool? Flag(int place) => fields[3][place] switch { '?' => null, '-' => false, _ => true };
        return new SpecialBlock(Prefix.Parse(fields[0]), fields[5], fields[4], fields[1], fields[2] == "-" ? null : fields[2], Flag(0), Flag(1), Flag(2), Flag(3), Flag(4));
    }
}
