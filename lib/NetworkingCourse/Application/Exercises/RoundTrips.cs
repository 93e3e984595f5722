using System.Security.Authentication;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.3: how many round trips it takes to fetch objects.</summary>
    public static RoundTripsExercise RoundTrips { get; } = new();
}

/// <summary>The learner counts the round trips that it takes to fetch a number of small objects.</summary>
public sealed class RoundTripsExercise : CaseExercise<RoundTripsExercise.Answer, RoundTripsExercise.Fetch>
{
    private const int RandomCases = 40;

    internal RoundTripsExercise()
        : base(new ExerciseText(
            "1-application/3-one-request-four-levels.ipynb", "1.3", 2, nameof(Exercises.RoundTrips),
            "Count the round trips",
            "A client fetches `objects` small objects from one server, one after the other: it sends a request when the "
                + "response to the one before is there. `kept` says whether all use one connection that is kept open; "
                + "otherwise each has a new connection. `tls` is `SslProtocols.Tls13`, `SslProtocols.Tls12`, or "
                + "`SslProtocols.None` for plain TCP; every TLS handshake is a full one. Return the number of round trips "
                + "until the last object is there. The time on the machines does not count.",
            [
                "What happens once for each connection, and what once for each object? How many connections are there?",
                "A connection takes 1 round trip for TCP, and 0, 1 or 2 for the TLS handshake. A request and its response "
                    + "take 1. With `kept`: connection + objects. Without: objects · (connection + 1).",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="objects">The number of objects; at least 1.</param>
    /// <param name="tls">The version of TLS: 1.2, 1.3 or none.</param>
    /// <param name="kept">Whether all objects come over one connection.</param>
    /// <returns>The number of round trips until the last object has arrived.</returns>
    public delegate int Answer(int objects, SslProtocols tls, bool kept);

    /// <inheritdoc/>
    public override int Minutes => 5;

    internal override Answer Reference => (objects, tls, kept) => Count(objects, kept, 1 + Handshake(tls));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "forgets the handshakes",
            "Your method counts the requests only. Before the first byte of a request can be sent there must be a "
                + "connection, and over TLS a second handshake: even the smallest page over a long path takes two or three "
                + "round trips.",
            (objects, _, _) => objects),
        new(
            "forgets the TLS handshake",
            "Your method counts the handshake of TCP, but not that of TLS. Client and server must first agree on keys, and "
                + "that takes messages there and back: one round trip with TLS 1.3, two with TLS 1.2.",
            (objects, _, kept) => Count(objects, kept, 1)),
        new(
            "lets TLS replace the TCP handshake",
            "Your method counts either TCP's handshake or TLS's, not both. TLS speaks *over* a TCP connection, which must be "
                + "there first. (QUIC joins the two handshakes into one, and this is the round trip that it saves.)",
            (objects, tls, kept) => Count(objects, kept, Math.Max(1, Handshake(tls)))),
        new(
            "takes both versions of TLS for 1.3",
            "Your method counts one round trip for the TLS handshake in any version. In TLS 1.2 the client learns only from "
                + "the server's first answer how the keys are to be made, and its own part of them needs a second round "
                + "trip. TLS 1.3 guesses, and sends its part at once.",
            (objects, tls, kept) => Count(objects, kept, 1 + Math.Min(1, Handshake(tls)))),
        new(
            "takes both versions of TLS for 1.2",
            "Your method counts two round trips for the TLS handshake in any version. In TLS 1.3 the client sends its part "
                + "of the key with its very first message, and may send its request as soon as the server has answered: one "
                + "round trip.",
            (objects, tls, kept) => Count(objects, kept, tls == SslProtocols.None ? 1 : 3)),
        new(
            "opens a connection for each object, always",
            "Your method does not look at `kept`, and counts a connection for each object. On a connection that is kept "
                + "open, the handshakes are paid for once: from the second object on, each takes a single round trip.",
            (objects, tls, _) => Count(objects, kept: false, 1 + Handshake(tls))),
        new(
            "opens one connection, always",
            "Your method does not look at `kept`, and counts one connection. Without `kept`, every object begins with the "
                + "handshakes of a connection of its own, as in HTTP/1.0.",
            (objects, tls, _) => Count(objects, kept: true, 1 + Handshake(tls))),
        new(
            "pays for TLS only once",
            "Your method counts a new TCP connection for each object, but the TLS handshake only for the first. The keys "
                + "belong to the connection, and end with it. (A session can be resumed. That saves computing, and one round "
                + "trip with TLS 1.2, but not the handshake itself; and here every handshake is a full one.)",
            (objects, tls, kept) => Count(objects, kept, 1) + Handshake(tls)),
        new(
            "counts two round trips for TCP",
            "Your method counts two round trips for TCP's handshake of three segments. The third, the client's ACK, needs no "
                + "answer: the client may send its request right after it. When the second has arrived, after one round "
                + "trip, the connection can be used.",
            (objects, tls, kept) => Count(objects, kept, 2 + Handshake(tls))),
        new(
            "lets the request travel with the handshake",
            "Your method counts no round trip for the first request on a connection. It cannot be sent before the handshake "
                + "is done, and its response must travel, too. (TCP Fast Open and the early data of TLS 1.3 do send it "
                + "along. Neither is used here.)",
            (objects, tls, kept) => Count(objects, kept, Handshake(tls))),
        new(
            "pays for TLS with each request",
            "Your method counts a TLS handshake for each object, also on a connection that is kept open. Its keys hold as long "
                + "as the connection: one handshake at the beginning is enough.",
            (objects, tls, kept) => Count(objects, kept, 1) + (objects * Handshake(tls))),
        new(
            "sends all requests at once",
            "Your method counts one round trip for all requests on a connection, as if they were sent at once. This client waits "
                + "for each response before it sends the next request.",
            (objects, tls, kept) => kept ? 2 + Handshake(tls) : Count(objects, kept, 1 + Handshake(tls))),
    ];

    private protected override IEnumerable<Fetch> Cases(Random random)
    {
        yield return new(1, SslProtocols.None, true);
        yield return new(1, SslProtocols.None, false);
        yield return new(1, SslProtocols.Tls13, true);
        yield return new(1, SslProtocols.Tls12, true);
        yield return new(8, SslProtocols.None, true);
        yield return new(8, SslProtocols.None, false);
        yield return new(3, SslProtocols.Tls13, false);
        yield return new(3, SslProtocols.Tls12, false);
        // Wrong rules that agree for one kind of connection must differ for most of the others.
        SslProtocols[] versions = [SslProtocols.Tls12, SslProtocols.Tls13, SslProtocols.Tls12, SslProtocols.None];
        for (var i = 0; i < RandomCases; i++)
        {
            yield return new(random.Next(2, 40), versions[i % versions.Length], i % 3 == 0);
        }
    }

    private protected override object? Apply(Answer answer, Fetch arguments) =>
        answer(arguments.Objects, arguments.Tls, arguments.Kept);

    private protected override string Describe(Fetch arguments)
    {
        var what = InvariantText.Count(arguments.Objects, "object");
        var over = arguments.Tls switch
        {
            SslProtocols.Tls13 => "TLS 1.3",
            SslProtocols.None => "plain TCP",
            _ => "TLS 1.2",
        };
        return $"fetched {what} over {over}, {(arguments.Kept ? "on one connection" : "each on a connection of its own")}";
    }

    private static int Count(int objects, bool kept, int connection) =>
        kept ? connection + objects : objects * (connection + 1);

    private static int Handshake(SslProtocols tls) => tls switch
    {
        SslProtocols.None => 0,
        SslProtocols.Tls13 => 1,
        _ => 2,
    };

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Objects">The number of objects.</param>
    /// <param name="Tls">The version of TLS.</param>
    /// <param name="Kept">Whether the connection is kept open.</param>
    public sealed record Fetch(int Objects, SslProtocols Tls, bool Kept);
}
