using System.Buffers.Binary;
using System.Numerics;

namespace NetworkingCourse.Network;

/// <summary>What a router advertises about a prefix.</summary>
internal readonly record struct RipEntry(PrefixBits Prefix, int Metric);

/// <summary>A RIP version 2 response (RFC 2453, section 4): up to 25 prefixes, each with its distance.</summary>
internal static class RipMessage
{
    public const int MaxEntries = 25;

    private const byte Response = 2;
    private const byte Version = 2;
    private const ushort Internet = 2; // the address family identifier
    private const int HeaderLength = 4;
    private const int EntryLength = 20;

    public static byte[] ToBytes(ReadOnlySpan<RipEntry> entries)
    {
        var bytes = new byte[HeaderLength + EntryLength * entries.Length];
        (bytes[0], bytes[1]) = (Response, Version);
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = bytes.AsSpan(HeaderLength + EntryLength * i);
            BinaryPrimitives.WriteUInt16BigEndian(entry, Internet);
            BinaryPrimitives.WriteUInt32BigEndian(entry[4..], entries[i].Prefix.Bits);
            BinaryPrimitives.WriteUInt32BigEndian(entry[8..], entries[i].Prefix.Mask);
            BinaryPrimitives.WriteInt32BigEndian(entry[16..], entries[i].Metric);
        }

        return bytes;
    }

    public static List<RipEntry> Read(ReadOnlySpan<byte> bytes)
    {
        var entries = new List<RipEntry>(MaxEntries);
        if (bytes.Length < HeaderLength || bytes[0] != Response || bytes[1] != Version)
        {
            return entries;
        }

        for (var rest = bytes[HeaderLength..]; rest.Length >= EntryLength; rest = rest[EntryLength..])
        {
            var (network, mask) = (
                BinaryPrimitives.ReadUInt32BigEndian(rest[4..]),
                BinaryPrimitives.ReadUInt32BigEndian(rest[8..]));
            var (prefix, metric) = (
                new PrefixBits(network, (byte)BitOperations.PopCount(mask)),
                BinaryPrimitives.ReadInt32BigEndian(rest[16..]));
            // Invalid entries are ignored (RFC 2453, section 3.9.2): an address family other than IP, a metric out of range, a
            // mask with holes.
            if (BinaryPrimitives.ReadUInt16BigEndian(rest) == Internet
                && metric is >= 1 and <= 16
                && prefix.Mask == mask
                && (network & ~mask) == 0)
            {
                entries.Add(new RipEntry(prefix, metric));
            }
        }

        return entries;
    }
}
