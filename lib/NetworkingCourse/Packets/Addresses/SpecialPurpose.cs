using System.Globalization;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The addresses reserved for special purposes: private use, loopback, documentation, and some fifty more. The data is IANA's
/// special-purpose address registries (RFC 6890), embedded as of <see cref="Published"/>.
/// </summary>
public static class SpecialPurpose
{
    private const string DataFile = "special-purpose.tsv";

    private static readonly Lazy<(DateOnly Published, IReadOnlyList<SpecialBlock> Blocks)> Registry = new(Read);

    /// <summary>The date of the embedded registries.</summary>
    public static DateOnly Published => Registry.Value.Published;

    /// <summary>All entries of both registries, IPv4 first.</summary>
    public static IReadOnlyList<SpecialBlock> Blocks => Registry.Value.Blocks;

    /// <summary>The most specific entry that covers an address; null if the address is an ordinary one.</summary>
    public static SpecialBlock? Of(Address address) =>
        Blocks.Where(block => block.Prefix.Contains(address)).MaxBy(block => block.Prefix.Length);

    /// <summary>Describes the kind of an address in a few words.</summary>
    public static string Describe(Address address) =>
        Of(address) is { } block ? $"{block.Name} ({block.Source})"
        : address.IsMulticast ? address.IsV6 ? "Multicast (RFC 4291 section 2.7)" : "Multicast (RFC 5771)"
        : address.IsV6 && !GlobalUnicast.Contains(address) ? "unassigned (RFC 4291 section 2.4)"
        : "an ordinary address, globally reachable";

    /// <summary>Describes the kinds of some addresses, as a table.</summary>
    /// <param name="addresses">The addresses in text form.</param>
    /// <exception cref="FormatException">A text is not an address.</exception>
    public static Table Describe(params IEnumerable<string> addresses) => new(
        ["address", "what it is", .. Questions],
        addresses.Select(Address.Parse).Select(IReadOnlyList<object?> (address) => Of(address) is { } block
            ? [address, Describe(address), .. Answers(block)]
            : [address, Describe(address), .. AnswersBeyond(address)]),
        Note);

    /// <summary>One of the two registries as a table.</summary>
    /// <param name="isV6">True for the registry of IPv6, false for that of IPv4.</param>
    public static Table Table(bool isV6 = false) => new(
        ["prefix", "what it is", "since", .. Questions],
        Blocks.Where(block => block.Prefix.IsV6 == isV6).Select(IReadOnlyList<object?> (block) =>
        [
            block.Prefix,
            $"{block.Name} ({block.Source})",
            block.Ended is null ? block.Allocated : $"until {block.Ended}",
            .. Answers(block),
        ]),
        Note);

    // The only part of IPv6 from which unicast addresses are allocated: https://www.iana.org/assignments/ipv6-address-space.
    private static Prefix GlobalUnicast { get; } = Prefix.Parse("2000::/3");

    private static Prefix[] OnTheLink { get; } =
        [Prefix.Parse("224.0.0.0/24"), Prefix.Parse("ff01::/16"), Prefix.Parse("ff02::/16")];

    private static string[] Questions => ["source", "destination", "forwardable", "global"];

    private static string Note =>
        "Whether an address may be a packet's source or destination, may be forwarded by routers, and is globally reachable "
        + "(–: not specified). IANA's special-purpose address registries (RFC 6890), as of "
        + $"{Published.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.";

    private static string[] Answers(SpecialBlock block) =>
    [
        Yes(block.MayBeSource),
        Yes(block.MayBeDestination),
        Yes(block.IsForwardable),
        Yes(block.IsGloballyReachable),
    ];

    // The answers for addresses that are not in the registries. A multicast address is never a source address (RFC 1112 section
    // 7.2, RFC 4291 section 2.7); how far packets sent to it travel depends on its scope.
    private static string[] AnswersBeyond(Address address) =>
        address.IsMulticast ? ["no", "yes", .. StaysOnTheLink(address) ? ["no", "no"] : (string[])["–", "–"]]
        : address.IsV6 && !GlobalUnicast.Contains(address) ? ["–", "–", "–", "–"]
        : ["yes", "yes", "yes", "yes"];

    // RFC 5771 section 4; RFC 4291 section 2.7: scope 1 is an interface, 2 a link.
    private static bool StaysOnTheLink(Address address) => OnTheLink.Any(prefix => prefix.Contains(address));

    private static string Yes(bool? flag) => flag switch { true => "yes", false => "no", null => "–" };

    private static (DateOnly Published, IReadOnlyList<SpecialBlock> Blocks) Read()
    {
        using var stream = typeof(SpecialPurpose).Assembly.GetManifestResourceStream(DataFile)!;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .ToList();
        var published = DateOnly.ParseExact(lines[0].Split('\t')[1], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return (published, [.. lines.Skip(1).Select(SpecialBlock.Parse)]);
    }
}
