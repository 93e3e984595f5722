using System.Net;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.10: a handshake for which the server remembers nothing.</summary>
    public static SynCookieExercise SynCookie { get; } = new();
}

/// <summary>The learner makes and checks the sequence numbers that replace half-open connections.</summary>
public sealed class SynCookieExercise : ScriptExercise<Func<OwnSynCookies>>
{
    private const int RandomScripts = 40;

    private static readonly IPEndPoint Server = new(IPAddress.Parse("192.0.2.1"), 443);
    private static readonly SynCookies Right = new();

    internal SynCookieExercise()
        : base(new ExerciseText(
            "2-transport/10-what-the-kernel-does.ipynb", "2.10", 2, nameof(Exercises.SynCookie),
            "Remember nothing",
            "Write an `OwnSynCookies`. `Make` returns a cookie of 32 bits: the period modulo 32 in the highest 5; in the next 3 "
                + "the index of the largest of `SegmentSizes` that is not above the client's; and in the lowest 24 "
                + "`Hash(client, server, period)`. `Check` takes the acknowledgment number, which is the cookie plus 1, and "
                + "returns the segment size. It returns null unless the cookie was made for this client, in the current period "
                + "or the one before.",
            [
                "`Make`: three numbers, shifted by 27, 24 and 0, combined with `|`. `Check` first subtracts 1, and then takes "
                    + "them apart with `>>` and `&`. The hash needs the whole period, and the cookie has only 5 bits of it: "
                    + "which two periods come into question?",
                "`var age = (period - (int)(cookie >> 27)) & 31;` is 0 in the same period and 1 in the next, also when the 5 "
                    + "bits begin at 0 again. If it is more, return null. Else compare the lowest 24 bits with "
                    + "`Hash(client, server, period - age)`.",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        NoMinusOne,
        OnlyThisPeriod,
        AnyAge,
        NoWrap,
        RoundsUp,
        TrustsAnyone,
        ReturnsTheIndex,
        HashesFiveBits,
        IgnoresTheBits,
        Remembers,
        OneSizeLess,
        SwapsTheEnds,
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Func<OwnSynCookies> Reference => () => new SynCookies();

    internal override IReadOnlyList<Mistake<Func<OwnSynCookies>>> Mistakes { get; } = All();

    private protected override IEnumerable<Script<Func<OwnSynCookies>>> Scripts(Random random)
    {
        var client = new IPEndPoint(IPAddress.Parse("198.51.100.7"), 50_000);
        var other = new IPEndPoint(client.Address, 50_001);
        yield return Of(
        [
            new Syn(client, 1460, 4),
            new Ack(other, client, 1460, 4, 4),
            new Ack(client, client, 1460, 4, 4) { Add = 0 },
            new Ack(client, client, 1460, 4, 4),
            new Ack(client, client, 1460, 4, 5),
            new Ack(client, client, 1460, 4, 6),
            new Ack(client, client, 1460, 4, 36),
            new Ack(client, client, 1460, 4, 3),
            new Ack(client, client, 1460, 4, 4) { Bits = 13 },
            new Syn(client, 1450, 100),
            new Ack(client, client, 1450, 100, 100),
            new Ack(client, client, 1450, 100, 101),
        ]);
        yield return Of(
        [
            new Syn(other, 536, 31),
            new Ack(other, other, 536, 31, 32),
            new Ack(other, other, 536, 31, 63),
            new Ack(other, other, 9000, 63, 64),
            new Ack(other, other, 9000, 63, 63) { Bits = 1 },
            new Ack(other, null, 0, 0, 100),
        ]);
        for (var i = 0; i < RandomScripts; i++)
        {
            yield return Of([.. Enumerable.Range(0, 8).Select(_ => RandomEvent(random))]);
        }
    }

    private static Event RandomEvent(Random random)
    {
        var client = new IPEndPoint(IPAddress.Parse("198.51.100.7"), random.Next(40_000, 60_000));
        var (size, made) = (random.Next(536, 9001), random.Next(0, 200));
        if (random.Next(3) == 0)
        {
            return new Syn(client, size, made);
        }

        var sender = random.Next(4) == 0 ? new IPEndPoint(client.Address, client.Port - 1) : client;
        var age = random.Next(8) switch { < 3 => 0, < 6 => 1, 6 => random.Next(2, 31), _ => 32 };
        return new Ack(sender, client, size, made, made + age);
    }

    private static Script<Func<OwnSynCookies>> Of(Event[] events) => new(
        InvariantText.Format($"the server {Server}"),
        events.Length,
        i => events[i].ToString()!,
        answer =>
        {
            var cookies = answer();
            return cookies is null ? null : i => events[i].Respond(cookies);
        });

    private static List<Mistake<Func<OwnSynCookies>>> All()
    {
        List<Mistake<Func<OwnSynCookies>>> all = [];
        Add(
            Flaw.NoMinusOne,
            "takes the acknowledgment number for the cookie",
            "`Check` treats the acknowledgment number as the cookie itself. The SYN takes up a number, so the client "
                + "acknowledges the cookie *plus 1*. Subtract it first, in `uint` arithmetic: 0 becomes 4,294,967,295.");
        Add(
            Flaw.OnlyThisPeriod,
            "accepts only the current period",
            "A client whose SYN came at the end of a period, and whose acknowledgment came at the beginning of the next, was "
                + "refused. Every 64 seconds, all clients in the middle of a handshake would be turned away. Accept the period "
                + "before, too, and compute the hash with *that* period.");
        Add(
            Flaw.AnyAge,
            "accepts cookies of any age",
            "Your class accepted a cookie that was made more than one period ago. A client that once got a cookie could "
                + "open connections with it for ever. The period is in the cookie so that it expires.");
        Add(
            Flaw.NoWrap,
            "compares the 5 bits without modulo 32",
            "The 5 bits of the period begin at 0 again after 31. Your class took the difference of the two numbers as it was, "
                + "and refused a client that was served in the period before, or fetched the hash of a wrong period. `& 31` "
                + "makes the difference right.");
        Add(
            Flaw.RoundsUp,
            "chooses a larger segment size",
            "The segment size in the cookie is larger than the client's. The server would send segments that do not fit. "
                + "Choose the *largest of those that are not above* it: `SegmentSizes.Count(size => size <= segmentSize) - 1`.");
        Add(
            Flaw.TrustsAnyone,
            "does not compare the hash",
            "Your class accepted a cookie that was made for another client. Without the hash, anyone can make cookies, and "
                + "open connections under made-up addresses without ever seeing an answer. Compare the lowest 24 bits with the "
                + "hash for *this* client.");
        Add(
            Flaw.ReturnsTheIndex,
            "returns the index",
            "`Check` returned the three bits as they are. They number a place in `SegmentSizes`; the connection needs the size "
                + "itself: `SegmentSizes[index]`.");
        Add(
            Flaw.HashesFiveBits,
            "computes the hash from the 5 bits",
            "Your class accepted a cookie that is 32 periods old. The 5 bits of the period are the same again, and it has "
                + "computed the hash from them. They are only what remains of the period: the hash needs the whole of it, which "
                + "is `period` or the one before.");
        Add(
            Flaw.IgnoresTheBits,
            "does not compare the period's 5 bits",
            "Your class accepted a cookie whose 5 bits name another period. It tries the hashes of two periods, whatever the "
                + "bits say. An attacker who sends made-up numbers then succeeds 32 times as often: compare all the bits.");
        Add(
            Flaw.Remembers,
            "remembers its cookies",
            "Your class refused a good cookie whose SYN this object had not seen. It seems to remember what `Make` has returned, "
                + "and that is the list which the attacker fills. Compute the hash again, and compare.");
        Add(
            Flaw.OneSizeLess,
            "does not choose the size itself",
            "The client's segment size is one of `SegmentSizes`, and your class chose the one below it. *Not above* includes the "
                + "size itself: compare with `<=`.");
        Add(
            Flaw.SwapsTheEnds,
            "swaps client and server in the hash",
            "The lowest 24 bits are those of `Hash(server, client, period)`. The hash is another one if two arguments change "
                + "places, and both methods have to compute the same: `Hash(client, server, period)`.");
        return all;

        void Add(Flaw flaw, string name, string explanation) => all.Add(new(name, explanation, () => new Flawed(flaw)));
    }

    /// <summary>Something that happens at the server, and its response.</summary>
    private abstract record Event
    {
        public abstract object? Respond(OwnSynCookies cookies);
    }

    private sealed record Syn(IPEndPoint Client, int SegmentSize, int Period) : Event
    {
        public override object Respond(OwnSynCookies cookies) => Parts(cookies.Make(Client, Server, SegmentSize, Period));

        public override string ToString() =>
            InvariantText.Format($"a SYN from {Client}, segment size {SegmentSize}, in period {Period}");

        private static Said Parts(uint cookie) => new(InvariantText.Format($"period {cookie >> 27}, index {cookie >> 24 & 7}, ")
            + InvariantText.Format($"hash {cookie & 0xFFFFFF:X6}: 0x{cookie:X8}"));
    }

    // The cookie is a right one, so that a wrong `Make` does not make `Check` look wrong. MadeFor: null if it is made up.
    private sealed record Ack(IPEndPoint Sender, IPEndPoint? MadeFor, int SegmentSize, int Made, int Period) : Event
    {
        // What the client adds to the cookie.
        public uint Add { get; init; } = 1;

        // What is in the place of the period's bits; null if they are right.
        public uint? Bits { get; init; }

        public override object? Respond(OwnSynCookies cookies) => cookies.Check(Sender, Server, Number(), Period);

        public override string ToString() => InvariantText.Format($"an ACK from {Sender} in period {Period}, with ")
            + (MadeFor is null ? "the number 0, made up" : (Add == 0 ? "the number *before* that for the cookie " : "the cookie ")
                + InvariantText.Format($"that {(Sender.Equals(MadeFor) ? "it" : $"{MadeFor}")} got in period {Made}")
                + (Bits is { } bits ? InvariantText.Format($", its highest 5 bits changed to {bits}") : ""));

        private uint Number()
        {
            if (MadeFor is null)
            {
                return 0;
            }

            var cookie = Right.Make(MadeFor, Server, SegmentSize, Made);
            return unchecked((Bits is { } bits ? (cookie & 0x7FFFFFF) | bits << 27 : cookie) + Add);
        }
    }

    private sealed class Flawed(Flaw flaw) : OwnSynCookies
    {
        private readonly HashSet<uint> _made = [];

        public override uint Make(IPEndPoint client, IPEndPoint server, int segmentSize, int period)
        {
            var cookie = Right.Make(client, server, segmentSize, period);
            _made.Add(cookie);
            var index = SegmentSizes.TakeWhile(size => size < segmentSize).Count();
            return flaw switch
            {
                Flaw.RoundsUp => (cookie & ~(7u << 24)) | (uint)Math.Min(index, 7) << 24,
                Flaw.OneSizeLess => (cookie & ~(7u << 24)) | (uint)Math.Max(index - 1, 0) << 24,
                Flaw.SwapsTheEnds => (cookie & ~0xFFFFFFu) | Hash(server, client, period),
                _ => cookie,
            };
        }

        public override int? Check(IPEndPoint client, IPEndPoint server, uint acknowledgment, int period)
        {
            var cookie = flaw == Flaw.NoMinusOne ? acknowledgment : unchecked(acknowledgment - 1);
            var difference = (period % 32) - (int)(cookie >> 27);
            var age = flaw == Flaw.NoWrap ? difference : difference & 31;
            if (age < 0 || !(age <= (flaw == Flaw.OnlyThisPeriod ? 0 : 1) || flaw is Flaw.AnyAge or Flaw.IgnoresTheBits))
            {
                return null;
            }

            var isOwn = flaw switch
            {
                Flaw.TrustsAnyone => true,
                Flaw.HashesFiveBits => HasHashOf((int)(cookie >> 27)),
                Flaw.IgnoresTheBits => HasHashOf(period) || HasHashOf(period - 1),
                _ => HasHashOf(period - age) && (flaw != Flaw.Remembers || _made.Contains(cookie)),
            };
            var index = (int)(cookie >> 24) & 7;
            return !isOwn ? null : flaw == Flaw.ReturnsTheIndex ? index : SegmentSizes[index];

            bool HasHashOf(int made) => (cookie & 0xFFFFFF) == Hash(client, server, made);
        }
    }
}
