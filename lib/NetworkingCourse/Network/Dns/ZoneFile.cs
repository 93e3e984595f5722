using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// A parser for zone files (RFC 1035, section 5). A line holds one record; what it omits is taken from the line before. <c>@</c>
/// stands for the origin, <c>;</c> begins a comment, parentheses continue a line, and <c>$ORIGIN</c> and <c>$TTL</c> (RFC 2308,
/// section 4) set the values for the lines that follow. Any type can be written as a number, and its data as bytes (RFC 3597,
/// section 5).
/// </summary>
internal sealed class ZoneFile
{
    private DnsName _origin;
    private DnsName? _owner;
    private uint? _default; // the last $TTL
    private uint? _lastTimeToLive; // the last one that a record stated

    private ZoneFile(DnsName origin) => _origin = origin;

    /// <returns>The records, each with the number of its first line.</returns>
    /// <exception cref="FormatException">
    /// The file is invalid; the exception's text names the line and what was expected.
    /// </exception>
    public static IReadOnlyList<(int? Line, DnsRecord Record)> Read(string text, DnsName origin)
    {
        var (file, records) = (new ZoneFile(origin), new List<(int?, DnsRecord)>());
        foreach (var line in ZoneLine.Split(text))
        {
            try
            {
                if (file.Read(line) is { } record)
                {
                    records.Add((line.Number, record));
                }
            }
            catch (FormatException exception)
            {
                throw new FormatException(InvariantText.Format($"Line {line.Number}: {exception.Message}"));
            }
        }

        return records;
    }

    private DnsRecord? Read(ZoneLine line)
    {
        switch (line.Words[0].Text.ToUpperInvariant())
        {
            case "$ORIGIN":
                _origin = Name(Argument(line, "a name"));
                return null;
            case "$TTL":
                _default = Time(Argument(line, "a time-to-live in seconds"));
                return null;
            case ['$', ..]:
                throw new FormatException($"'{line.Words[0].Text}' is unknown; expected $ORIGIN, $TTL, or a record.");
            default:
                return ReadRecord(line);
        }
    }

    private DnsRecord ReadRecord(ZoneLine line)
    {
        var words = new Queue<ZoneWord>(line.Words);
        _owner = line.BeginsWithSpace
            ? _owner ?? throw new FormatException(
                "a line that begins with a space takes its name from the line before, but there is none.")
            : Name(words.Dequeue());
        uint? timeToLive = null;
        // The time-to-live and the class are both optional, and may come in either order.
        for (var isClassSaid = false; words.TryPeek(out var word); words.Dequeue())
        {
            if (!isClassSaid && IsClass(word))
            {
                isClassSaid = true;
            }
            else if (timeToLive is null && char.IsAsciiDigit(word.Text.FirstOrDefault()))
            {
                timeToLive = Time(word);
            }
            else
            {
                break;
            }
        }

        var type = Type(words.TryDequeue(out var kind) ? kind : throw new FormatException(
            "the line ends after the name; expected a type: A, AAAA, CNAME, MX, NS, PTR, SOA or TXT."));
        var data = new ZoneWords(type, words);
        var record = new DnsRecord(_owner, type, 0, data.IsGeneric ? GenericData(type, data) : Data(type, data));
        data.RequireEnd();
        // If the record states no time-to-live, that of $TTL applies (RFC 2308, section 4); without a $TTL, the last one that a
        // record stated (RFC 1035, section 5.1); and if there is none, the last number of an SOA record.
        _lastTimeToLive = timeToLive ?? _lastTimeToLive ?? (record.Data as ZoneStartData)?.Minimum;
        var missing = "there is no time-to-live, neither here nor in an earlier $TTL.";
        return record with { TimeToLive = timeToLive ?? _default ?? _lastTimeToLive ?? throw new FormatException(missing) };
    }

    private static bool IsClass(ZoneWord word)
    {
        var text = word.Text.ToUpperInvariant();
        if (text is "IN" or "CLASS1")
        {
            return true;
        }

        var isOther = text is "CH" or "HS" or "CS"
            || (text.StartsWith("CLASS", StringComparison.Ordinal)
                && Digits.TryParse<ushort>(text.AsSpan("CLASS".Length), out _));
        return isOther ? throw new FormatException($"expected the class IN, not '{text}'.") : false;
    }

    private DnsData Data(DnsType type, ZoneWords words) => type switch
    {
        DnsType.A => new AddressData(Address4Or6(words.Next("an IPv4 address"), isV6: false)),
        DnsType.AAAA => new AddressData(Address4Or6(words.Next("an IPv6 address"), isV6: true)),
        DnsType.NS or DnsType.CNAME or DnsType.PTR => new NameData(Name(words.Next("a name"))),
        DnsType.MX => new MailData(
            Digits.TryParse(words.Next("a preference").Text, out ushort preference)
                ? preference
                : throw new FormatException("expected after MX: a preference, a number from 0 to 65,535, and then a name."),
            Name(words.Next("the name of a mail server"))),
        DnsType.TXT => Texts(words.Rest("a quoted string").ConvertAll(Text)),
        DnsType.SOA => new ZoneStartData(
            Name(words.Next("the name of the primary server")),
            Name(words.Next("a mailbox, with a dot in place of the @")),
            Number(words.Next("a serial number")),
            Time(words.Next("the refresh time")),
            Time(words.Next("the retry time")),
            Time(words.Next("the expiry time")),
            Time(words.Next("the negative time-to-live"))),
        _ => throw new FormatException(
            $"expected after {type.Text()}: \\#, the length of the data, and its bytes (RFC 3597, section 5), "
            + $"not '{Octets.Shorten(words.Next("\\#").Text, 40)}'."),
    };

    // \# 4 C0000201: the data in wire format, whatever its type.
    private static DnsData GenericData(DnsType type, ZoneWords words)
    {
        words.Next("\\#");
        var stated = words.Next("the length of the data in bytes").Text;
        if (!Digits.TryParse(stated, out ushort length))
        {
            throw new FormatException($"expected a number from 0 to 65,535, not '{Octets.Shorten(stated, 40)}'.");
        }

        var digits = string.Concat(words.Rest().Select(word => word.Text));
        if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit))
        {
            throw new FormatException($"expected pairs of hexadecimal digits, not '{Octets.Shorten(digits, 40)}'.");
        }

        var data = Convert.FromHexString(digits);
        return data.Length == length ? DnsReader.ReadData(type, data) : throw new FormatException(
            InvariantText.Format($"the data of {type.Text()} has {data.Length:N0} bytes, but {length:N0} are announced."));
    }

    private static ZoneWord Argument(ZoneLine line, string expected) => line.Words.Count == 2
        ? line.Words[1]
        : throw new FormatException($"expected after {line.Words[0].Text}: {expected}, and nothing else.");

    // A name without a trailing dot is relative to the origin.
    private DnsName Name(ZoneWord word)
    {
        if (word is { Text: "@", IsQuoted: false })
        {
            return _origin;
        }

        var name = DnsName.Parse(word.Text);
        // An escaped dot is part of a label. The backslash before it may itself be escaped.
        var before = word.Text.AsSpan()[..^1];
        return word.Text.EndsWith('.') && (before.Length - before.TrimEnd('\\').Length) % 2 == 0 ? name : name.Under(_origin);
    }

    private static DnsType Type(ZoneWord word)
    {
        var text = word.Text.ToUpperInvariant();
        var isNumber = text.StartsWith("TYPE", StringComparison.Ordinal);
        var type = isNumber && Digits.TryParse(text.AsSpan("TYPE".Length), out ushort number) ? (DnsType)number
            : Enum.GetValues<DnsType>().FirstOrDefault(named => named.ToString() == text);
        return !type.IsMeta() ? type : throw new FormatException(
            $"expected a type (A, AAAA, CNAME, MX, NS, PTR, SOA or TXT), not '{Octets.Shorten(word.Text, 40)}'.");
    }

    private static Address Address4Or6(ZoneWord word, bool isV6) =>
        !Address.TryParse(word.Text, out var address, out var problem) ? throw new FormatException(problem)
        : address.IsV6 == isV6 ? address
        : throw new FormatException(
            $"{address} is an address of the wrong kind: expected {(isV6 ? "IPv6 after AAAA" : "IPv4 after A")}.");

    private static TextData Texts(List<string> strings)
    {
        var length = strings.Sum(text => text.Length + 1);
        return length <= ushort.MaxValue ? new TextData(strings) : throw new FormatException(
            InvariantText.Format($"the data of TXT has {length:N0} bytes; at most {ushort.MaxValue:N0} are allowed."));
    }

    // Characters beyond ASCII are encoded in UTF-8. After a backslash comes a character that stands for itself, or the decimal
    // value of a byte (RFC 1035, section 5.1).
    private static string Text(ZoneWord word)
    {
        var bytes = new List<byte>();
        for (var rest = word.Text.AsSpan(); rest.Length > 0;)
        {
            var (isEscaped, at) = (rest[0] == '\\', rest[0] == '\\' ? 1 : 0);
            if (isEscaped && rest.Length >= 4 && Digits.TryParse(rest[1..4], out byte value))
            {
                bytes.Add(value);
                rest = rest[4..];
                continue;
            }

            if (isEscaped && (rest.Length == 1 || char.IsAsciiDigit(rest[1])))
            {
                throw new FormatException(
                    $"in '{Octets.Shorten(word.Text, 40)}', expected after a backslash: "
                    + "three digits up to 255, or the character itself.");
            }

            Rune.DecodeFromUtf16(rest[at..], out var rune, out var length);
            bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
            rest = rest[(at + length)..];
        }

        return bytes.Count <= 255
            ? Encoding.Latin1.GetString([.. bytes])
            : throw new FormatException("a string has more than 255 bytes; expected several shorter ones, each in quotes.");
    }

    private static uint Number(ZoneWord word) => Digits.TryParse(word.Text, out uint number) ? number
        : throw new FormatException($"expected a number from 0 to 4,294,967,295, not '{Octets.Shorten(word.Text, 40)}'.");

    // A time in seconds, or with units: 1h30m. The highest bit must be 0 (RFC 2181, section 8).
    private static uint Time(ZoneWord word)
    {
        var (total, number, digits) = (0L, 0L, 0);
        foreach (var letter in word.Text)
        {
            var unit = char.ToLowerInvariant(letter) switch
            {
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                'd' => 86_400,
                'w' => 604_800,
                _ => 0,
            };
            if (char.IsAsciiDigit(letter) && digits < 10)
            {
                (number, digits) = (number * 10 + (letter - '0'), digits + 1);
            }
            else if (unit > 0 && digits > 0)
            {
                (total, number, digits) = (total + number * unit, 0, 0);
            }
            else
            {
                throw new FormatException(
                    $"expected a time in seconds, or with units as in 1h30m, not '{Octets.Shorten(word.Text, 40)}'.");
            }
        }

        return total + number <= int.MaxValue ? (uint)(total + number) : throw new FormatException(
            InvariantText.Format($"a time is at most {int.MaxValue:N0} seconds, not {Octets.Shorten(word.Text, 40)}."));
    }
}
