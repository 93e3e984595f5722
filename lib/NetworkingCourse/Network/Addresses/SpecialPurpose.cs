using System.Globalization;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// The addresses that are not for everybody: private ones, loopback, documentation, and some fifty more. From IANA's special-purpose address registries
/// (RFC 6890), embedded as they were on the day <see cref="Published"/>.
/// </summary>
public static class SpecialPurpose
{
    private const string DataFile = "special-purpose.tsv";

    private static readonly Lazy<(DateOnly Published, IReadOnlyList<SpecialBlock> Blocks)> Registry = new(Read);

    /// <summary>The day on which the registries said what is embedded here.</summary>
    public static DateOnly Published => Registry.Value.Published;

    /// <summary>All lines of both registries, IPv4 first.</summary>
    public static IReadOnlyList<SpecialBlock> Blocks => Registry.Value.Blocks;

    /// <summary>The line that is about an address; of several, the most specific. Null if it is an ordinary address.</summary>
    public static SpecialBlock? Of(Address address) => Blocks.Where(block => block.Prefix.Contains(address)).MaxBy(block => block.Prefix.Length);

    /// <summary>What kind of address it is, in a few words.</summary>
    public static string Describe(Address address) =>
        Of(address) is { } block ? $"{block.Name} ({block.Source})"
        : address.IsMulticast ? address.IsV6 ? "Multicast (RFC 4291 section 2.7)" : "Multicast (RFC 5771)"
        : address.IsV6 && !GlobalUnicast.Contains(address) ? "not assigned to anybody (RFC 4291 section 2.4)"
        : "an ordinary address, globally reachable";

    /// <summary>What kind of addresses these are.</summary>
    /// <param name="addresses">Texts of addresses.</param>
    /// <exception cref="FormatException">One is no address.</exception>
    public static Table Describe(params IEnumerable<string> addresses) => new(
        ["address", "what it is", .. Questions],
        addresses.Select(Address.Parse).Select(IReadOnlyList<object?> (address) => Of(address) is { } block
            ? [address, Describe(address), .. Answers(block)]
            : [address, Describe(address), .. AnswersBeyond(address)]),
        Note);

    /// <summary>One of the two registries.</summary>
    /// <param name="isV6">That of IPv6.</param>
    public static Table Table(bool isV6 = false) => new(
        ["prefix", "what it is", "since", .. Questions],
        Blocks.Where(block => block.Prefix.IsV6 == isV6).Select(IReadOnlyList<object?> (block) =>
        [
            block.Prefix, $"{block.Name} ({block.Source})", block.Ended is null ? block.Allocated : $"until {block.Ended}", .. Answers(block),
        ]),
        Note);

    // The only part of IPv6 from which addresses are given out: https://www.iana.org/assignments/ipv6-address-space.
    private static Prefix GlobalUnicast { get; } = Prefix.Parse("2000::/3");

    private static Prefix[] OnTheLink { get; } = [Prefix.Parse("224.0.0.0/24"), Prefix.Parse("ff01::/16"), Prefix.Parse("ff02::/16")];

    private static string[] Questions => ["source", "destination", "forwardable", "global"];

    private static string Note =>
        $"Whether it may be a packet's source or destination, be forwarded by routers, and be reached from everywhere; – where nothing is said. IANA's special-purpose address registries (RFC 6890), as of {Published.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.";

    private static string[] Answers(SpecialBlock block) => [Yes(block.MayBeSource), Yes(block.MayBeDestination), Yes(block.IsForwardable), Yes(block.IsGloballyReachable)];

    // Addresses of which the registries do not speak. Nobody sends from a group's address (RFC 1112 section 7.2, RFC 4291 section 2.7); how far packets to it go depends on its scope.
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
        var lines = reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        var published = DateOnly.ParseExact(lines[0].Split('\t')[1], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return (published, [.. lines.Skip(1).Select(SpecialBlock.Parse)]);
    }
}
