using System.Globalization;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The text form of an IPv6 address. The same address has many texts (RFC 4291, section 2.2), all of which are accepted. The one
/// that is written is the canonical one (RFC 5952).
/// </summary>
internal static class Ipv6Text
{
    private const int Groups = 8;

    public static string Format(UInt128 bits)
    {
        var tail = bits >> 32 == 0xFFFF ? Ipv4Text.Format((uint)bits) : null;
        return Compress(GroupsOf(bits)[..(tail is null ? Groups : Groups - 2)], tail);
    }

    /// <summary>The steps that shorten the text, rule by rule; the last text is canonical.</summary>
    public static IEnumerable<(string Rule, string Text)> Steps(UInt128 bits)
    {
        var groups = GroupsOf(bits);
        yield return (
            "eight groups of four hexadecimal digits, in lower case (4.3)",
            string.Join(':', groups.Select(group => group.ToString("x4", CultureInfo.InvariantCulture))));
        yield return ("no leading zeros (4.1)", string.Join(':', groups.Select(Hex)));
        var (start, length) = LongestRun(groups);
        yield return length > 0
            ? (
                InvariantText.Format(
                    $"the longest run of zero groups, here {length} from group {start + 1} on, becomes :: (4.2)"),
                Compress(groups, null))
            : ("no two zero groups in a row: nothing becomes :: (4.2.2)", Compress(groups, null));
        if (bits >> 32 == 0xFFFF)
        {
            yield return ("the well-known prefix of mapped addresses: the last 32 bits as an IPv4 address (5)", Format(bits));
        }
    }

    public static bool TryParse(ReadOnlySpan<char> text, out UInt128 bits, out string problem)
    {
        bits = 0;
        if (text.Contains('%'))
        {
            problem = Refuse(text, "the part after the % is a zone: it names an interface, and is not part of the address");
            return false;
        }

        // If there is a '::', groups come before and after it; otherwise all groups come before it.
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        Span<ushort> groups = stackalloc ushort[Groups];
        var head = gap < 0 ? text : text[..gap];
        var tail = gap < 0 ? [] : text[(gap + 2)..];
        if (tail.Contains("::", StringComparison.Ordinal))
        {
            problem = Refuse(text, "it has two ::, which leaves open how many zeros each stands for");
            return false;
        }

        if (!TryParseGroups(head, groups, mayEndInIpv4: gap < 0, out var before, out var why)
            || !TryParseGroups(tail, groups[before..], mayEndInIpv4: true, out var after, out why))
        {
            problem = Refuse(text, why);
            return false;
        }

        var count = before + after;
        if (gap < 0 ? count != Groups : count == Groups)
        {
            problem = Refuse(text, gap < 0
                ? $"it has {InvariantText.Count(count, "group")}, and no :: to stand for the rest"
                : "it has eight groups, which leaves nothing for the :: to stand for");
            return false;
        }

        groups.Slice(before, after).CopyTo(groups[(Groups - after)..]);
        groups[before..(Groups - after)].Clear();
        foreach (var group in groups)
        {
            bits = (bits << 16) | group;
        }

        problem = "";
        return true;
    }

    private static bool TryParseGroups(
        ReadOnlySpan<char> text, Span<ushort> groups, bool mayEndInIpv4, out int count, out string why)
    {
        (count, why) = (0, "");
        if (text.IsEmpty)
        {
            return true;
        }

        foreach (var range in text.Split(':'))
        {
            var group = text[range];
            if (group.Contains('.'))
            {
                why = range.End.GetOffset(text.Length) != text.Length || !mayEndInIpv4
                        ? "an IPv4 address may only come at the end"
                    : count > groups.Length - 2 ? "it has more than eight groups"
                    : Ipv4Text.TryParse(group, out var bits, out var problem) ? Take(groups[count..], bits)
                    : problem;
                count += 2;
                return why.Length == 0;
            }

            why = group.IsEmpty ? "there is a colon with no group beside it"
                : group.Contains(':') || group.Length > 4 ? $"'{group}' has more than four digits"
                : !Digits.TryParse(group, out ushort value, NumberStyles.AllowHexSpecifier)
                    ? $"'{group}' is not a hexadecimal number"
                : count == groups.Length ? "it has more than eight groups"
                : Take(groups[count..], value);
            if (why.Length > 0)
            {
                return false;
            }

            count++;
        }

        return true;
    }

    private static string Take(Span<ushort> groups, ushort value)
    {
        groups[0] = value;
        return "";
    }

    private static string Take(Span<ushort> groups, uint bits)
    {
        (groups[0], groups[1]) = ((ushort)(bits >> 16), (ushort)bits);
        return "";
    }

    private static string Compress(ushort[] groups, string? tail)
    {
        var (start, length) = LongestRun(groups);
        var (before, after) = (
            groups[..start].Select(Hex),
            groups[(start + length)..].Select(Hex).Concat(tail is null ? [] : [tail]));
        return length == 0 ? string.Join(':', after) : $"{string.Join(':', before)}::{string.Join(':', after)}";
    }

    // A run has at least two zero groups; of several runs of equal length the first counts (RFC 5952, sections 4.2.2 and 4.2.3).
    private static (int Start, int Length) LongestRun(ushort[] groups)
    {
        var (start, length, run) = (0, 0, 0);
        for (var i = 0; i < groups.Length; i++)
        {
            run = groups[i] == 0 ? run + 1 : 0;
            if (run > Math.Max(length, 1))
            {
                (start, length) = (i - run + 1, run);
            }
        }

        return (start, length);
    }

    private static ushort[] GroupsOf(UInt128 bits) =>
        [.. Enumerable.Range(0, Groups).Select(i => (ushort)(bits >> (112 - 16 * i)))];

    private static string Hex(ushort group) => group.ToString("x", CultureInfo.InvariantCulture);

    private static string Refuse(ReadOnlySpan<char> text, string why) =>
        $"'{Octets.Shorten(text.ToString(), 80)}' is not an IPv6 address: {why}. Expected eight groups of up to four "
        + "hexadecimal digits, separated by colons, where one :: may stand for zeros: 2001:db8::1.";
}
