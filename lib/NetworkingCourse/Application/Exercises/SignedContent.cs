using System.Security.Cryptography;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.7: what a server signs, to prove that it has the key of its certificate.</summary>
    public static SignedContentExercise SignedContent { get; } = new();
}

/// <summary>The learner puts together the octets that a TLS 1.3 server signs.</summary>
public sealed class SignedContentExercise : CaseExercise<SignedContentExercise.Answer, SignedContentExercise.Messages>
{
    private const int RandomCases = 30;
    private const int Padding = 64;
    private const byte Space = 0x20;

    internal SignedContentExercise()
        : base(new ExerciseText(
            "1-application/7-a-key-agreed-in-public.ipynb", "1.7", 2, nameof(Exercises.SignedContent),
            "What a server signs",
            "Return the octets that a TLS 1.3 server signs (RFC 8446, section 4.4.3): 64 octets with the value 0x20; the text "
                + "`TLS 1.3, server CertificateVerify` in ASCII; one octet 0; and the SHA-256 hash of the transcript, which is "
                + "the client's message followed by the server's.",
            [
                "The transcript comes first: one array with both messages. `SHA256.HashData` makes 32 octets of it.",
                "`[.. new byte[64].Select(_ => (byte)0x20), .. Encoding.ASCII.GetBytes(text), 0, .. hash]` joins the parts.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="client">The client's message, with its half of the key exchange.</param>
    /// <param name="server">The server's message, with its half.</param>
    /// <returns>The octets to be signed.</returns>
    public delegate byte[] Answer(byte[] client, byte[] server);

    internal override Answer Reference => (client, server) => Content([.. client, .. server]);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "leaves out the client's message",
            "The hash is of the server's message only. Then the signature does not say for which conversation it was made: "
                + "an attacker who has recorded it could replay it to another client.",
            (_, server) => Content(server)),
        new(
            "leaves out the server's message",
            "The hash is of the client's message only. An attacker on the path could replace the server's half of the key "
                + "exchange by its own, and the signature would still be right. That is the very attack that it is to stop.",
            (client, _) => Content(client)),
        new(
            "puts the server's message first",
            "The transcript has the messages in the order in which they were sent: the client's first. Both ends must hash the "
                + "same octets.",
            (client, server) => Content([.. server, .. client])),
        new(
            "signs the messages themselves",
            "The transcript stands there itself, and not its hash. The format has 32 octets at its end, however long the "
                + "messages are: `SHA256.HashData`.",
            (client, server) => [.. Frame("server"), .. client, .. server]),
        new(
            "hashes each message",
            "There are two hashes at the end. The transcript is one sequence of octets, and has one hash.",
            (client, server) => [.. Frame("server"), .. SHA256.HashData(client), .. SHA256.HashData(server)]),
        new(
            "leaves out the 64 octets",
            "The 64 octets 0x20 at the beginning are missing. They make sure that a signature of this protocol cannot pass for "
                + "one of an older version, in which an attacker could choose the first octets.",
            (client, server) => Content([.. client, .. server])[Padding..]),
        new(
            "begins with zeros",
            "The first 64 octets are 0. They are to be 0x20, which is a space.",
            (client, server) => [.. new byte[Padding], .. Content([.. client, .. server])[Padding..]]),
        new(
            "says client",
            "The text names the client. It says who has signed, so that a server's signature cannot be sent back as a client's.",
            (client, server) => [.. Frame("client"), .. SHA256.HashData([.. client, .. server])]),
        new(
            "leaves out the zero",
            "Between the text and the hash there is one octet 0. It marks the end of the text.",
            (client, server) => [.. Frame("server").SkipLast(1), .. SHA256.HashData([.. client, .. server])]),
        new(
            "writes the digit 0",
            "Between the text and the hash stands the *digit* 0, the octet 0x30. It should be the *number* 0, the octet 0x00.",
            (client, server) =>
                [.. Frame("server").SkipLast(1), (byte)'0', .. SHA256.HashData([.. client, .. server])]),
        new(
            "writes the hash as text",
            "The hash stands there as text, two hexadecimal digits for each octet. The format has its 32 octets as they are: "
                + "append what `SHA256.HashData` returns.",
            (client, server) =>
            [
                .. Frame("server"),
                .. System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(SHA256.HashData([.. client, .. server]))),
            ]),
        new(
            "hashes everything",
            "Your method returns the hash of all parts together. Only the transcript is hashed; the 64 octets, the text and the "
                + "zero stand in front of its hash as they are.",
            (client, server) => SHA256.HashData([.. Frame("server"), .. client, .. server])),
    ];

    private protected override IEnumerable<Messages> Cases(Random random)
    {
        yield return new("client: 8"u8.ToArray(), "server: 19"u8.ToArray());
        yield return new([1], [2, 3]);
        for (var i = 0; i < RandomCases; i++)
        {
            yield return new(Bytes(random), Bytes(random));
        }
    }

    private protected override object? Apply(Answer answer, Messages arguments) =>
        answer([.. arguments.Client], [.. arguments.Server]) is { } bytes ? bytes.ToArray() : null;

    private protected override string Describe(Messages arguments) => InvariantText.Format(
        $"the client's message is {Convert.ToHexString(arguments.Client)}, the server's {Convert.ToHexString(arguments.Server)}");

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(1, 12)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Content(byte[] transcript) => [.. Frame("server"), .. SHA256.HashData(transcript)];

    private static byte[] Frame(string signer) =>
    [
        .. Enumerable.Repeat(Space, Padding),
        .. System.Text.Encoding.ASCII.GetBytes($"TLS 1.3, {signer} CertificateVerify"),
        0,
    ];

    /// <summary>The two messages of a handshake.</summary>
    /// <param name="Client">The client's.</param>
    /// <param name="Server">The server's.</param>
    public sealed record Messages(byte[] Client, byte[] Server);
}
