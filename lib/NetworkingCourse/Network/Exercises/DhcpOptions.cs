using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.11: the options of a DHCP message.</summary>
    public static DhcpOptionsExercise DhcpOptions { get; } = new();
}

/// <summary>The learner reads options: code, length, data.</summary>
public sealed class DhcpOptionsExercise : CaseExercise<DhcpOptionsExercise.Answer, DhcpOptionsExercise.Field>
{
    private const int RandomCases = 60;

    internal DhcpOptionsExercise()
        : base(new ExerciseText(
            "3-network/11-a-hosts-first-minute.ipynb", "3.11", 1, nameof(Exercises.DhcpOptions),
            "The options of a DHCP message",
            "`bytes` is what follows the magic cookie. Return the options in the order in which their codes first occur, each "
                + "with its data. An option is a code, a length and as many bytes of data. Two codes stand alone, without "
                + "length and data: 0 is padding, and 255 is the end; what follows the end is not looked at. If a code occurs "
                + "several times, its data are one value in pieces: put them together (RFC 3396). If an option goes beyond the "
                + "last byte, or there is no end, return `null`.",
            [
                "Walk through the bytes with one index. What do you do at 0, what at 255, and what at any other code? Before you "
                    + "read a length or data, are they still there?",
                "At a code other than 0 and 255: if `at + 1` is not in the array, or `at + 2 + bytes[at + 1]` is greater than "
                    + "its length, return `null`. Otherwise the data are `bytes[(at + 2)..(at + 2 + bytes[at + 1])]`. A list of "
                    + "codes keeps the order, a dictionary the data.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 10;

    /// <summary>The learner's method.</summary>
    /// <param name="bytes">The options field, without the magic cookie.</param>
    /// <returns>The options, each code once; null if the field is malformed (RFC 2132, section 2).</returns>
    public delegate IReadOnlyList<DhcpOption>? Answer(byte[] bytes);

    private enum Flaw
    {
        None,
        PadHasLength,
        PadEnds,
        ReadsOnAfterEnd,
        LastWins,
        FirstWins,
        KeepsPieces,
        CountsHeader,
        CutsOff,
        NoEndNeeded,
        PastTheEnd,
        EndIsACode,
        EndInData,
        EmptySkipped,
        MovesToTheEnd,
    }

    internal override Answer Reference { get; } = bytes => Read(bytes, Flaw.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        Of(
            Flaw.PadHasLength,
            "looks for a length after padding",
            "Your method takes the byte after a 0 for its length. Padding is a single byte that fills a gap, so from there on "
                + "your method takes codes for lengths. Treat 0 before you read a length."),
        Of(
            Flaw.PadEnds,
            "stops at padding",
            "Your method stops at the first 0. A server may put padding between options, so that the next one begins at an even "
                + "offset. Only 255 is the end. Behind a gap there may be the address of the router, and the host would have "
                + "none."),
        Of(
            Flaw.ReadsOnAfterEnd,
            "reads on after the end",
            "Your method skips 255 and reads on. What follows is not part of the message: zeros, or whatever was in the server's "
                + "memory. It may look like an option."),
        Of(
            Flaw.LastWins,
            "keeps only the last piece",
            "Your method replaces what it knows when a code occurs again. An option has room for 255 bytes; longer values come "
                + "in pieces, and the value is all of them in order (RFC 3396)."),
        Of(
            Flaw.FirstWins,
            "keeps only the first piece",
            "Your method ignores a code that it has already seen. An option has room for 255 bytes; longer values come in "
                + "pieces, and the value is all of them in order (RFC 3396)."),
        Of(
            Flaw.KeepsPieces,
            "returns the pieces one by one",
            "Your method returns a code twice. The pieces belong together: half a list of name servers, or half a name, means "
                + "something else than the whole (RFC 3396)."),
        Of(
            Flaw.CountsHeader,
            "takes the length for that of the whole option",
            "Your method subtracts the two bytes of code and length. In DHCP the length counts the data alone (RFC 2132, "
                + "section 2). Other protocols count differently: the options of TCP include both bytes."),
        Of(
            Flaw.CutsOff,
            "accepts half an option",
            "Your method takes what is left if an option is longer than that. Two bytes of an address are not an address. A "
                + "message that was cut off, or forged, must be thrown away as a whole."),
        Of(
            Flaw.NoEndNeeded,
            "does not miss the end",
            "Your method accepts options without 255 at the end. The end option is required (RFC 2131, section 4.1). If it is "
                + "missing, the message was cut off, and its other options are lost."),
        Of(
            Flaw.PastTheEnd,
            "reads beyond the last byte",
            "Your method reads a length or data that are not there, and gets an exception. In C it would go on with whatever is "
                + "in memory behind the message. Anyone on the link can send such a message: compare with the length of the "
                + "array first, and return `null`."),
        Of(
            Flaw.EndIsACode,
            "looks for a length after the end",
            "Your method returns `null` although all options are there, and the end too. Perhaps it takes 255 for a code like "
                + "others, and looks for its length. The end stands alone: where 255 is in the place of a code, return what "
                + "you have."),
        Of(
            Flaw.EndInData,
            "takes 255 in data for the end",
            "Your method looks for the first 255, wherever it is. In data, 255 is a byte like any other: the mask "
                + "255.255.255.0 begins with it, and nearly every server sends a mask. Only a 255 in the place of a code is "
                + "the end. Go from option to option, and jump over the data by their length."),
        Of(
            Flaw.EmptySkipped,
            "leaves out an option without data",
            "Your method drops an option of length 0. Some options only need to be there: option 80 (*rapid commit*, RFC 4039) "
                + "has no data. Return it with an empty value."),
        Of(
            Flaw.MovesToTheEnd,
            "moves an option to the end when its code occurs again",
            "Your method puts the pieces of an option together, but then the option stands behind the options that came between "
                + "its pieces. The order is that in which the codes *first* occur. Leave the option where it is in the list, and "
                + "append the new data there."),
    ];

    private protected override IEnumerable<Field> Cases(Random random)
    {
        yield return new([12, 5, 65, 66, 67, 0, 0, 255]);
        yield return new([53, 1, 2, 255]);
        yield return new([53, 1, 5, 3, 4, 192, 168, 1, 1, 255]);
        yield return new([53, 1, 2, 0, 0, 3, 4, 192, 168, 1, 1, 255]);
        yield return new([53, 1, 2, 255, 0, 0, 0]);
        yield return new([53, 1, 2, 255, 12, 1, 65, 255]);
        yield return new([53, 1, 2, 6, 4, 8, 8, 8, 8, 1, 0, 6, 4, 9, 9, 9, 9, 255]);
        yield return new([119, 2, 3, 102, 53, 1, 5, 119, 1, 111, 255]);
        yield return new([1, 4, 255, 255, 255, 0, 53, 1, 5, 255]);
        yield return new([80, 0, 53, 1, 1, 255]);
        yield return new([255]);
        yield return new([]);
        yield return new([0, 0, 0]);
        yield return new([53, 1, 2]);
        yield return new([53, 1, 2, 3, 4, 192, 168]);
        yield return new([53, 1, 2, 3]);
        yield return new([53, 1, 2, 3, 4, 192, 168, 1, 255]);
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomField(random);
        }
    }

    private protected override object? Apply(Answer answer, Field arguments) => answer([.. arguments.Bytes]) is { } options
        ? new Transcript([.. options.Select(option =>
            InvariantText.Format($"{option.Code}: {Convert.ToHexStringLower(option.Data.Span)}"))])
        : null;

    private protected override string Describe(Field arguments) => arguments.Bytes.Length == 0
        ? "gave your method no bytes at all"
        : $"gave your method the bytes `{string.Join(' ', arguments.Bytes)}`";

    private static Mistake<Answer> Of(Flaw flaw, string name, string explanation) =>
        new(name, explanation, bytes => Read(bytes, flaw));

    private static List<DhcpOption>? Read(byte[] bytes, Flaw flaw)
    {
        List<DhcpOption> options = [];
        bytes = flaw == Flaw.EndInData ? bytes[..(Array.IndexOf(bytes, DhcpOption.End) + 1)] : bytes;
        for (var at = 0; at < bytes.Length;)
        {
            var code = bytes[at];
            if (code == DhcpOption.End && flaw is not (Flaw.ReadsOnAfterEnd or Flaw.EndIsACode))
            {
                return options;
            }

            if (code == DhcpOption.Pad && flaw == Flaw.PadEnds)
            {
                return options;
            }

            if ((code == DhcpOption.End && flaw != Flaw.EndIsACode) || (code == DhcpOption.Pad && flaw != Flaw.PadHasLength))
            {
                at++;
                continue;
            }

            if (at + 1 >= bytes.Length && flaw != Flaw.PastTheEnd)
            {
                return flaw == Flaw.CutsOff ? options : null;
            }

            var (begin, end) = (at + 2, at + 2 + bytes[at + 1] - (flaw == Flaw.CountsHeader ? 2 : 0));
            if (end < begin || (end > bytes.Length && flaw is not (Flaw.PastTheEnd or Flaw.CutsOff)))
            {
                return null;
            }

            var length = (flaw == Flaw.CutsOff ? Math.Min(end, bytes.Length) : end) - begin;
            if (length > 0 || flaw != Flaw.EmptySkipped)
            {
                Add(options, new DhcpOption(code, bytes.AsMemory(begin, length)), flaw);
            }

            at = end;
        }

        return flaw is Flaw.NoEndNeeded or Flaw.CutsOff
            || (flaw == Flaw.ReadsOnAfterEnd && bytes.Contains(DhcpOption.End)) ? options : null;
    }

    private static void Add(List<DhcpOption> options, DhcpOption option, Flaw flaw)
    {
        var known = options.FindIndex(other => other.Code == option.Code);
        if (known < 0 || flaw == Flaw.KeepsPieces)
        {
            options.Add(option);
        }
        else if (flaw == Flaw.LastWins)
        {
            options[known] = option;
        }
        else if (flaw != Flaw.FirstWins)
        {
            options[known] = option with { Data = (byte[])[.. options[known].Data.Span, .. option.Data.Span] };
            if (flaw == Flaw.MovesToTheEnd)
            {
                options.Add(options[known]);
                options.RemoveAt(known);
            }
        }
    }

    private static Field RandomField(Random random)
    {
        List<byte> bytes = [];
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var data = new byte[random.Next(6)];
            random.NextBytes(data);
            bytes.AddRange([random.GetItems<byte>([1, 3, 6, 12, 15, 54], 1)[0], (byte)data.Length, .. data]);
            bytes.AddRange(new byte[random.Next(3) == 0 ? random.Next(1, 4) : 0]);
        }

        bytes.Add(DhcpOption.End);
        bytes.AddRange(random.Next(3) == 0 ? [12, 1, 65, 255] : new byte[random.Next(3)]);
        return new Field(random.Next(5) == 0 ? [.. bytes.Take(random.Next(bytes.Count))] : [.. bytes]);
    }

    /// <summary>An options field.</summary>
    /// <param name="Bytes">The bytes after the magic cookie.</param>
    public sealed record Field(byte[] Bytes);
}
