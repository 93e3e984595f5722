using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// Reads names, and takes nothing on trust. A name may point only to what came before it; so there are no circles, and no name costs more than its
/// 255 bytes and a handful of jumps, whoever wrote it.
/// </summary>
internal static class DnsNameReader
{
    private const int HeaderLength = 12;
    private const int MaxJumps = 32;

    /// <summary>A part of a name where it stands: a label, the end, or a pointer.</summary>
    /// <param name="Offset">Where it begins.</param>
    /// <param name="Length">How many bytes it has.</param>
    /// <param name="Pointer">Where it points; null if it is no pointer.</param>
    public readonly record struct Part(int Offset, int Length, int? Pointer);

    /// <summary>Reads a name.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="offset">Where the name begins.</param>
    /// <param name="end">Where it must have ended: its field's end.</param>
    /// <param name="mayPoint">Whether it may be compressed: not in data outside a message.</param>
    /// <returns>The name, and the parts of it that stand here and not elsewhere.</returns>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static (DnsName Name, IReadOnlyList<Part> Parts) Read(
        ReadOnlySpan<byte> message, int offset, int end, bool mayPoint = true)
    {
        var (labels, parts, length, jumps) = (new List<string>(), new List<Part>(), 1, 0);
        var (at, start, here) = (offset, offset, true);
        while (true)
        {
            var limit = here ? end : message.Length;
            var first = at < limit ? message[at] : throw Bad(offset, InvariantText.Format($"it goes on at offset {at}, where there is nothing"));
            switch (first & DnsWriter.PointerMark)
            {
                case DnsWriter.PointerMark when !mayPoint:
                    throw new FormatException(
                        InvariantText.Format($"the name at offset {offset} is compressed, which names outside a message are not."));
                case DnsWriter.PointerMark:
                    var target = at + 1 < limit ? ((first & 0x3F) << 8) | message[at + 1] : throw Bad(offset, InvariantText.Format($"a pointer at offset {at} lacks its second byte"));
                    CheckPointer(offset, at, start, target, ++jumps);
                    Add(parts, here, new Part(at, 2, target));
                    (at, start, here) = (target, target, false);
                    break;
                case 0 when first == 0:
                    Add(parts, here, new Part(at, 1, null));
                    return (DnsName.FromLabels(labels), parts);
                case 0:
                    length += 1 + first;
                    if (length > DnsName.LongestName)
                    {
                        throw Bad(offset, InvariantText.Format($"it has more than {DnsName.LongestName} bytes"));
                    }

                    if (at + 1 + first > limit)
                    {
                        throw Bad(offset, InvariantText.Format($"a label at offset {at} says that it has {first} bytes, and {limit - at - 1} {(limit - at - 1 == 1 ? "is" : "are")} left"));
                    }

                    labels.Add(Encoding.Latin1.GetString(message.Slice(at + 1, first)));
                    Add(parts, here, new Part(at, 1 + first, null));
                    at += 1 + first;
                    break;
                default:
                    throw Bad(offset, InvariantText.Format($"the byte 0x{first:x2} at offset {at} begins neither a label of up to {DnsName.LongestLabel} bytes nor a pointer"));
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

    // start: where the run of labels began that ends with this pointer.
    private static void CheckPointer(int name, int at, int start, int target, int jumps)
    {
        var why = target == at ? InvariantText.Format($"a pointer at offset {at} points to itself")
            : target > at ? InvariantText.Format($"a pointer at offset {at} points forward, to {target}; only back is allowed")
            : target >= start ? InvariantText.Format($"a pointer at offset {at} points to {target}, into the very labels that lead to it: a circle")
            : target < HeaderLength ? InvariantText.Format($"a pointer at offset {at} points to {target}, into the header")
            : jumps > MaxJumps ? InvariantText.Format($"it has more than {MaxJumps} pointers, one after the other")
            : null;
        if (why is not null)
        {
            throw Bad(name, why);
        }
    }

    private static FormatException Bad(int offset, string why) => new(InvariantText.Format($"The name at offset {offset} is none: {why}."));
}
