using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using NetworkingCourse.Application;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.6: read the server's name from a ClientHello.</summary>
    public static ServerNameExercise ServerName { get; } = new();
}

/// <summary>The learner reads the name of the server (SNI) from the first bytes that a TLS client sends.</summary>
public sealed partial class ServerNameExercise : CaseExercise<ServerNameExercise.Answer, ServerNameExercise.Sent>
{
    private const int RandomCases = 40;
    private const int RecordHeader = 5;
    private const int BeforeSession = RecordHeader + 4 + 2 + 32; // message header, version, random
    private const int NameInFirst = 97; // the offset of the name in the first case of every check
    private const int MaxSessionIdLength = 32;
    private const string Fake = "fake.test";

    internal ServerNameExercise()
        : base(new ExerciseText(
            "1-application/6-the-tunnel-and-tls.ipynb", "1.6", 1, nameof(Exercises.ServerName),
            "Which server does the client want?",
            "A program sees the first bytes that a client sends, and wants to know which server they are for, as a load balancer "
                + "does. Return the `host_name` of the extension `server_name`. Return null if there is no such extension, if "
                + "this is not a ClientHello in a handshake record, if it has not arrived completely, or if a length inside does "
                + "not fit into the length around it. Bytes after the record do not belong to it. Never throw an exception: "
                + "anyone can send you anything.",
            [
                "Go through the message field by field: the table above shows their order, and which of them are preceded by a "
                    + "length. Write one helper that takes a number of bytes, or says that they are not there.",
                "From byte 43 on: a session ID with a length of 1 byte, the cipher suites with one of 2, the compression methods "
                    + "with one of 1, and the extensions with one of 2. Each extension has a type of 2 bytes and a length of 2. "
                    + "That of type 0 holds a list with a length of 2, then a type of 1 byte, a length of 2, and the name.",
                "Lengths are big-endian: `bytes[at] << 8 | bytes[at + 1]`. Keep the end of the block that you are in, at first "
                    + "`5 + length of the record`, and compare with it before you read. If you need to give up from deep inside, "
                    + "a `try` around all of it is allowed.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="bytes">What the client has sent so far, from its first byte.</param>
    /// <returns>The name of the server that the client wants; null if it cannot be told.</returns>
    public delegate string? Answer(byte[] bytes);

    private enum Flaw
    {
        None,
        FixedOffset,
        FirstExtension,
        LongSession,
        LowByte,
        NoTypes,
        NoEnds,
        HalfName,
        NoBounds,
    }

    /// <inheritdoc/>
    public override int Minutes => 20;

    internal override Answer Reference => bytes =>
    {
        if (bytes.Length < RecordHeader || bytes.Length < RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(3)))
        {
            return null;
        }

        try
        {
            return ClientHello.Parse(bytes).ServerName;
        }
        catch (FormatException)
        {
            return null;
        }
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "reads the name at a fixed offset",
            "Your method looks where the name was in one particular ClientHello. Nearly everything before it varies in "
                + "length: the session ID, the cipher suites, and the extensions in front of this one. Go from field to "
                + "field, by their lengths.",
            bytes => Read(bytes, Flaw.FixedOffset)),
        new(
            "looks only at the first extension",
            "Your method expects `server_name` to be the first extension. They may come in any order (RFC 8446, section "
                + "4.2), and Chrome shuffles them on purpose, for each connection, so that no program gets used to an order. "
                + "Go through all of them.",
            bytes => Read(bytes, Flaw.FirstExtension)),
        new(
            "takes every session ID for 32 bytes long",
            "Your method skips 32 bytes for the session ID. Its length stands in the byte before it: 32 in many hellos of "
                + "TLS 1.3, which imitate TLS 1.2 there, and 0 in others. With a wrong length, all that follows is read at "
                + "wrong places.",
            bytes => Read(bytes, Flaw.LongSession)),
        new(
            "reads one byte of a length of two",
            "Your method reads only one byte of some lengths that have two. As long as a list is shorter than 256 bytes, the "
                + "other byte is 0, and all goes well. Clients that offer many cipher suites, or a large key share, exceed "
                + "that. Compute `bytes[at] << 8 | bytes[at + 1]`.",
            bytes => Read(bytes, Flaw.LowByte)),
        new(
            "searches for something that looks like a name",
            "Your method turns the bytes into text and searches for something that looks like a name. There is other text in "
                + "a ClientHello, such as `http/1.1` in the extension for ALPN, and a client chooses its session ID as it "
                + "likes. An attacker puts a harmless name where you find it, and the real one where the server looks.",
            bytes => NameLike().Match(Encoding.Latin1.GetString(bytes)) is { Success: true } match ? match.Value : null),
        new(
            "searches for the bytes of the extension",
            "Your method searches for bytes that look like the extension: `00 00`, and lengths that fit. Session IDs and tickets "
                + "are chosen by others, and can contain just these bytes. What a byte means depends on where it stands: you "
                + "know that only if you have read all fields before it.",
            Search),
        new(
            "does not check that it is a ClientHello",
            "Your method does not look at the types: byte 0 is 22 for a handshake record, and byte 5 is 1 for a ClientHello. In "
                + "any other message the same places mean something else, and your method finds a name in noise.",
            bytes => Read(bytes, Flaw.NoTypes)),
        new(
            "reads beyond the end of a block",
            "Your method compares only with the end of the array, or not at all. The list of extensions ends where its length "
                + "says, and so does a name; what comes after it belongs to something else, and may be there to deceive you. "
                + "Each block has an end of its own, and it must lie within the block around it.",
            bytes => Read(bytes, Flaw.NoEnds)),
        new(
            "returns a part of the name",
            "TCP has delivered only a part of the message, and your method returns the letters that have arrived. `www.add` is a "
                + "name too, and may belong to another site. If not all bytes of the message are there, return null; the "
                + "caller will ask again when more have come.",
            bytes => Read(bytes, Flaw.HalfName)),
        new(
            "throws an exception if bytes are missing",
            "Your method fails if a message is cut off. It must not trust that what a length announces has arrived: TCP "
                + "delivers in pieces, and an attacker writes any length that does harm. An exception that is not caught ends "
                + "your program, and all its other clients with it. Compare before you read, or catch the exception.",
            bytes => Read(bytes, Flaw.NoBounds)),
        new(
            "demands that nothing follows the record",
            "Your method returns null if more bytes come after the record. They do not belong to the ClientHello, and change "
                + "nothing in it: TCP delivers a stream, and one read may bring the next record as well. Check that there are "
                + "*at least* as many bytes as the record needs.",
            bytes => bytes.Length > RecordHeader
                && bytes.Length == RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(3))
                ? Read(bytes, Flaw.None)
                : null),
    ];

    private protected override IEnumerable<Sent> Cases(Random random)
    {
        // In the first case, the name must be at NameInFirst, and no other text before it.
        yield return Hello(random, "www.adder.test", session: MaxSessionIdLength, suites: 3, place: 0, others: 3);
        var inText = Hello(
            random, null, session: MaxSessionIdLength, suites: 3, place: 0, others: 3,
            sessionId: [.. Encoding.ASCII.GetBytes(Fake), 0]);
        yield return inText with { What = $"a ClientHello without a name, with a session ID that contains the text `{Fake}`" };
        yield return Hello(random, "music.test", session: MaxSessionIdLength, suites: 5, place: 0, others: 3);
        yield return Hello(random, "music.test", session: MaxSessionIdLength, suites: 3, place: 3, others: 3);
        yield return Hello(random, "music.test", session: 0, suites: 5, place: 0, others: 2);
        yield return Hello(random, "www.adder.test", session: 8, suites: 140, place: 2, others: 4);
        yield return Hello(random, null, session: MaxSessionIdLength, suites: 3, place: 0, others: 4);
        yield return Hello(random, null, session: 0, suites: 9, place: 0, others: 0);

        var hello = Hello(random, "music.test", session: MaxSessionIdLength, suites: 4, place: 0, others: 3);
        yield return hello with
        {
            Bytes = (byte[])[.. hello.Bytes.Span, 20, 3, 3, 0, 1, 1],
            What = $"{hello.What}, followed by another record",
        };
        yield return With(hello, 2, 3, $"{hello.What}, in a record that says TLS 1.2");
        var inName = hello.NameEnds - 4;
        foreach (var count in (int[])[inName, 0, 1, RecordHeader, RecordHeader + 1, BeforeSession, BeforeSession + 1, inName + 1])
        {
            yield return Cut(hello, count);
        }

        for (var i = 0; i < 12; i++)
        {
            yield return Cut(hello, random.Next(hello.Bytes.Length));
        }

        foreach (var sent in Hostile(random))
        {
            yield return sent;
        }

        for (var i = 0; i < RandomCases; i++)
        {
            var sent = RandomHello(random);
            yield return random.Next(4) == 0 ? Cut(sent, random.Next(sent.Bytes.Length)) : sent;
        }
    }

    private protected override object? Apply(Answer answer, Sent arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        try
        {
            var name = answer(arguments.Bytes.ToArray());
            // If the name has arrived completely, it does no harm to know it already.
            var isEarly = arguments.NameEnds <= arguments.Bytes.Length && name == arguments.EarlyName;
            return isEarly || name is null ? new Said("null") : name;
        }
        catch (Exception exception) when (exception is
            IndexOutOfRangeException or ArgumentException or OverflowException or EndOfStreamException or TruncatedException)
        {
            return new Said("an exception: beyond the end of the bytes");
        }
    }

    private protected override string Describe(Sent arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return InvariantText.Format($"a client sent {Octets.Count(arguments.Bytes.Length)}: {arguments.What}");
    }

    // Bytes that contain a name and must not be believed.
    private static IEnumerable<Sent> Hostile(Random random)
    {
        var name = "www.adder.test";
        var hello = Hello(random, name, session: 0, suites: 3, place: 0, others: 2);
        yield return With(hello, 0, 23, $"what looks like a ClientHello for `{name}`, in a record of type 23 (data)");
        yield return With(hello, RecordHeader, 2, $"what looks like a ClientHello for `{name}`, but is a ServerHello");
        yield return With(hello, BeforeSession, 250, $"a ClientHello for `{name}` with a session ID of 250 bytes, too many");
        yield return hello with
        {
            Bytes = (byte[])[.. hello.Bytes.Span[..3], .. Long(60), .. hello.Bytes.Span[RecordHeader..]],
            What = $"a ClientHello for `{name}` that is longer than the record around it",
        };
        const int list = BeforeSession + 1 + 2 + (2 * 3) + 2; // after the session ID, the suites and the compression methods
        yield return hello with
        {
            Bytes = (byte[])[.. hello.Bytes.Span[..list], .. Long(0), .. hello.Bytes.Span[(list + 2)..]],
            What = $"a ClientHello with an empty list of extensions; after the list, an extension for `{name}`",
        };

        var inTicket = Hello(random, null, session: 0, suites: 3, place: 0, others: 1, ticket: Extension(0, NameList(Fake)));
        yield return inTicket with { What = $"a ClientHello without a name, with a session ticket that imitates one, `{Fake}`" };
        var inSession = Hello(
            random, name, session: MaxSessionIdLength, suites: 3, place: 0, others: 1, sessionId: Extension(0, NameList(Fake)));
        yield return inSession with { What = $"a ClientHello for `{name}`, with a session ID that imitates another, `{Fake}`" };

        var nameless = Hello(random, null, session: 0, suites: 3, place: 0, others: 2);
        yield return nameless with
        {
            Bytes = (byte[])[.. nameless.Bytes.Span, .. Extension(0, NameList(Fake))],
            What = $"a ClientHello without a name; after its end, bytes that look like an extension for `{Fake}`",
        };
        var last = Hello(random, "ab.test", session: 0, suites: 3, place: 0, others: 3);
        yield return With(
            last, last.NameEnds - 8, 20, "a ClientHello for `ab.test` in which the name is said to be longer than its extension");
        yield return new(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: music.test\r\n\r\n"), "a request in the clear");
        yield return new(random.GetItems([.. Enumerable.Range(0, 256).Select(value => (byte)value)], 60), "random bytes");
    }

    private static Sent RandomHello(Random random)
    {
        var name = random.Next(5) == 0 ? null : random.GetString("abcxyz", random.Next(1, 9)) + ".test";
        var others = random.Next(1, 7);
        return Hello(
            random, name, session: random.GetItems([0, 8, 16, MaxSessionIdLength, MaxSessionIdLength], 1)[0],
            suites: random.Next(1, 180), place: random.Next(others + 1), others);
    }

    private static Sent Hello(
        Random random, string? name, int session, int suites, int place, int others,
        byte[]? ticket = null, byte[]? sessionId = null)
    {
        List<byte[]> extensions = [.. Others(random, ticket).Take(others)];
        var before = extensions.Take(place).Sum(extension => extension.Length);
        if (name is not null)
        {
            extensions.Insert(place, Extension(0, NameList(name)));
        }

        var id = new byte[session];
        random.NextBytes(id);
        sessionId?.CopyTo(id, 0);
        var fresh = new byte[32];
        random.NextBytes(fresh);
        byte[] list = [.. extensions.SelectMany(one => one)];
        byte[] beforeExtensions =
        [
            3, 3, .. fresh, (byte)session, .. id,
            .. Long(2 * suites), .. Enumerable.Range(0, suites).SelectMany(i => Long(0x1301 + i)), 1, 0,
        ];
        byte[] body = list.Length == 0 ? beforeExtensions : [.. beforeExtensions, .. Long(list.Length), .. list];
        byte[] bytes = [22, 3, 1, .. Long(body.Length + 4), 1, 0, .. Long(body.Length), .. body];
        var what = InvariantText.Format($"a session ID of {Octets.Count(session)}, {suites} cipher suites, ")
            + (name is not null ? InvariantText.Format($"server_name as extension {place + 1} of {extensions.Count}")
                : list.Length == 0 ? "no extensions" : InvariantText.Format($"{extensions.Count} extensions"));
        return new(bytes, $"a ClientHello {(name is null ? "without a name" : $"for `{name}`")}; {what}")
        {
            Name = name,
            NameEnds = RecordHeader + 4 + beforeExtensions.Length + 2 + before + 9 + (name?.Length ?? 0),
        };
    }

    // Other extensions, in any order. That for ALPN comes first here, because it contains text.
    private static IEnumerable<byte[]> Others(Random random, byte[]? ticket)
    {
        if (ticket is not null)
        {
            yield return Extension(35, ticket);
            yield break;
        }

        var key = new byte[32];
        random.NextBytes(key);
        byte[][] more =
        [
            Extension(43, [4, 3, 4, 3, 3]), Extension(23, []), Extension(0xff01, [0]), Extension(0x0a0a, []),
            Extension(51, [0, 36, 0, 0x1d, 0, 32, .. key]), Extension(21, new byte[random.Next(300)]),
        ];
        random.Shuffle(more);
        yield return Extension(16, [0, 12, 2, .. "h2"u8, 8, .. "http/1.1"u8]);
        foreach (var extension in more)
        {
            yield return extension;
        }
    }

    private static byte[] Extension(int type, byte[] content) => [.. Long(type), .. Long(content.Length), .. content];

    private static byte[] NameList(string name) =>
        [.. Long(name.Length + 3), 0, .. Long(name.Length), .. Encoding.ASCII.GetBytes(name)];

    private static byte[] Long(int number) => [(byte)(number >> 8), (byte)number];

    private static Sent Cut(Sent hello, int count) => hello with
    {
        Bytes = hello.Bytes[..count],
        What = InvariantText.Format($"the first {count} of {hello.Bytes.Length} bytes of {hello.What}"),
        EarlyName = hello.Name,
    };

    private static Sent With(Sent hello, int at, byte value, string what)
    {
        var bytes = hello.Bytes.ToArray();
        bytes[at] = value;
        return new(bytes, what);
    }

    // What a right answer does, or one with a flaw.
    private static string? Read(byte[] bytes, Flaw flaw)
    {
        if (flaw == Flaw.FixedOffset)
        {
            return bytes.Length > NameInFirst && bytes.Length >= NameInFirst + bytes[NameInFirst - 1]
                ? Encoding.Latin1.GetString(bytes, NameInFirst, bytes[NameInFirst - 1]) : null;
        }

        try
        {
            return new HelloReader(bytes, flaw).Name();
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    private static string? Search(byte[] bytes)
    {
        for (var at = 0; at + 9 < bytes.Length; at++)
        {
            int Number(int offset) => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + offset));
            var length = Number(7);
            if (Number(0) == 0 && bytes[at + 6] == 0 && length > 0 && Number(4) == length + 3 && Number(2) == length + 5
                && at + 9 + length <= bytes.Length)
            {
                return Encoding.Latin1.GetString(bytes, at + 9, length);
            }
        }

        return null;
    }

    [GeneratedRegex("[a-z0-9-]+([.][a-z0-9-]+)+")]
    private static partial Regex NameLike();

    private sealed class HelloReader(byte[] bytes, Flaw flaw)
    {
        private int _at;
        private int _end = bytes.Length; // of the block that is being read

        public string? Name()
        {
            var isHandshake = Number(1) == 22;
            Skip(2);
            Enter(Number(2));
            var isHello = Number(1) == 1;
            if (flaw != Flaw.NoTypes && !(isHandshake && isHello))
            {
                return null;
            }

            Skip(3 + 2 + 32);
            var session = Number(1);
            Skip(flaw == Flaw.LongSession ? MaxSessionIdLength : session);
            Skip(Length());
            Skip(Number(1));
            if (_at >= _end)
            {
                return null;
            }

            Enter(Length());
            while (_at < _end)
            {
                var (type, length) = (Number(2), Number(2));
                if (type == 0)
                {
                    Enter(length);
                    Skip(3);
                    return Text(Number(2));
                }

                if (flaw == Flaw.FirstExtension)
                {
                    return null;
                }

                Skip(length);
            }

            return null;
        }

        private int Length() => flaw == Flaw.LowByte ? Number(2) & 0xff : Number(2);

        private int Number(int count)
        {
            Need(count);
            var number = 0;
            for (; count > 0; count--)
            {
                number = (number << 8) | bytes[_at++];
            }

            return number;
        }

        private void Skip(int count)
        {
            Need(count);
            _at += count;
        }

        private void Enter(int length)
        {
            if (flaw is not (Flaw.NoEnds or Flaw.HalfName))
            {
                Need(length);
            }

            _end = flaw switch
            {
                Flaw.NoEnds => bytes.Length,
                Flaw.HalfName => Math.Min(_at + length, bytes.Length),
                _ => _at + length,
            };
        }

        private string Text(int length)
        {
            if (flaw == Flaw.HalfName)
            {
                length = Math.Min(length, _end - _at);
            }

            Need(length);
            return Encoding.Latin1.GetString(bytes, _at, length);
        }

        private void Need(int count)
        {
            if (_at + count > _end && flaw != Flaw.NoBounds)
            {
                throw new EndOfStreamException();
            }
        }
    }

    /// <summary>What a client has sent; see <see cref="Answer"/>.</summary>
    /// <param name="Bytes">The bytes.</param>
    /// <param name="What">What they are, in words.</param>
    public sealed record Sent(ReadOnlyMemory<byte> Bytes, string What)
    {
        internal string? Name { get; init; }

        internal int NameEnds { get; init; }

        /// <summary>The name in a message of which some bytes are missing.</summary>
        internal string? EarlyName { get; init; }
    }
}
