using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The types of HTTP/2 frames (RFC 9113, section 6).</summary>
public enum Http2FrameType : byte
{
    /// <summary>A piece of a body.</summary>
    Data = 0,

    /// <summary>A header section, compressed with HPACK.</summary>
    Headers = 1,

    /// <summary>The priority of a stream, which is no longer used.</summary>
    Priority = 2,

    /// <summary>The end of a stream by an error.</summary>
    ResetStream = 3,

    /// <summary>What the sender can take, or the confirmation of the other side's settings.</summary>
    Settings = 4,

    /// <summary>A request that the server expects, which is hardly used any more.</summary>
    PushPromise = 5,

    /// <summary>A question whether the other side is there, or the answer.</summary>
    Ping = 6,

    /// <summary>The end of the connection.</summary>
    GoAway = 7,

    /// <summary>How many more octets of bodies the sender can take.</summary>
    WindowUpdate = 8,

    /// <summary>The rest of a header section.</summary>
    Continuation = 9,
}

/// <summary>A frame of HTTP/2: a header of nine octets, and a payload (RFC 9113, section 4.1).</summary>
/// <param name="Type">The type.</param>
/// <param name="Flags">The flags; their meaning depends on the type.</param>
/// <param name="Stream">The stream that it belongs to; 0 for the whole connection.</param>
/// <param name="Payload">The payload.</param>
public sealed record Http2Frame(Http2FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    /// <summary>The length of a frame's header, in octets.</summary>
    public const int HeaderLength = 9;

    /// <summary>The longest payload, in octets, unless the settings allow more (SETTINGS_MAX_FRAME_SIZE).</summary>
    public const int DefaultMaxSize = 16_384;

    /// <summary>A flag of DATA and HEADERS: the sender sends no more on this stream.</summary>
    public const byte EndStream = 0x1;

    /// <summary>A flag of SETTINGS and PING: this is the confirmation.</summary>
    public const byte Ack = 0x1;

    /// <summary>A flag of HEADERS: the header section ends here.</summary>
    public const byte EndHeaders = 0x4;

    /// <summary>A flag of DATA and HEADERS: the payload begins with the length of the padding at its end.</summary>
    public const byte Padded = 0x8;

    /// <summary>Whether its sender sends no more on the stream.</summary>
    public bool EndsStream => Type == Http2FrameType.ResetStream
        || (Type is Http2FrameType.Data or Http2FrameType.Headers && (Flags & EndStream) != 0);

    /// <summary>Settings without any changes from the defaults.</summary>
    public static Http2Frame Settings() => new(Http2FrameType.Settings, 0, 0, []);

    /// <summary>The confirmation of the other side's settings.</summary>
    public static Http2Frame SettingsAck() => new(Http2FrameType.Settings, Ack, 0, []);

    /// <summary>A request without a body.</summary>
    /// <param name="stream">The stream: an odd number that has not been used yet.</param>
    /// <param name="host">The name of the site.</param>
    /// <param name="path">The path.</param>
    public static Http2Frame Get(int stream, string host, string path) =>
        new(Http2FrameType.Headers, EndStream | EndHeaders, stream, Hpack.Get(host, path));

    /// <summary>The frame as it is sent.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + Payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Payload.Length << 8); // three octets; the type follows
        (bytes[3], bytes[4]) = ((byte)Type, Flags);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes, HeaderLength);
        return bytes;
    }

    /// <summary>Returns a byte-by-byte view of the frame.</summary>
    public ByteView View()
    {
        var reader = new FieldReader(ToBytes());
        reader.Number24("length", length => $"{Octets.Count(length)} after this header");
        reader.Number8("type", _ => Name);
        reader.Number8("flags", _ => Meaning, hex: true);
        reader.Bits(4, ("reserved", 1, null), ("stream", 31, stream => stream == 0 ? "the whole connection" : ""));
        var note = "";
        try
        {
            ReadPayload(reader);
        }
        catch (TruncatedException exception)
        {
            note = exception.Message;
        }

        return new ByteView($"HTTP/2 frame {Name}", Layer.Application, ToBytes(), reader.Fields, note.Length > 0 ? note : null);
    }

    /// <summary>The frame in one line: <c>HEADERS on stream 1, 24 bytes, END_STREAM, END_HEADERS</c>.</summary>
    public override string ToString() =>
        $"{Name} on stream {InvariantText.Format($"{Stream}")}, {Octets.Count(Payload.Length)}"
        + (Meaning.Length > 0 ? $", {Meaning}" : "");

    internal string Name => Type switch
    {
        Http2FrameType.ResetStream => "RST_STREAM",
        Http2FrameType.PushPromise => "PUSH_PROMISE",
        Http2FrameType.GoAway => "GOAWAY",
        Http2FrameType.WindowUpdate => "WINDOW_UPDATE",
        <= Http2FrameType.Continuation => Type.ToString().ToUpperInvariant(),
        _ => InvariantText.Format($"type {(byte)Type}"),
    };

    private string Meaning => string.Join(", ", NamesOfFlags());

    private IEnumerable<string> NamesOfFlags()
    {
        if ((Flags & EndStream) != 0 && Type is Http2FrameType.Data or Http2FrameType.Headers)
        {
            yield return "END_STREAM";
        }

        if ((Flags & Ack) != 0 && Type is Http2FrameType.Settings or Http2FrameType.Ping)
        {
            yield return "ACK";
        }

        if ((Flags & EndHeaders) != 0 && Type is Http2FrameType.Headers or Http2FrameType.Continuation)
        {
            yield return "END_HEADERS";
        }

        if ((Flags & Padded) != 0 && Type is Http2FrameType.Data or Http2FrameType.Headers)
        {
            yield return "PADDED";
        }
    }

    private void ReadPayload(FieldReader reader)
    {
        switch (Type)
        {
            case Http2FrameType.Settings:
                while (reader.Remaining > 0)
                {
                    reader.Group("setting", 6, setting =>
                    {
                        var name = setting.Number16("identifier", NameOfSetting);
                        return $"{NameOfSetting(name)} = {setting.Number32("value")}";
                    });
                }

                break;
            case Http2FrameType.WindowUpdate:
                reader.Number32("increment", more => $"{Octets.Count(more)} more of bodies may be sent");
                break;
            case Http2FrameType.Headers when (Flags & Padded) == 0:
                Hpack.Dissect(reader);
                break;
            case Http2FrameType.Data when (Flags & Padded) == 0 && reader.Remaining > 0:
                reader.Bytes("body", reader.Remaining, bytes => Octets.Quoted(bytes.Span, 60));
                break;
            default:
                if (reader.Remaining > 0)
                {
                    reader.Bytes("payload", reader.Remaining);
                }

                break;
        }
    }

    // RFC 9113, section 6.5.2.
    private static string NameOfSetting(ushort identifier) => identifier switch
    {
        1 => "HEADER_TABLE_SIZE",
        2 => "ENABLE_PUSH",
        3 => "MAX_CONCURRENT_STREAMS",
        4 => "INITIAL_WINDOW_SIZE",
        5 => "MAX_FRAME_SIZE",
        6 => "MAX_HEADER_LIST_SIZE",
        8 => "ENABLE_CONNECT_PROTOCOL", // RFC 8441
        _ => "unknown: to be ignored",
    };
}
