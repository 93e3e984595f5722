using System.Buffers.Binary;
using System.Text;

namespace NetworkingCourse.Network;

/// <summary>
/// Writes a message. If the end of a name has been written before, it is replaced by a pointer to it: two bytes, of which the
/// upper two bits are set and the others hold the offset (RFC 1035, section 4.1.4).
/// </summary>
internal sealed class DnsWriter
{
    /// <summary>The upper two bits of a pointer's first byte.</summary>
    public const int PointerMark = 0xC0;

    private const int HighestOffset = 0x3FFF;

    private readonly List<byte> _bytes = [];
    private readonly Dictionary<DnsName, int> _written = [];

    public int Length => _bytes.Count;

    public byte[] ToBytes() => [.. _bytes];

    public void Number8(byte value) => _bytes.Add(value);

    public void Number16(ushort value) => _bytes.AddRange([(byte)(value >> 8), (byte)value]);

    public void Number32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _bytes.AddRange(bytes);
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    public void Name(DnsName name)
    {
        foreach (var rest in name.UpToRoot.SkipLast(1))
        {
            if (_written.TryGetValue(rest, out var offset))
            {
                Number16((ushort)((PointerMark << 8) | offset));
                return;
            }

            if (Length <= HighestOffset)
            {
                _written.Add(rest, Length);
            }

            Number8((byte)rest.Labels[0].Length);
            Bytes(Encoding.Latin1.GetBytes(rest.Labels[0]));
        }

        Number8(0);
    }

    public void Question(DnsQuestion question)
    {
        Name(question.Name);
        Number16((ushort)question.Type);
        Number16(question.Class);
    }

    public void Record(DnsRecord record)
    {
        Name(record.Name);
        Number16((ushort)record.Type);
        Number16(record.Class);
        Number32(record.TimeToLive);
        Number16(0);
        var start = Length;
        record.Data.WriteTo(this);
        // The length of the data is known only after it is written: the two bytes before it are filled in afterwards.
        var length = checked((ushort)(Length - start));
        (_bytes[start - 2], _bytes[start - 1]) = ((byte)(length >> 8), (byte)length);
    }
}
