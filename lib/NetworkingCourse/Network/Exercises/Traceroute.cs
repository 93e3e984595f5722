using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.8: the loop of traceroute.</summary>
    public static TracerouteExercise Traceroute { get; } = new();
}

/// <summary>
/// The learner finds the routers on a path with probes that are counted, some of which get no reply, or a late one.
/// </summary>
public sealed class TracerouteExercise : CaseExercise<TracerouteExercise.Answer, TracerouteExercise.TracedPath>
{
    private const int RandomCases = 40;
    private const int Tries = 3;
    private const int MaxProbes = 300;
    private const int MaxShown = 12;
    private const string Exceeded = "time to live exceeded";
    private const string Arrived = "port unreachable";
    private const string NoHost = "host unreachable";
    private const string NoNetwork = "network unreachable";

    private static readonly Address Destination = Address.Parse("203.0.113.9");

    private enum Flaw
    {
        None,
        BeginsAtZero,
        ProbesOnce,
        AlwaysProbesThrice,
        StopsAtSilence,
        StopsBeforeSilence,
        LeavesOutSilence,
        EntersEachProbe,
        OneReplyIsEnough,
        PassesDestination,
        PassesUnreachable,
        LeavesOutLast,
        TakesLate,
        IgnoresMax,
        StopsBeforeMax,
    }

    internal TracerouteExercise()
        : base(new ExerciseText(
            "3-network/8-a-small-internet.ipynb", "3.8", 1, nameof(Exercises.Traceroute),
            "The loop of traceroute",
            "`send(ttl)` sends one probe with this TTL, to a port on which no program listens. It returns the reply, or "
                + "`null` if none has come in time. A reply has the `TimeToLive` of the probe that it is about, the address "
                + "`From` which it came, and what it `Says`. Probe with the TTL 1, then 2, and so on, and return one entry "
                + "for each TTL: the reply. If there is none, send the same probe again, at most three for each TTL. Then "
                + "the entry is `null`, and you go on with the next TTL. A reply that is late, to a probe with another TTL, "
                + "counts as none. After \"time to live exceeded\" the path goes on. Any other reply is the last entry. "
                + "There are at most `maxHops` entries. Send no probe that is not needed: they are counted.",
            [
                "Two loops, one inside the other: the outer one counts the TTL from 1 to `maxHops`, the inner one counts the "
                    + "probes with this TTL. When does the inner loop end early, and when does the outer one?",
                "In the inner loop: `var reply = send(ttl);`, and if `reply?.TimeToLive == ttl`, keep it and leave the loop. "
                    + "After the inner loop, add what you have kept, or `null`. If it is not null, and says anything but "
                    + "\"time to live exceeded\", return the list.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    /// <summary>The learner's method.</summary>
    /// <param name="send">Sends one probe with a time-to-live; returns its reply, or null if none has come in time.</param>
    /// <param name="maxHops">The largest time-to-live to try, at least 1.</param>
    /// <returns>The reply to each time-to-live from 1 on, in order; null where none came.</returns>
    public delegate IReadOnlyList<ProbeReply?> Answer(Func<int, ProbeReply?> send, int maxHops);

    internal override Answer Reference { get; } = (send, maxHops) => Trace(send, maxHops, Flaw.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        Of(
            Flaw.BeginsAtZero,
            "begins with a TTL of 0",
            "Your method begins with a TTL of 0. No packet may be sent with that (RFC 1122, section 3.2.1.7). There is no "
                + "reply, and the list begins with a hop that does not exist, so every router seems to be one hop farther "
                + "away. The first router answers to a TTL of 1."),
        Of(
            Flaw.ProbesOnce,
            "probes each TTL only once",
            "Your method sends one probe for each TTL. A probe or its reply may be lost, and many routers send only a few of "
                + "these errors a second. Then a hop seems to be silent although its router works. If no reply comes, send "
                + "the same probe again, at most three in all."),
        Of(
            Flaw.AlwaysProbesThrice,
            "sends three probes in any case",
            "Your method sends three probes for each TTL, even if the first one is answered. The real program does so, "
                + "because it shows three round-trip times. Here the question is only who answers. One reply is enough, and "
                + "each further probe is work for the routers. Leave the inner loop as soon as there is a reply."),
        Of(
            Flaw.StopsAtSilence,
            "stops at the first silent hop",
            "Your method ends when a hop stays silent. Many routers are set up to send no errors, and still forward packets. "
                + "Behind them the path goes on. Enter `null` for this hop and go on with the next TTL."),
        Of(
            Flaw.StopsBeforeSilence,
            "takes silence for the end",
            "Your method returns what it has when a hop stays silent, without an entry for this hop. A router that sends no "
                + "errors may still forward packets, and the path goes on behind it. Enter `null`, and go on with the next "
                + "TTL; only a reply or `maxHops` ends the trace."),
        Of(
            Flaw.LeavesOutSilence,
            "leaves out silent hops",
            "Your method enters only hops that have answered. Then the place in the list is no longer the TTL: a router "
                + "three hops away seems to be two hops away, and the list does not show that there is a silent one between "
                + "them. Enter `null` for a hop that stays silent; a real traceroute prints `*`."),
        Of(
            Flaw.EntersEachProbe,
            "makes an entry for each probe",
            "Your method makes an entry each time a probe gets no reply. The list has one entry for each TTL, however many "
                + "probes it took; otherwise one router that is silent looks like three. Add the entry after the inner loop, "
                + "not in it."),
        Of(
            Flaw.OneReplyIsEnough,
            "takes every reply for the destination",
            "Your method ends at the first reply. \"Time to live exceeded\" comes from a router on the way: the path goes "
                + "on. Look at what the reply `Says`."),
        Of(
            Flaw.PassesDestination,
            "goes on behind the destination",
            "Your method goes on after \"port unreachable\". Only the destination says that: the probe has arrived, and no "
                + "program listens on its port. With a greater TTL, each further probe arrives there too, and the "
                + "destination appears again and again."),
        Of(
            Flaw.PassesUnreachable,
            "goes on after \"host unreachable\"",
            "Your method ends only at \"port unreachable\". \"Host unreachable\" and \"network unreachable\" are an end too: "
                + "this router cannot forward the probe. With a greater TTL the probe gets no farther, so the same router "
                + "answers until `maxHops` is reached. End after every reply that is not \"time to live exceeded\"."),
        Of(
            Flaw.LeavesOutLast,
            "leaves out the last hop",
            "Your method ends before it has entered the last reply. The list then lacks the machine that the question was "
                + "about: the destination, or the router that cannot forward the probe. Add the reply first, and then look "
                + "whether it is the last one."),
        Of(
            Flaw.TakesLate,
            "takes a late reply",
            "Your method takes a reply to an earlier probe for the reply to this one. Then a router appears in two places, "
                + "and the one that really is there is missing. Compare `reply.TimeToLive` with the TTL that you have sent. "
                + "A late reply counts as none. (The real program sends each probe to another port: the error quotes the "
                + "probe, and the port says which one it was.)"),
        Of(
            Flaw.IgnoresMax,
            "does not end after maxHops",
            "Your method sends probes with a TTL greater than `maxHops`. That is the greatest one to try. If the destination "
                + "does not answer, for instance because a firewall drops the probes, nothing else ends the loop."),
        Of(
            Flaw.StopsBeforeMax,
            "ends one hop too early",
            "Your method does not try the TTL `maxHops`. It is the greatest one that may be tried, and a destination at just "
                + "that distance would not be found. The TTL begins at 1, so the condition is `ttl <= maxHops`."),
    ];

    private protected override IEnumerable<TracedPath> Cases(Random random)
    {
        yield return new(5, [Router(1), Router(2), End(3)]);
        yield return new(5, [Router(1), Router(2, silent: 1), End(3)]);
        yield return new(5, [Router(1), Silent, Router(3), End(4)]);
        yield return new(3, [Router(1), Router(2), Router(3), End(4)]);
        yield return new(5, [Router(1), Router(2), End(3, NoHost)]);
        yield return new(5, [Router(1, silent: 1), Router(2, isLateBefore: true), End(3)]);
        yield return new(3, [Router(1), Router(2), End(3)]);
        yield return new(4, [Router(1), Silent]);
        yield return new(5, [Router(1), End(2, NoNetwork)]);
        yield return new(4, [Router(1), Router(2, silent: 2), End(3, silent: 2)]);
        yield return new(4, [Router(1, silent: 3), Router(2), End(3, silent: 3)]);
        yield return new(4, [Router(1, silent: 2), Router(2, silent: 2, isLateBefore: true), End(3)]);
        yield return new(1, [End(1)]);
        yield return new(1, [Silent]);
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomPath(random);
        }
    }

    private protected override object? Apply(Answer answer, TracedPath arguments)
    {
        var probes = new Probes(arguments);
        try
        {
            return answer(probes.Send, arguments.MaxHops) is { } hops ? Outcome([.. hops], probes.Sent) : null;
        }
        catch (ExhaustedException)
        {
            return new Said(InvariantText.Format($"no end after {MaxProbes} probes"));
        }
    }

    private protected override string Describe(TracedPath arguments) =>
        InvariantText.Format($"traced a path with `maxHops` {arguments.MaxHops}. {arguments}");

    // A reply in the place of another TTL says so.
    private static Transcript Outcome(ProbeReply?[] hops, List<int> probes)
    {
        var lines = hops.Take(MaxShown).Select((reply, i) => InvariantText.Format($"{i + 1}: ") + (reply is null
            ? "null"
            : $"{reply.From}, {reply.Says}"
                + (reply.TimeToLive == i + 1 ? "" : InvariantText.Format($" (a reply to TTL {reply.TimeToLive})"))));
        var (more, others) = (hops.Length - MaxShown, probes.Count - Tries * MaxShown);
        return new Transcript(
        [
            .. hops.Length == 0 ? ["no entries"] : lines,
            .. more > 0 ? [InvariantText.Format($"and {more} more")] : Array.Empty<string>(),
            "TTLs of the probes: " + (probes.Count > 0 ? string.Join(", ", probes.Take(Tries * MaxShown)) : "none")
                + (others > 0 ? InvariantText.Format($" and {others} more") : ""),
        ]);
    }

    private static Mistake<Answer> Of(Flaw flaw, string name, string explanation) =>
        new(name, explanation, (send, maxHops) => Trace(send, maxHops, flaw));

    private static List<ProbeReply?> Trace(Func<int, ProbeReply?> send, int maxHops, Flaw flaw)
    {
        List<ProbeReply?> hops = [];
        var last = flaw switch
        {
            Flaw.IgnoresMax => int.MaxValue,
            Flaw.StopsBeforeMax or Flaw.BeginsAtZero => maxHops - 1,
            _ => maxHops,
        };
        for (var ttl = flaw == Flaw.BeginsAtZero ? 0 : 1; ttl <= last; ttl++)
        {
            ProbeReply? found = null;
            for (var i = 0; i < (flaw == Flaw.ProbesOnce ? 1 : Tries) && (found is null || flaw == Flaw.AlwaysProbesThrice); i++)
            {
                var reply = send(ttl);
                found ??= reply?.TimeToLive == ttl || flaw == Flaw.TakesLate ? reply : null;
                if (found is null && flaw == Flaw.EntersEachProbe)
                {
                    hops.Add(null);
                }
            }

            var isEnd = found is not null && flaw switch
            {
                Flaw.OneReplyIsEnough => true,
                Flaw.PassesDestination => found.Says is not (Exceeded or Arrived),
                Flaw.PassesUnreachable => found.Says == Arrived,
                _ => found.Says != Exceeded,
            };
            var isEntered = flaw switch
            {
                Flaw.StopsBeforeSilence or Flaw.LeavesOutSilence or Flaw.EntersEachProbe => found is not null,
                Flaw.LeavesOutLast => !isEnd,
                _ => true,
            };
            if (isEntered)
            {
                hops.Add(found);
            }

            if (isEnd || (found is null && flaw is (Flaw.StopsAtSilence or Flaw.StopsBeforeSilence)))
            {
                break;
            }
        }

        return hops;
    }

    // One address for each router.
    private static Address Gateway(int number) => Address.V4(0x0A00_0001 + ((uint)number << 8));

    private static Hop Silent => new(null, Exceeded, Tries, false);

    private static Hop Router(int number, int silent = 0, bool isLateBefore = false) =>
        new(Gateway(number), Exceeded, silent, isLateBefore);

    // A router that cannot forward a probe looks at its TTL first, so it appears in two places.
    private static Hop End(int number, string says = Arrived, int silent = 0, bool isLateBefore = false) =>
        new(says == Arrived ? Destination : Gateway(number - 1), says, silent, isLateBefore);

    // A late reply needs a probe of the hop before that seemed to have none.
    private static TracedPath RandomPath(Random random)
    {
        var (length, hops) = (random.Next(2, 8), new List<Hop>());
        for (var number = 1; number <= length; number++)
        {
            var silent = random.Next(3) == 0 ? random.Next(1, Tries + 1) : 0;
            var isLateBefore = hops is [.., { From: not null, Silent: > 0 }] && random.Next(2) == 0;
            var isSilent = random.Next(number < length ? 6 : 12) == 0;
            var says = random.GetItems([Arrived, Arrived, Arrived, NoHost, NoNetwork], 1)[0];
            hops.Add(
                isSilent ? Silent
                : number < length ? Router(number, silent, isLateBefore)
                : End(number, says, silent, isLateBefore));
        }

        return new TracedPath(length + random.GetItems([-1, -1, 0, 1, 2, 3, 4, 5], 1)[0], hops);
    }

    /// <summary>The arguments of one call: a path, and how far it may be followed.</summary>
    public sealed class TracedPath
    {
        private readonly IReadOnlyList<Hop> _hops;

        internal TracedPath(int maxHops, IReadOnlyList<Hop> hops) => (MaxHops, _hops) = (maxHops, hops);

        internal int MaxHops { get; }

        /// <inheritdoc/>
        public override string ToString() =>
            string.Join("; ", _hops.Select((_, i) => InvariantText.Format($"TTL {i + 1}: {Told(i + 1)}")));

        /// <summary>The reply to a probe.</summary>
        /// <param name="timeToLive">The time-to-live of the probe.</param>
        /// <param name="before">How many probes with this time-to-live were sent before.</param>
        internal ProbeReply? ReplyTo(int timeToLive, int before)
        {
            if (timeToLive < 1)
            {
                return null;
            }

            // A probe whose TTL is greater than needed gets as far as any other.
            if (timeToLive > _hops.Count)
            {
                return _hops[^1].Reply(timeToLive);
            }

            var hop = _hops[timeToLive - 1];
            return hop.IsLateBefore && before == 0
                ? _hops[timeToLive - 2].Reply(timeToLive - 1)
                : before - (hop.IsLateBefore ? 1 : 0) < hop.Silent ? null : hop.Reply(timeToLive);
        }

        private string Told(int timeToLive)
        {
            List<string> told = [];
            for (var i = 0; i < Tries; i++)
            {
                var reply = ReplyTo(timeToLive, i);
                told.Add(
                    reply is null ? "no reply"
                    : reply.TimeToLive != timeToLive ? InvariantText.Format($"a late reply to TTL {reply.TimeToLive}")
                    : reply.Says == Exceeded ? $"{reply.From}"
                    : $"\"{reply.Says}\" from {reply.From}");
                if (reply?.TimeToLive == timeToLive)
                {
                    break;
                }
            }

            return told.Distinct().Count() == 1 && told.Count == Tries ? "no reply to any probe" : string.Join(", then ", told);
        }
    }

    /// <summary>What comes back for the probes with one time-to-live.</summary>
    /// <param name="From">The machine that answers; null if none ever does.</param>
    /// <param name="Says">What it says.</param>
    /// <param name="Silent">How many probes get no reply before it does.</param>
    /// <param name="IsLateBefore">Whether the first probe gets a late reply from the hop before.</param>
    internal sealed record Hop(Address? From, string Says, int Silent, bool IsLateBefore)
    {
        public ProbeReply? Reply(int timeToLive) => From is { } from ? new ProbeReply(timeToLive, from, Says) : null;
    }

    /// <summary>Sends probes, and keeps count of them.</summary>
    private sealed class Probes(TracedPath path)
    {
        public List<int> Sent { get; } = [];

        public ProbeReply? Send(int timeToLive)
        {
            if (Sent.Count == MaxProbes)
            {
                throw new ExhaustedException();
            }

            Sent.Add(timeToLive);
            return path.ReplyTo(timeToLive, Sent.Count(sent => sent == timeToLive) - 1);
        }
    }

    /// <summary>No end is to be expected.</summary>
    private sealed class ExhaustedException : Exception;
}
