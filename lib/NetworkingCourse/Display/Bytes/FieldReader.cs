using System.Buffers.Binary;
using System.Globalization;

namespace NetworkingCourse.Display;

/// <summary>
/// Reads a binary message field by field, in network byte order, and records the position of each field, so that a parser gets
/// its byte view for free. Reading past the end throws; the fields read until then are kept.
/// </summary>
public sealed class FieldReader
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly List<ByteField> _fields = [];

    /// <summary>Creates a reader.</summary>
    /// <param name="bytes">All bytes; offsets are relative to their start.</param>
    /// <param name="offset">The offset at which to begin.</param>
    /// <param name="end">The offset at which to end; by default the end of the bytes.</param>
    public FieldReader(ReadOnlyMemory<byte> bytes, int offset = 0, int? end = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end ?? bytes.Length, bytes.Length, nameof(end));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, end ?? bytes.Length);
        (_bytes, Offset, End) = (bytes, offset, end ?? bytes.Length);
    }

    /// <summary>The offset of the next field.</summary>
    public int Offset { get; private set; }

    /// <summary>The offset at which the last field must end.</summary>
    public int End { get; }

    /// <summary>The number of bytes left.</summary>
    public int Remaining => End - Offset;

    /// <summary>The fields read so far.</summary>
    public IReadOnlyList<ByteField> Fields => _fields;

    /// <summary>
    /// Whether the reader neither records fields nor computes their meanings, for callers that need
    /// only the values of very many messages.
    /// </summary>
    internal bool IsSilent { get; init; }

    /// <summary>The bytes that are left, for fields that say only inside how long they are.</summary>
    internal ReadOnlyMemory<byte> Peek() => _bytes[Offset..End];

    /// <summary>Reads an unsigned 8-bit number.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="meaning">Returns the meaning of a value; none by default.</param>
    /// <param name="hex">Whether the value is written in hexadecimal.</param>
    /// <exception cref="TruncatedException">Too few bytes are left.</exception>
    public byte Number8(string name, Func<byte, string>? meaning = null, bool hex = false) =>
        Number(name, 1, bytes => bytes[0], meaning, hex);

    /// <summary>Reads an unsigned 16-bit number.</summary>
    /// <inheritdoc cref="Number8"/>
    public ushort Number16(string name, Func<ushort, string>? meaning = null, bool hex = false) =>
        Number(name, 2, BinaryPrimitives.ReadUInt16BigEndian, meaning, hex);

    /// <summary>Reads an unsigned 24-bit number, as used in TLS.</summary>
    /// <inheritdoc cref="Number8"/>
    public int Number24(string name, Func<int, string>? meaning = null, bool hex = false) =>
        Number(name, 3, bytes => (bytes[0] << 16) | (bytes[1] << 8) | bytes[2], meaning, hex);

    /// <summary>Reads an unsigned 32-bit number.</summary>
    /// <inheritdoc cref="Number8"/>
    public uint Number32(string name, Func<uint, string>? meaning = null, bool hex = false) =>
        Number(name, 4, BinaryPrimitives.ReadUInt32BigEndian, meaning, hex);

    /// <summary>Reads raw bytes.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="value">Formats the value; by default, in hexadecimal.</param>
    /// <param name="meaning">The meaning of the value.</param>
    /// <exception cref="TruncatedException">Too few bytes are left.</exception>
    public ReadOnlyMemory<byte> Bytes(
        string name, int length, Func<ReadOnlyMemory<byte>, string>? value = null, string meaning = "")
    {
        var bytes = Take(name, length, out var offset);
        if (!IsSilent)
        {
            _fields.Add(new ByteField(offset, length, name, value is null ? Octets.Hex(bytes.Span, 16) : value(bytes), meaning));
        }

        return bytes;
    }

    /// <summary>Reads ASCII text; other bytes are escaped.</summary>
    /// <inheritdoc cref="Bytes"/>
    public string Text(string name, int length, string meaning = "")
    {
        var bytes = Take(name, length, out var offset);
        var text = Octets.Quoted(bytes.Span);
        if (!IsSilent)
        {
            // The view shows the bytes too, so those that are not text need no escapes.
            _fields.Add(Octets.AreText(bytes.Span)
                ? new ByteField(offset, length, name, text, meaning)
                : new ByteField(offset, length, name, "", meaning.Length > 0 ? meaning : "not text"));
        }

        return text;
    }

    /// <summary>Reads bit fields that share up to four bytes, most significant bits first.</summary>
    /// <param name="length">The number of bytes that they share.</param>
    /// <param name="fields">The name, number of bits and meaning of each field; together they must fill the bytes.</param>
    /// <returns>The values, in order.</returns>
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
                // The field covers only the bytes that contain its bits.
                var (from, to) = (first / 8, (first + count + 7) / 8);
                var text = values[i].ToString(CultureInfo.InvariantCulture);
                _fields.Add(new ByteField(offset + from, to - from, name, text, meaning?.Invoke(values[i]) ?? "")
                {
                    Bits = new BitRange(first % 8, count),
                });
            }

            first += count;
        }

        return first == length * 8
            ? values
            : throw new ArgumentException($"The fields have {first} bits instead of {length * 8}.", nameof(fields));
    }

    /// <summary>Reads a field that consists of subfields.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="length">The length of the field in bytes.</param>
    /// <param name="parts">
    /// Reads the subfields from a reader that ends where the field does, and returns the value of the whole field.
    /// </param>
    /// <param name="meaning">The meaning of the value.</param>
    /// <exception cref="TruncatedException">
    /// Too few bytes are left, here or in the field; the subfields read until then are kept.
    /// </exception>
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

        var text = hex
            ? "0x" + value.ToString("x" + (2 * length).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : value.ToString(null, CultureInfo.InvariantCulture);
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

/// <summary>The exception for a message that ends inside a field.</summary>
/// <param name="field">The field.</param>
/// <param name="offset">The offset of the field.</param>
/// <param name="wanted">The length of the field in bytes, as required or declared.</param>
/// <param name="left">The number of bytes left.</param>
public sealed class TruncatedException(string field, int offset, int wanted, int left) : FormatException(
    InvariantText.Format($"'{field}' at offset {offset} takes {Octets.Count(wanted)}, and ")
        + (left == 1 ? "only 1 is" : InvariantText.Format($"only {left:N0} are")) + " left.")
{
    /// <summary>The incomplete field.</summary>
    public string Field { get; } = field;

    /// <summary>The offset of the field in bytes, from 0.</summary>
    public int Offset { get; } = offset;
}
