using System.Buffers.Binary;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.8: what a router does with a packet.</summary>
    public static ForwardExercise Forward { get; } = new();
}

/// <summary>
/// The learner forwards packets, first through a router that only notes what it is told, then in a small internet.
/// </summary>
public sealed class ForwardExercise : Exercise<ForwardPacket>
{
    private const int RandomPackets = 20;
    private const int Ttl = 8;

    private const string Lab =
        """
        host   anna   10.0.1.10/24 via 10.0.1.1
        host   bert   10.0.2.10/24 via 10.0.2.1
        host   carla  10.0.3.10/24 via 10.0.3.1
        router r1
        router r2
        router r3
        link   anna r1=10.0.1.1/24
        link   bert r2=10.0.2.1/24
        link   r3=10.0.3.1/24 carla
        link   r1=10.0.12.1/30 r2=10.0.12.2/30 delay 1ms
        link   r2=10.0.23.1/30 r3=10.0.23.2/30 delay 1ms mtu 700
        """;

    private enum Flaw
    {
        None,
        PassesTtl1,
        PassesTtl0,
        KeepsTtl,
        StaleChecksum,
        Silent,
        GoesOn,
        IgnoresDf,
        NeverFragments,
        ForgetsMtu,
        OldFragments,
        NeverCuts,
        TooStrict,
    }

    internal ForwardExercise()
        : base(new ExerciseText(
            "3-network/8-a-small-internet.ipynb", "3.8", 2, nameof(Exercises.Forward),
            "Forward a packet",
            "Write what a router does with a packet for another machine. `packet` holds the bytes of an IPv4 packet, and its "
                + "checksum is right. Decrement the TTL, and send the packet along the route that `router.Find` returns for its "
                + "destination. A packet whose TTL is used up (it may be 0 on arrival) is not forwarded, and one without a "
                + "route is not either. If a packet is longer than the route's `Mtu`, send fragments, the first part first, "
                + "unless it says 'don't fragment'. Whenever a packet is not forwarded, its sender is told: `router.Report` with "
                + "a `ForwardingError` (and with the route's MTU, if the packet was too long). "
                + "Everything in the library is allowed, for instance `Ipv4Packet.Parse` and `Fragmentation.Split`.",
            [
                "Four ways out, each followed by `return`: TTL used up, no route, too long and 'don't fragment', sent. Which "
                    + "TTL is used up: only 0, or 1 as well? The router decrements it before it forwards, and what leaves "
                    + "must have at least 1.",
                "The TTL is in byte 8 of the header, and the checksum in bytes 10 and 11 covers it. "
                    + "`Ipv4Header.DecrementTimeToLive(packet)` changes both. Or build the packet anew: `var old = "
                    + "Ipv4Packet.Parse(packet)` and `new Ipv4Packet(old.Header with { TimeToLive = … }, old.Payload)`, whose "
                    + "`ToBytes` computes the checksum.",
                "At the end: `foreach (var part in Fragmentation.Split(Ipv4Packet.Parse(packet), route.Mtu)) router.Send(route, "
                    + "part.ToBytes());`. If the packet fits, it is the only part.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 20;

    internal override ForwardPacket Reference { get; } = Of(Flaw.None);

    internal override IReadOnlyList<Mistake<ForwardPacket>> Mistakes { get; } =
    [
        new(
            "passes on a packet with TTL 1",
            "Your router forwards a packet whose TTL was 1, with a TTL of 0. Such a packet must not be on any link. The router "
                + "that brings the TTL to zero discards the packet and tells the sender (RFC 1812, section 5.3.1); with yours, "
                + "`traceroute` leaves out a router. Report `TimeExceeded` if the TTL is 1 or 0.",
            Of(Flaw.PassesTtl1)),
        new(
            "lets a TTL of 0 wrap around",
            "Your router takes only a TTL of exactly 1 for used up. A packet that comes with 0, from a router with a "
                + "mistake, goes on with 255: a byte wraps around. In a loop, it then lives as long as a fresh one. Test for "
                + "`<= 1`.",
            Of(Flaw.PassesTtl0)),
        new(
            "does not decrement the TTL",
            "Your router leaves the TTL as it is. As long as all tables are right, nobody notices. When two routers point at "
                + "each other, as in the last lesson, packets go round for ever, until the link can carry nothing else.",
            Of(Flaw.KeepsTtl)),
        new(
            "leaves the old checksum",
            "Your router changes the TTL, and the checksum is the old one or a wrong one. It covers the whole header, so the "
                + "next router takes the packet for a damaged one and drops it without a word. Use "
                + "`Ipv4Header.DecrementTimeToLive`, or write the header anew. (If you add 0x0100 yourself: a carry out of the "
                + "top is added back in at the bottom.)",
            Of(Flaw.StaleChecksum)),
        new(
            "drops packets without a word",
            "Your router drops a packet that it cannot forward, and tells nobody. The sender waits for an answer that does not "
                + "come. `traceroute` shows stars, and a sender whose packets are too long never learns why they do not arrive. "
                + "Call `router.Report`.",
            Of(Flaw.Silent)),
        new(
            "reports, and forwards all the same",
            "Your router reports an error and goes on: the packet that it has just complained about is sent. The sender "
                + "hears that it is lost, and it arrives. Return after `router.Report`.",
            Of(Flaw.GoesOn)),
        new(
            "ignores 'don't fragment'",
            "Your router cuts up a packet that says 'don't fragment'. Its sender wants to know the longest packet that "
                + "gets through, and never learns that there is a narrow link: it goes on to send long packets, and each is "
                + "cut again. Report `TooLong`.",
            Of(Flaw.IgnoresDf)),
        new(
            "never fragments",
            "Your router sends packets that are longer than the link takes, and the link loses them. In IPv4, a router cuts such "
                + "a packet into fragments: `Fragmentation.Split` with the route's `Mtu`.",
            Of(Flaw.NeverFragments)),
        new(
            "does not say what would fit",
            "Your router reports that a packet was too long, without the MTU of the next link. The sender knows that it has to "
                + "send less, but not how much less, and has to guess. Pass the route's `Mtu` to `Report` (RFC 1191).",
            Of(Flaw.ForgetsMtu)),
        new(
            "sends fragments with the old TTL",
            "Your router cuts the packet into fragments first, and decrements the TTL of the packet that it no longer sends. "
                + "Fragments then never grow old. Decrement first, and split afterwards: every fragment copies the header.",
            Of(Flaw.OldFragments)),
        new(
            "reports instead of fragmenting",
            "Your router reports every packet that is too long for the link, as routers of IPv6 do. In IPv4, a router reports "
                + "only a packet with 'don't fragment'. The sender of any other relies on the router to cut it, and does not "
                + "expect a report. Look at the bit: if it is not set, send the fragments.",
            Of(Flaw.NeverCuts)),
        new(
            "reports a packet that just fits",
            "Your router reports a packet that is exactly as long as the link's MTU. The MTU is the length of the longest "
                + "packet that the link takes, so this one can be sent. Your report names the very length that the packet "
                + "already has. Compare with `>` and not with `>=`.",
            Of(Flaw.TooStrict)),
    ];

    private protected override void Try(Trial trial, ForwardPacket answer)
    {
        var random = trial.Random;
        One(trial, answer, new Sent(random) { Ttl = 64 });
        One(trial, answer, new Sent(random) { Ttl = 2 });
        One(trial, answer, new Sent(random) { Ttl = 1 });
        One(trial, answer, new Sent(random) { Ttl = 0 });
        One(trial, answer, new Sent(random) { Ttl = Ttl, HasRoute = false });
        One(trial, answer, new Sent(random) { Ttl = Ttl, Length = 700, Mtu = 700 });
        One(trial, answer, new Sent(random) { Ttl = Ttl, Length = 700, Mtu = 700, DontFragment = true });
        One(trial, answer, new Sent(random) { Ttl = Ttl, Length = 1500, Mtu = 700 });
        One(trial, answer, new Sent(random) { Ttl = Ttl, Length = 701, Mtu = 700, DontFragment = true });
        One(trial, answer, new Sent(random) { Ttl = Ttl, HasHighChecksum = true });
        for (var i = 0; i < RandomPackets; i++)
        {
            One(trial, answer, new Sent(random)
            {
                Ttl = (byte)random.Next(2, 256),
                Length = random.Next(28, 1500),
                Mtu = random.Next(576, 1500),
                DontFragment = random.Next(3) == 0,
                HasOptions = random.Next(4) == 0,
            });
        }

        InTheInternet(trial, answer);
    }

    private void One(Trial trial, ForwardPacket answer, Sent sent)
    {
        var router = new Script(sent);
        var what = sent.ToString();
        var original = sent.ToBytes();
        trial.Call(what, () => answer([.. original], router));
        var right = new Script(sent);
        Reference([.. original], right);
        if (!right.Actions.SequenceEqual(router.Actions))
        {
            var (expected, actual) = (Outcome(right), Outcome(router));
            trial.Wrong(
                what, expected, actual == expected ? new Said($"{actual}; but other bytes of it have changed") : actual,
                Why(sent, right, router));
        }

        trial.Expect(what, Outcome(right), Outcome(router));
    }

    private static Said Outcome(Script script) => new(script.Actions.Count == 0
        ? "nothing was sent and nothing reported"
        : string.Join("; ", script.Actions));

    private Mistake<ForwardPacket>? Why(Sent sent, Script right, Script router)
    {
        var (sends, reports) = (router.Actions.FindAll(act => act.IsSend), router.Actions.FindAll(act => !act.IsSend));
        var isToReport = right.Actions.Exists(act => !act.IsSend);
        var hasTtl = (int ttl) => sends.Count > 0 && sends.TrueForAll(act => act.Ttl == ttl);
        var flaw = (isToReport, sends.Count, reports.Count) switch
        {
            (true, 0, 0) => Flaw.Silent,
            (true, > 0, > 0) when right.Actions.Exists(reports.Contains) => Flaw.GoesOn,
            (true, > 0, 0) when sent.Ttl == 1 && hasTtl(0) => Flaw.PassesTtl1,
            (true, > 0, 0) when sent.Ttl == 0 && hasTtl(255) => Flaw.PassesTtl0,
            (true, > 1, 0) when sent.DontFragment && sent.Length > sent.Mtu => Flaw.IgnoresDf,
            (true, 0, 1) when reports[0] is { Why: ForwardingError.TooLong } && reports[0] != right.Actions[0] => Flaw.ForgetsMtu,
            (false, 1, 0) when sends[0].Bytes > sent.Mtu => Flaw.NeverFragments,
            (false, 0, 1) when reports[0] is { Why: ForwardingError.TooLong } && sent.Length > sent.Mtu => Flaw.NeverCuts,
            (false, 0, 1) when reports[0] is { Why: ForwardingError.TooLong } && sent.Length == sent.Mtu => Flaw.TooStrict,
            (false, 1, 0) when !sends[0].IsIntact && hasTtl(sent.Ttl - 1) => Flaw.StaleChecksum,
            (false, 1, 0) when hasTtl(sent.Ttl) => Flaw.KeepsTtl,
            (false, > 1, 0) when hasTtl(sent.Ttl) => Flaw.OldFragments,
            _ => Flaw.None,
        };
        return MistakeOf(flaw);
    }

    // The same method in all routers of a small internet, beside the course's own.
    private static void InTheInternet(Trial trial, ForwardPacket answer)
    {
        const string what = "let it forward in all three routers of a small internet";
        var (own, course) = (Internet.Of(Lab), Internet.Of(Lab));
        foreach (var router in (string[])["r1", "r2", "r3"])
        {
            own.UseForwarding(router, answer);
        }

        var matrix = trial.Call(what, own.Connectivity);
        trial.Expect(
            what, new Said(InvariantText.Format($"{course.Connectivity().Reached} of {matrix.Pairs} pairs reach each other")),
            new Said(InvariantText.Format($"{matrix.Reached} of {matrix.Pairs} pairs reach each other")));
        foreach (var (size, fragment) in (ReadOnlySpan<(int, bool)>)[(1200, true), (1200, false)])
        {
            var said = InvariantText.Format($"pinged from anna to carla with {size:N0} bytes")
                + (fragment ? "" : ", don't fragment");
            trial.Expect(said, Ping(course, size, fragment), trial.Call(said, () => Ping(own, size, fragment)));
        }

        trial.Expect(
            "found the routers from anna to carla with traceroute", Path(course), trial.Call("ran traceroute", () => Path(own)));
    }

    private static Said Ping(Internet internet, int size, bool fragment) =>
        new(internet.Ping("anna", "carla", count: 1, size: size, dontFragment: !fragment).Replies[0] is { RoundTrip: null } lost
            ? $"no reply; {lost.Error}" : "a reply");

    private static Said Path(Internet internet) => new(string.Join(
        ", ", internet.Traceroute("anna", "carla").Hops.Select(hop => hop.Name ?? "*")));

    private static ForwardPacket Of(Flaw flaw) => (packet, router) =>
    {
        var ttl = packet[8];
        var isUsedUp = flaw switch
        {
            Flaw.PassesTtl1 => ttl == 0,
            Flaw.PassesTtl0 => ttl == 1,
            _ => ttl <= 1,
        };
        if (isUsedUp)
        {
            Report(ForwardingError.TimeExceeded, 0);
            if (flaw != Flaw.GoesOn)
            {
                return;
            }
        }

        if (router.Find(Address.FromBytes(packet.AsSpan(16, 4))) is not { } route)
        {
            Report(ForwardingError.NoRoute, 0);
            return;
        }

        var before = packet.ToArray();
        Decrement(packet);
        var (old, mayFragment) = (Ipv4Packet.Parse(before), flaw switch
        {
            Flaw.IgnoresDf => true,
            Flaw.NeverCuts => false,
            _ => (packet[6] & 0x40) == 0,
        });
        if (packet.Length < route.Mtu || (packet.Length == route.Mtu && flaw != Flaw.TooStrict) || flaw == Flaw.NeverFragments)
        {
            router.Send(route, packet);
            return;
        }

        if (!mayFragment)
        {
            Report(ForwardingError.TooLong, flaw == Flaw.ForgetsMtu ? 0 : route.Mtu);
            return;
        }

        var header = old.Header with
        {
            TimeToLive = flaw is Flaw.OldFragments or Flaw.KeepsTtl ? ttl : packet[8],
            DontFragment = false,
        };
        foreach (var part in Fragmentation.Split(new Ipv4Packet(header, old.Payload), route.Mtu))
        {
            router.Send(route, part.ToBytes());
        }

        void Report(ForwardingError why, int mtu)
        {
            if (flaw != Flaw.Silent)
            {
                router.Report(why, packet, mtu);
            }
        }

        void Decrement(byte[] bytes)
        {
            if (flaw == Flaw.KeepsTtl)
            {
                return;
            }

            bytes[8]--;
            if (flaw != Flaw.StaleChecksum)
            {
                bytes.AsSpan(10, 2).Clear();
                var header = bytes.AsSpan(0, (bytes[0] & 0xF) * 4);
                BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Of(header));
            }
        }
    };

    // A packet, and the route that the router has for it.
    private sealed record Sent
    {
        private readonly Address _from;
        private readonly Address _to;
        private readonly ushort _number;

        public Sent(Random random) => (_from, _to, _number) = (
            Address.V4(0x0A00_0100 | (uint)random.Next(2, 250)), Address.V4(0x0A00_0300 | (uint)random.Next(2, 250)),
            (ushort)random.Next(1, 60_000));

        public byte Ttl { get; init; }

        public int Length { get; init; } = 84;

        public int Mtu { get; init; } = 1500;

        public bool DontFragment { get; init; }

        public bool HasRoute { get; init; } = true;

        public bool HasOptions { get; init; }

        // Whether the checksum has a carry when the TTL is decremented.
        public bool HasHighChecksum { get; init; }

        public ForwardingRoute? Route(Address destination) => HasRoute && destination == _to
            ? new ForwardingRoute(Prefix.Of(_to, 24), "r2", Mtu)
            : null;

        public byte[] ToBytes()
        {
            var bytes = ToBytes(_number);
            // Each step takes 1 from the checksum's first byte.
            for (var step = 1; HasHighChecksum && bytes[10] != byte.MaxValue && step <= byte.MaxValue; step++)
            {
                bytes = ToBytes((ushort)(_number + 256 * step));
            }

            return bytes;
        }

        private byte[] ToBytes(ushort number)
        {
            // A router that should look up the option of a trace has nothing to do: it is no more than padding here.
            var header = new Ipv4Header(_from, _to, IpProtocol.Udp)
            {
                TimeToLive = Ttl,
                Identification = number,
                DontFragment = DontFragment,
                Options = HasOptions ? (byte[])[1, 1, 1, 0] : default,
            };
            return new Ipv4Packet(header, Payload(Length - header.Length)).ToBytes();
        }

        public override string ToString() =>
            InvariantText.Format($"gave it a packet of {Length:N0} bytes for {_to} with TTL {Ttl}")
            + (DontFragment ? ", 'don't fragment'" : "") + (HasHighChecksum ? ", whose checksum begins with 0xff" : "")
            + (HasRoute ? InvariantText.Format($"; the route takes {Mtu:N0} bytes") : "; the router has no route to it");

        private static byte[] Payload(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];
    }

    // A router that notes what it is told.
    private sealed class Script(Sent sent) : ForwardingRouter
    {
        public List<Action> Actions { get; } = [];

        public override ForwardingRoute? Find(Address destination) => sent.Route(destination);

        public override void Send(ForwardingRoute route, byte[] packet)
        {
            ArgumentNullException.ThrowIfNull(route);
            ArgumentNullException.ThrowIfNull(packet);
            Actions.Add(Action.Of(packet));
        }

        public override void Report(ForwardingError why, byte[] packet, int mtu = 0) =>
            Actions.Add(new Action
            {
                Why = why,
                Text = mtu == 0 ? $"reported {why}" : InvariantText.Format($"reported {why}, MTU {mtu}"),
            });
    }

    // Something that the learner's method has done, told so that the same words mean the same deed.
    private sealed record Action
    {
        public required string Text { get; init; }

        public bool IsSend { get; init; }

        public ForwardingError? Why { get; init; }

        public int Ttl { get; init; } = -1;

        public int Bytes { get; init; }

        public bool IsIntact { get; init; } = true;

        public static Action Of(byte[] packet)
        {
            if (packet.Length < Ipv4Header.MinimumLength || packet.Length < (packet[0] & 0xF) * 4)
            {
                var text = InvariantText.Format($"sent {packet.Length} bytes, which are no packet");
                return new Action { IsSend = true, Bytes = packet.Length, Text = text };
            }

            var header = packet.AsSpan(0, (packet[0] & 0xF) * 4);
            var isIntact = InternetChecksum.IsIntact(header);
            var flags = BinaryPrimitives.ReadUInt16BigEndian(header[6..]);
            var rest = (byte[])[.. packet];
            rest.AsSpan(10, 2).Clear();
            return new Action
            {
                IsSend = true,
                Ttl = packet[8],
                Bytes = packet.Length,
                IsIntact = isIntact,
                Text = InvariantText.Format($"sent {packet.Length:N0} bytes with TTL {packet[8]}")
                    + ((flags & 0x3FFF) != 0 ? InvariantText.Format($", a fragment from byte {(flags & 0x1FFF) * 8:N0} on") : "")
                    + (isIntact ? "" : ", and a wrong checksum"),
                Content = Convert.ToHexString(rest),
            };
        }

        private string Content { get; init; } = "";

        public override string ToString() => Text;
    }
}
