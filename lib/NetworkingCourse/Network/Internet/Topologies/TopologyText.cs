using System.Globalization;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// One line of a topology, split into words that are consumed one after the other. An unexpected word throws an error that quotes
/// the line and says what was expected.
/// </summary>
internal sealed class TopologyLine(int number, string text)
{
    private static readonly (string Unit, double Factor)[] Rates =
        [("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3), ("bit/s", 1), ("G", 1e9), ("M", 1e6), ("k", 1e3)];
    private static readonly (string Unit, double Factor)[] Times = [("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("s", 1)];

    // In bits per second and seconds: the limits of what the simulation can count.
    private const double LowestRate = 1;
    private const double HighestRate = 1e13;
    private const double MaxTime = 3600;

    private readonly Queue<string> _words = new(text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));

    public int Number { get; } = number;

    public bool IsAtEnd => _words.Count == 0;

    /// <summary>The lines that are not empty. A # starts a comment.</summary>
    public static IEnumerable<TopologyLine> Of(string text) => text.ReplaceLineEndings("\n").Split('\n').Index()
        .Select(line => (Number: line.Index + 1, Text: line.Item.Split('#')[0].Trim()))
        .Where(line => line.Text.Length > 0).Select(line => new TopologyLine(line.Number, line.Text));

    public FormatException Fault(string what) => new(InvariantText.Format($"Line {Number}, '{Quoted(text)}': {what}"));

    public string Word(string expected) =>
        _words.TryDequeue(out var word) ? word : throw Fault($"the line ends. Expected: {expected}.");

    /// <summary>Consumes the next word if it is the given one.</summary>
    public bool Take(string word)
    {
        var isNext = _words.TryPeek(out var next) && next == word;
        if (isNext)
        {
            _words.Dequeue();
        }

        return isNext;
    }

    public string Name()
    {
        var name = Word("a name");
        return name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') && name.Length <= 20
            ? name
            : throw Fault($"'{Quoted(name)}' is not a name. Expected: up to 20 letters, digits, hyphens or underscores.");
    }

    public Address Address(string expected) => AddressOf(Word(expected), expected);

    public Prefix Prefix()
    {
        const string expected = "a prefix, for instance 10.0.2.0/24";
        var word = Word(expected);
        return !Packets.Prefix.TryParse(word, out var prefix, out var problem) ? throw Fault($"{problem} Expected: {expected}.")
            : prefix.IsV6 ? throw Fault($"{word} is an IPv6 prefix. Expected: {expected}.")
            : prefix;
    }

    /// <summary>An address with its prefix length: <c>10.0.1.10/24</c>.</summary>
    public (Address Address, int Length) Interface(string word)
    {
        const string expected = "an address and its prefix length, for instance 10.0.1.10/24";
        var parts = word.Split('/');
        if (parts.Length != 2 || !Digits.TryParse(parts[1], out int length) || length is < 1 or > 32)
        {
            throw Fault($"'{Quoted(word)}' is not an address with a prefix length. Expected: {expected}.");
        }

        var address = AddressOf(parts[0], expected);
        if (address.ToUInt32() >> 24 is 0 or 127 || address.ToUInt32() >> 28 >= 0xE)
        {
            throw Fault(
                $"{address} cannot be assigned: {SpecialPurpose.Describe(address)}. Expected: an address for one machine.");
        }

        var network = Packets.Prefix.Of(address, length);
        return length < 31 && (address == network.Network || address == network.Last)
            ? throw Fault(
                $"{address} is the {(address == network.Network ? "network" : "broadcast")} address of {network}. "
                    + "Expected: one in between.")
            : (address, length);
    }

    public double Rate(string expected) => Quantity(Word(expected), expected, Rates) switch
    {
        0 => throw Fault("A link with a rate of 0 sends nothing. Expected: more than 0."),
        var rate and >= LowestRate and <= HighestRate => rate,
        _ => throw Fault($"The rate is out of range. Expected: {expected}, from 1bit/s to 10000Gbit/s."),
    };

    public TimeSpan Time(string expected) => Quantity(Word(expected), expected, Times) is var seconds and <= MaxTime
        ? TimeSpan.FromSeconds(seconds)
        : throw Fault($"The time is too long. Expected: {expected}, up to 3600s.");

    public int Whole(string expected, int min, int max) =>
        Word(expected) is var word && Digits.TryParse(word, out int number) && number >= min && number <= max
            ? number
            : throw Fault(InvariantText.Format(
                $"'{Quoted(word)}' is not valid. Expected: {expected}, from {min:N0} to {max:N0}."));

    public double Share(string expected)
    {
        var word = Word(expected);
        return word.EndsWith('%')
            && Digits.TryParse(word.AsSpan(0, word.Length - 1), out double percent, NumberStyles.AllowDecimalPoint)
            && percent <= 100
                ? percent / 100
                : throw Fault($"'{Quoted(word)}' is not a percentage. Expected: {expected}.");
    }

    public void End(string expected)
    {
        if (_words.TryPeek(out var word))
        {
            throw Fault($"'{Quoted(word)}' is not valid here. Expected: {expected}.");
        }
    }

    private static string Quoted(string text) => Octets.Shorten(text, 60);

    private Address AddressOf(string word, string expected) =>
        !Packets.Address.TryParse(word, out var address, out var problem) ? throw Fault($"{problem} Expected: {expected}.")
        : address.IsV6 ? throw Fault($"{word} is an IPv6 address. Expected: {expected}.")
        : address;

    private double Quantity(string word, string expected, (string Unit, double Factor)[] units)
    {
        foreach (var (unit, factor) in units)
        {
            if (word.EndsWith(unit, StringComparison.Ordinal)
                && Digits.TryParse(word.AsSpan(0, word.Length - unit.Length), out double number, NumberStyles.AllowDecimalPoint))
            {
                return number * factor;
            }
        }

        throw Fault($"'{Quoted(word)}' is not valid. Expected: {expected}.");
    }
}
