using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>An option of a DHCP message: a code, and data whose length precedes it (RFC 2132, section 2).</summary>
/// <param name="Code">Says what the option is about.</param>
/// <param name="Data">The data; at most 255 bytes.</param>
public sealed record DhcpOption(byte Code, ReadOnlyMemory<byte> Data)
{
    internal const byte Pad = 0;
    internal const byte SubnetMask = 1;
    internal const byte Router = 3;
    internal const byte NameServer = 6;
    internal const byte RequestedAddress = 50;
    internal const byte LeaseTime = 51;
    internal const byte MessageType = 53;
    internal const byte ServerIdentifier = 54;
    internal const byte ParameterList = 55;
    internal const byte End = 255;

    /// <summary>The name of the option; its number if it has no name here.</summary>
    public string Name => Code switch
    {
        SubnetMask => "subnet mask",
        Router => "router",
        NameServer => "name server",
        RequestedAddress => "requested address",
        LeaseTime => "lease time",
        MessageType => "message type",
        ServerIdentifier => "server",
        ParameterList => "wanted options",
        _ => InvariantText.Format($"option {Code}"),
    };

    /// <summary>The data in readable form.</summary>
    public string Value => (Code, Data.Length) switch
    {
        (SubnetMask or Router or NameServer or RequestedAddress or ServerIdentifier, 4) =>
            Address.FromBytes(Data.Span).ToString(),
        (LeaseTime, 4) => InvariantText.Format($"{BinaryPrimitives.ReadUInt32BigEndian(Data.Span)} s"),
        (MessageType, 1) => InvariantText.Of((DhcpType)Data.Span[0]),
        (ParameterList, _) => string.Join(", ", Data.ToArray().Select(code => new DhcpOption(code, default).Name)),
        _ => Octets.Hex(Data.Span, 16),
    };

    /// <summary>The option as one line of text.</summary>
    public override string ToString() => $"{Name}: {Value}";

    internal static DhcpOption Of(byte code, Address address) => new(code, address.ToBytes());

    internal static DhcpOption Of(byte code, uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new DhcpOption(code, bytes);
    }

    /// <summary>
    /// Reads options up to the end option. An option that occurs several times is one long option in pieces (RFC 3396).
    /// </summary>
    /// <exception cref="TruncatedException">The bytes end inside an option, or without an end option.</exception>
    internal static IReadOnlyList<DhcpOption> Read(FieldReader reader)
    {
        List<DhcpOption> options = [];
        while (true)
        {
            var code = reader.Number8("option", value => value switch
            {
                Pad => "pad",
                End => "end",
                _ => new DhcpOption(value, default).Name,
            });
            if (code == End)
            {
                return options;
            }

            if (code != Pad)
            {
                var length = reader.Number8("length");
                var data = reader.Bytes("data", length, bytes => new DhcpOption(code, bytes).Value);
                var known = options.FindIndex(option => option.Code == code);
                if (known < 0)
                {
                    options.Add(new DhcpOption(code, data));
                }
                else
                {
                    options[known] = new DhcpOption(code, (byte[])[.. options[known].Data.Span, .. data.Span]);
                }
            }
        }
    }
}
