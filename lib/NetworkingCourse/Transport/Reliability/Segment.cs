using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>What a segment is for.</summary>
public enum SegmentKind : byte
{
    /// <summary>It carries data.</summary>
    Data = (byte)'D',

    /// <summary>It acknowledges data.</summary>
    Acknowledgement = (byte)'A',
}

/// <summary>
/// What the reliable protocols of this chapter send each other: six bytes of header, and data. Byte 0 is the kind, <c>D</c> or <c>A</c>; byte 1 is 0; bytes 2 and 3 are
/// the number; bytes 4 and 5 are the <see cref="InternetChecksum"/> of the whole.
/// </summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Number">Which data it carries; or, of an acknowledgement, what its protocol says that it means.</param>
/// <param name="Data">The data; of an acknowledgement, none.</param>
public sealed record Segment(SegmentKind Kind, int Number, ReadOnlyMemory<byte> Data)
{
    /// <summary>How long the header is.</summary>
    public const int HeaderBytes = 6;

    private const int NumberAt = 2;
    private const int ChecksumAt = 4;

    /// <summary>A segment with data.</summary>
    public static Segment WithData(int number, ReadOnlyMemory<byte> data) => new(SegmentKind.Data, number, data);

    /// <summary>An acknowledgement.</summary>
    public static Segment Acknowledging(int number) => new(SegmentKind.Acknowledgement, number, default);

    /// <summary>Reads a segment.</summary>
    /// <returns>The segment; null if it was harmed on its way, or never was one.</returns>
    public static Segment? Read(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        var isOne = span.Length >= HeaderBytes && InternetChecksum.IsIntact(span) && span[0] is (byte)SegmentKind.Data or (byte)SegmentKind.Acknowledgement;
        return isOne ? new Segment((SegmentKind)span[0], BinaryPrimitives.ReadUInt16BigEndian(span[NumberAt..]), bytes[HeaderBytes..]) : null;
    }

    /// <summary>The segment as it goes over the link.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderBytes + Data.Length];
        bytes[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(NumberAt), (ushort)Number);
        Data.CopyTo(bytes.AsMemory(HeaderBytes));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(ChecksumAt), InternetChecksum.Of(bytes));
        return bytes;
    }

    /// <summary>The bytes of a segment, field by field.</summary>
    /// <param name="bytes">The bytes, be they in order or harmed.</param>
    public static ByteView View(ReadOnlyMemory<byte> bytes)
    {
        var reader = new FieldReader(bytes);
        try
        {
            reader.Text("kind", 1, bytes.Length > 0 ? bytes.Span[0] switch { (byte)'D' => "data", (byte)'A' => "acknowledgement", _ => "no kind there is" } : "");
            reader.Number8("zero");
            reader.Number16("number");
            reader.Number16("checksum", _ => InternetChecksum.IsIntact(bytes.Span) ? "fits" : "does NOT fit: the segment was harmed on its way", hex: true);
            reader.Text("data", reader.Remaining);
            return new ByteView("segment", Layer.Transport, bytes, reader.Fields);
        }
        catch (TruncatedException exception)
        {
            return new ByteView("segment", Layer.Transport, bytes, reader.Fields, exception.Message);
        }
    }

    /// <summary>As it is written beside an arrow: <c>data 3</c>, <c>ack 4</c>.</summary>
    public override string ToString() => InvariantText.Format($"{(Kind == SegmentKind.Data ? "data" : "ack")} {Number}");
}
