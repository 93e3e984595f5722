using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>The kinds of segment.</summary>
public enum SegmentKind : byte
{
    /// <summary>It carries data.</summary>
    Data = (byte)'D',

    /// <summary>It acknowledges data.</summary>
    Acknowledgment = (byte)'A',
}

/// <summary>
/// A segment of this chapter's reliable protocols: six bytes of header, then data. Byte 0 is the kind, <c>D</c> or <c>A</c>; byte
/// 1 is 0; bytes 2 and 3 are the number; bytes 4 and 5 are the <see cref="InternetChecksum"/> of the whole segment.
/// </summary>
/// <param name="Kind">The kind of segment.</param>
/// <param name="Number">The sequence number of the data; for an acknowledgment, its meaning depends on the protocol.</param>
/// <param name="Data">The data; empty for an acknowledgment.</param>
public sealed record Segment(SegmentKind Kind, int Number, ReadOnlyMemory<byte> Data)
{
    /// <summary>The length of the header in bytes.</summary>
    public const int HeaderBytes = 6;

    private const int NumberAt = 2;
    private const int ChecksumAt = 4;

    /// <summary>Creates a segment with data.</summary>
    public static Segment WithData(int number, ReadOnlyMemory<byte> data) => new(SegmentKind.Data, number, data);

    /// <summary>Creates an acknowledgment.</summary>
    public static Segment Acknowledging(int number) => new(SegmentKind.Acknowledgment, number, default);

    /// <summary>Parses a segment.</summary>
    /// <returns>The segment; null if it was corrupted on the way, or is not a segment at all.</returns>
    public static Segment? Read(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        var isOne = span.Length >= HeaderBytes && InternetChecksum.IsIntact(span)
            && span[0] is (byte)SegmentKind.Data or (byte)SegmentKind.Acknowledgment;
        return isOne
            ? new Segment((SegmentKind)span[0], BinaryPrimitives.ReadUInt16BigEndian(span[NumberAt..]), bytes[HeaderBytes..])
            : null;
    }

    /// <summary>Encodes the segment for the link.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderBytes + Data.Length];
        bytes[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(NumberAt), (ushort)Number);
        Data.CopyTo(bytes.AsMemory(HeaderBytes));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(ChecksumAt), InternetChecksum.Of(bytes));
        return bytes;
    }

    /// <summary>Shows the bytes of a segment, field by field.</summary>
    /// <param name="bytes">The bytes, intact or corrupted.</param>
    public static ByteView View(ReadOnlyMemory<byte> bytes)
    {
        var reader = new FieldReader(bytes);
        try
        {
            var kind = bytes.Length == 0 ? ""
                : bytes.Span[0] switch { (byte)'D' => "data", (byte)'A' => "acknowledgment", _ => "an unknown kind" };
            reader.Text("kind", 1, kind);
            reader.Number8("zero");
            reader.Number16("number");
            reader.Number16(
                "checksum",
                _ => InternetChecksum.IsIntact(bytes.Span) ? "fits" : "does NOT fit: the segment was corrupted on the way",
                hex: true);
            reader.Text("data", reader.Remaining);
            return new ByteView("segment", Layer.Transport, bytes, reader.Fields);
        }
        catch (TruncatedException exception)
        {
            return new ByteView("segment", Layer.Transport, bytes, reader.Fields, exception.Message);
        }
    }

    /// <summary>The segment as labelled beside an arrow: <c>data 3</c>, <c>ack 4</c>.</summary>
    public override string ToString() => InvariantText.Format($"{(Kind == SegmentKind.Data ? "data" : "ack")} {Number}");
}
