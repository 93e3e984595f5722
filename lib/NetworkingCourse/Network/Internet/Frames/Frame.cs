using System.Buffers.Binary;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>
/// A frame on its way over a link: an Ethernet header (IEEE 802.3: destination, source, type of what follows), and what it carries. Whoever receives it owns it, and may change it.
/// The frame check sequence behind it is not among the bytes, as in every capture; it is what tells a port that a frame was harmed.
/// </summary>
/// <param name="content">The bytes, from the destination address on.</param>
/// <param name="trace">Whoever follows its packet's way; null if nobody does. No part of what is sent.</param>
internal sealed class Frame(byte[] content, PacketTrace? trace) : IDatagram<Frame>
{
    public const int HeaderLength = 14;
    public const ushort Ipv4 = 0x0800;
    public const ushort Arp = 0x0806;

    // Shorter ones would end before a collision anywhere on the cable is heard of (IEEE 802.3); they are filled up.
    private const int ShortestPayload = 46;

    public byte[] Content { get; } = content;

    public PacketTrace? Trace { get; } = trace;

    /// <summary>Whether the frame check sequence would show that it was harmed.</summary>
    public bool IsHarmed { get; private init; }

    /// <summary>How many times the cable that it is on had been cut when it was sent.</summary>
    public int SentAfterCuts { get; set; }

    public int Bytes => Content.Length;

    public MacAddress Destination
    {
        get => MacAddress.Read(Content);
        set => value.WriteTo(Content);
    }

    public MacAddress Source
    {
        get => MacAddress.Read(Content.AsSpan(MacAddress.Length));
        set => value.WriteTo(Content.AsSpan(MacAddress.Length));
    }

    public ushort Type => BinaryPrimitives.ReadUInt16BigEndian(Content.AsSpan(2 * MacAddress.Length));

    /// <summary>What it carries, filled up if it is short.</summary>
    public Memory<byte> Payload => Content.AsMemory(HeaderLength);

    /// <summary>A frame of its own, with room for so many bytes, still without addresses.</summary>
    public static Frame For(ushort type, int payload, PacketTrace? trace)
    {
        var content = new byte[HeaderLength + Math.Max(ShortestPayload, payload)];
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(2 * MacAddress.Length), type);
        return new Frame(content, trace);
    }

    public Frame Copy() => new((byte[])Content.Clone(), Trace);

    public Frame WithFlippedBit(double position) => new(Bits.Flip(Content, position), Trace) { IsHarmed = true, SentAfterCuts = SentAfterCuts };
}
