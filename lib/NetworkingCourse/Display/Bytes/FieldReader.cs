using System.Buffers.Binary;
using System.Globalization;

namespace NetworkingCourse.Display;

/// <summary>
/// Reads a binary message field by field, in network byte order, and notes where each field lay: a parser that uses it has its byte view
/// for nothing. Reading past the end is refused, and what was read until then is kept.
/// </summary>
public sealed class FieldReader
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly List<ByteField> _fields = [];

    /// <summary>Begins to read.</summary>
    /// <param name="bytes">All bytes; offsets are counted from their beginning.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="end">Where to end; the end of the bytes unless told otherwise.</param>
    public FieldReader(ReadOnlyMemory<byte> bytes, int offset = 0, int? end = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end ?? bytes.Length, bytes.Length, nameof(end));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, end ?? bytes.Length);
        (_bytes, Offset, End) = (bytes, offset, end ?? bytes.Length);
    }

    /// <summary>Where the next field begins.</summary>
    public int Offset { get; private set; }

    /// <summary>Where the last field may end.</summary>
    public int End { get; }

    /// <summary>How many bytes are left.</summary>
    public int Remaining => End - Offset;

    /// <summary>What has been read.</summary>
    public IReadOnlyList<ByteField> Fields => _fields;

    /// <summary>
    /// Whether it reads without noting the fields, and without asking what they mean: for those who want the values of very many
    /// messages.
    /// </summary>
    internal bool IsSilent { get; init; }

    /// <summary>Reads an unsigned number of 8 bits.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="meaning">What a value says; nothing unless told otherwise.</param>
    /// <param name="hex">Whether people write the value in hexadecimal.</param>
    /// <exception cref="TruncatedException">Too few bytes are left.</exception>
    public byte Number8(string name, Func<byte, string>? meaning = null, bool hex = false) => Number(name, 1, bytes => bytes[0], meaning, hex);

    /// <summary>Reads an unsigned number of 16 bits.</summary>
    /// <inheritdoc cref="Number8"/>
    public ushort Number16(string name, Func<ushort, string>? meaning = null, bool hex = false) => Number(name, 2, BinaryPrimitives.ReadUInt16BigEndian, meaning, hex);

    /// <summary>Reads an unsigned number of 24 bits, as TLS has them.</summary>
    /// <inheritdoc cref="Number8"/>
    public int Number24(string name, Func<int, string>? meaning = null, bool hex = false) => Number(name, 3, bytes => (bytes[0] << 16) | (bytes[1] << 8) | bytes[2], meaning, hex);

    /// <summary>Reads an unsigned number of 32 bits.</summary>
    /// <inheritdoc cref="Number8"/>
    public uint Number32(string name, Func<uint, string>? meaning = null, bool hex = false) => Number(name, 4, BinaryPrimitives.ReadUInt32BigEndian, meaning, hex);

    /// <summary>Reads bytes as they are.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="length">How many.</param>
    /// <param name="value">How people write the value; in hexadecimal unless told otherwise.</param>
    /// <param name="meaning">What it says.</param>
    /// <exception cref="TruncatedException">Too few bytes are left.</exception>
    public ReadOnlyMemory<byte> Bytes(string name, int length, Func<ReadOnlyMemory<byte>, string>? value = null, string meaning = "")
    {
        var bytes = Take(name, length, out var offset);
        if (!IsSilent)
        {
            _fields.Add(new ByteField(offset, length, name, value is null ? Octets.Hex(bytes.Span, 16) : value(bytes), meaning));
        }

        return bytes;
    }

    /// <summary>Reads text in ASCII; whatever else is among it is escaped.</summary>
    /// <inheritdoc cref="Bytes"/>
    public string Text(string name, int length, string meaning = "")
    {
        var bytes = Take(name, length, out var offset);
        var text = Octets.Quoted(bytes.Span);
        if (!IsSilent)
        {
            _fields.Add(new ByteField(offset, length, name, text, meaning));
        }

        return text;
    }

    /// <summary>Reads fields of bits that share some bytes, at most four, the most significant bits first.</summary>
    /// <param name="length">How many bytes they share.</param>
    /// <param name="fields">Name, number of bits, and what a value says, of each; together as many bits as there are.</param>
    /// <returns>Their values, in order.</returns>
    /// <exception cref="TruncatedException">Too few bytes are left.</exception>
    public uint[] Bits(int length, params ReadOnlySpan<(string Name, int Count, Func<uint, string>? Meaning)> fields)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 4);
        var bytes = Take(fields[0].Name, length, out var offset);
        var all = 0u;
        foreach (var value in bytes.Span)
        {
            all = (all << 8) | value;
        }

        var values = new uint[fields.Length];
        var first = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            var (name, count, meaning) = fields[i];
            if (first + count > length * 8)
            {
                throw new ArgumentException($"The fields have more than {length * 8} bits.", nameof(fields));
            }

            values[i] = (uint)((all >> (length * 8 - first - count)) & ((1UL << count) - 1));
            if (!IsSilent)
            {
                // Only the bytes in which it has bits are the field's.
                var (from, to) = (first / 8, (first + count + 7) / 8);
                var text = values[i].ToString(CultureInfo.InvariantCulture);
                _fields.Add(new ByteField(offset + from, to - from, name, text, meaning?.Invoke(values[i]) ?? "")
                {
                    Bits = new BitRange(first % 8, count),
                });
            }

            first += count;
        }

        return first == length * 8 ? values : throw new ArgumentException($"The fields have {first} bits, and not {length * 8}.", nameof(fields));
    }

    /// <summary>Reads a field that is itself made of fields.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="parts">Reads the parts, from a reader that ends where the field does, and says the value of the whole.</param>
    /// <param name="meaning">What it says.</param>
    /// <exception cref="TruncatedException">Too few bytes are left, here or inside; the parts read until then are kept.</exception>
    public void Group(string name, int length, Func<FieldReader, string> parts, string meaning = "")
    {
        ArgumentNullException.ThrowIfNull(parts);
        Take(name, length, out var offset);
        var inner = new FieldReader(_bytes, offset, offset + length) { IsSilent = IsSilent };
        var value = "cut off";
        try
        {
            value = parts(inner);
        }
        finally
        {
            if (!IsSilent)
            {
                _fields.Add(new ByteField(offset, length, name, value, meaning) { Parts = inner._fields });
            }
        }
    }

    private delegate T Read<out T>(ReadOnlySpan<byte> bytes);

    private T Number<T>(string name, int length, Read<T> read, Func<T, string>? meaning, bool hex)
        where T : IFormattable
    {
        var value = read(Take(name, length, out var offset).Span);
        if (IsSilent)
        {
            return value;
        }

        var text = hex ? "0x" + value.ToString("x" + (2 * length).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : value.ToString(null, CultureInfo.InvariantCulture);
        _fields.Add(new ByteField(offset, length, name, text, meaning?.Invoke(value) ?? ""));
        return value;
    }

    private ReadOnlyMemory<byte> Take(string name, int length, out int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > Remaining)
        {
            throw new TruncatedException(name, Offset, length, Remaining);
        }

        offset = Offset;
        Offset += length;
        return _bytes.Slice(offset, length);
    }
}

/// <summary>A message ends inside a field.</summary>
/// <param name="field">The field.</param>
/// <param name="offset">Where it begins.</param>
/// <param name="wanted">How many bytes it has, or says it has.</param>
/// <param name="left">How many bytes there are.</param>
public sealed class TruncatedException(string field, int offset, int wanted, int left) : FormatException(
    InvariantText.Format($"'{field}' at offset {offset} takes {Octets.Count(wanted)}, and {(left == 1 ? "only 1 is" : InvariantText.Format($"only {left:N0} are"))} left."))
{
    /// <summary>The field that is not complete.</summary>
    public string Field { get; } = field;

    /// <summary>Where it begins, counted in bytes from 0.</summary>
    public int Offset { get; } = offset;
}
