using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// Reads names from untrusted messages. A pointer may only point backwards, so a name cannot contain a loop, and reading it costs
/// at most 255 bytes and a limited number of jumps.
/// </summary>
internal static class DnsNameReader
{
    private const int HeaderLength = 12;
    private const int MaxJumps = 32;

    /// <summary>A part of a name at its place in the message: a label, the terminating root, or a pointer.</summary>
    /// <param name="Offset">The offset of its first byte.</param>
    /// <param name="Length">Its length in bytes.</param>
    /// <param name="Pointer">The offset it points to; null if the part is not a pointer.</param>
    public readonly record struct Part(int Offset, int Length, int? Pointer);

    /// <summary>Reads a name.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="offset">The offset of the name.</param>
    /// <param name="end">The end of the field that holds the name.</param>
    /// <param name="mayPoint">Whether the name may be compressed; false for data outside a message.</param>
    /// <returns>The name, and those of its parts that are in this field rather than behind a pointer.</returns>
    /// <exception cref="FormatException">The name is invalid; the exception's text says why.</exception>
    public static (DnsName Name, IReadOnlyList<Part> Parts) Read(
        ReadOnlySpan<byte> message, int offset, int end, bool mayPoint = true)
    {
        var (labels, parts, length, jumps) = (new List<string>(), new List<Part>(), 1, 0);
        var (at, start, here) = (offset, offset, true);
        while (true)
        {
            var limit = here ? end : message.Length;
            var first = at < limit
                ? message[at]
                : throw Bad(offset, InvariantText.Format($"it continues at offset {at}, where there is nothing"));
            switch (first & DnsWriter.PointerMark)
            {
                case DnsWriter.PointerMark when !mayPoint:
                    throw new FormatException(InvariantText.Format(
                        $"the name at offset {offset} is compressed, which only names in a message can be."));
                case DnsWriter.PointerMark:
                    var target = at + 1 < limit
                        ? ((first & 0x3F) << 8) | message[at + 1]
                        : throw Bad(offset, InvariantText.Format($"a pointer at offset {at} lacks its second byte"));
                    CheckPointer(offset, at, start, target, ++jumps);
                    Add(parts, here, new Part(at, 2, target));
                    (at, start, here) = (target, target, false);
                    break;
                case 0 when first == 0:
                    Add(parts, here, new Part(at, 1, null));
                    return (DnsName.FromLabels(labels), parts);
                case 0:
                    length += 1 + first;
                    if (length > DnsName.MaxNameLength)
                    {
                        throw Bad(offset, InvariantText.Format($"it has more than {DnsName.MaxNameLength} bytes"));
                    }

                    if (at + 1 + first > limit)
                    {
                        var left = limit - at - 1;
                        throw Bad(offset, InvariantText.Format(
                            $"a label at offset {at} claims {first} bytes, but {left} {(left == 1 ? "is" : "are")} left"));
                    }

                    labels.Add(Encoding.Latin1.GetString(message.Slice(at + 1, first)));
                    Add(parts, here, new Part(at, 1 + first, null));
                    at += 1 + first;
                    break;
                default:
                    const int longest = DnsName.MaxLabelLength;
                    throw Bad(offset, InvariantText.Format(
                        $"the byte 0x{first:x2} at offset {at} begins neither a label of up to {longest} bytes nor a pointer"));
            }
        }
    }

    private static void Add(List<Part> parts, bool here, Part part)
    {
        if (here)
        {
            parts.Add(part);
        }
    }

    // start: the offset at which the run of labels that ends with this pointer began.
    private static void CheckPointer(int name, int at, int start, int target, int jumps)
    {
        var why = target == at ? InvariantText.Format($"a pointer at offset {at} points to itself")
            : target > at
                ? InvariantText.Format($"a pointer at offset {at} points forward, to {target}; only backward is allowed")
            : target >= start
                ? InvariantText.Format($"a pointer at offset {at} points to {target}, into the labels that lead to it: a loop")
            : target < HeaderLength ? InvariantText.Format($"a pointer at offset {at} points to {target}, into the header")
            : jumps > MaxJumps ? InvariantText.Format($"it has a chain of more than {MaxJumps} pointers")
            : null;
        if (why is not null)
        {
            throw Bad(name, why);
        }
    }

    private static FormatException Bad(int offset, string why) =>
        new(InvariantText.Format($"The name at offset {offset} is invalid: {why}."));
}
