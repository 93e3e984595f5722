using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.5: what a response tells a resolver.</summary>
    public static ReadResponseExercise ReadResponse { get; } = new();
}

/// <summary>The learner sorts the responses of name servers into kinds, as a resolver does before each of its steps.</summary>
public sealed class ReadResponseExercise : CaseExercise<ReadResponseExercise.Answer, ReadResponseExercise.Asked>
{
    private const int Situations = 17;
    private const int RandomCases = 5 * Situations;

    private static readonly DnsMessage Empty = new(1) { IsResponse = true };
    private static readonly DnsMessage Authoritative = Empty with { IsAuthoritative = true };
    private static readonly DnsMessage NoName = Authoritative with { Code = ResponseCode.NameError };

    internal ReadResponseExercise()
        : base(new ExerciseText(
            "3-network/5-your-own-resolver.ipynb", "3.5", 1, nameof(Exercises.ReadResponse),
            "What does the response say?",
            "A resolver has asked a server of the zone `zone` for the IPv4 addresses of `name`. Return what kind of response "
                + "this is. `Unusable`: it is null (no response came), or its `Code` is neither `NoError` nor `NameError`. "
                + "Otherwise the first kind that fits: `Addresses` if `Answers` has an `A` record of the name; `Alias` if "
                + "`Answers` has a `CNAME` record of the name; `NameError` if that is the `Code`, and the response "
                + "`IsAuthoritative`; `Referral` if `Authority` has an `NS` record of a zone (`record.Name`) that contains the "
                + "name and is longer than `zone`; `NoData` if the response `IsAuthoritative`; and `Unusable` if nothing fits.",
            [
                "Write one `if` with a `return` for each kind, in the order of the task. Each of them looks at one section, and "
                    + "at those records only that have the right name and the right type. Compare names with `==`.",
                "`response is not { Code: ResponseCode.NoError or ResponseCode.NameError }` is true for null as well. Addresses: "
                    + "`response.Answers.Any(record => record.Type == DnsType.A && record.Name == name)`, and an alias in the "
                    + "same way. Referral: a record in `response.Authority` with the type `DnsType.NS`, "
                    + "`name.IsWithin(record.Name)` and `record.Name.Labels.Count > zone.Labels.Count`.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    /// <summary>The learner's method.</summary>
    /// <param name="response">The response; null if none came.</param>
    /// <param name="zone">The zone whose server was asked.</param>
    /// <param name="name">The name whose IPv4 addresses were asked for.</param>
    /// <returns>
    /// What the response says. Its code is about the last name in a chain of aliases (RFC 6604, section 3), so that aliases come
    /// first; a name error counts only from a server with authority (RFC 1035, section 4.1.1).
    /// </returns>
    public delegate ResponseKind Answer(DnsMessage? response, DnsName zone, DnsName name);

    private enum Flaw
    {
        None,
        Glue,
        AnyName,
        NoAuthority,
        SameZone,
        AnyZone,
        Upward,
        Sideways,
        CodeBeforeAlias,
        NameErrorOfAnyServer,
        ReferralFirst,
        AnyCode,
    }

    internal override Answer Reference { get; } = KindOf;

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "expects a response each time",
            "Your method throws an exception if `response` is null. Queries and responses get lost, and servers are down: a "
                + "resolver meets that all the time, and asks the next server. Look for null before anything else.",
            (response, zone, name) => response!.Code is ResponseCode.NoError or ResponseCode.NameError
                ? KindOf(response, zone, name)
                : ResponseKind.Unusable),
        Of(
            Flaw.Glue,
            "takes glue for an answer",
            "Your method takes an address in `Additional` for the answer. The records there are about other names: they say "
                + "where the next name server is. A resolver would return the address of a name server for that of a web "
                + "site. Look for addresses in `Answers` alone."),
        Of(
            Flaw.AnyName,
            "takes the address of another name",
            "Your method takes every `A` record in `Answers` for an address of the name. A record with another name is about "
                + "that name. Behind an alias, servers often add the address of its target; and a malicious server can put "
                + "any address there. Compare the name of each record: `record.Name == name`."),
        Of(
            Flaw.NoAuthority,
            "takes every empty response for no data",
            "Your method returns `NoData` for a response that says nothing, from a server without authority. Such a server "
                + "does not have the zone (it is lame), and knows nothing about the name. The resolver would tell its users "
                + "that the name has no address, although the next server has one. Only a response that `IsAuthoritative` can "
                + "say that there is nothing."),
        Of(
            Flaw.SameZone,
            "follows a referral to the same zone",
            "Your method follows a referral to the zone whose server was asked. This does not bring the resolver nearer to "
                + "the name: it may ask the same servers again, and again. A zone `IsWithin` itself, so that is not enough. "
                + "The zone of a referral must have more labels than `zone`."),
        Of(
            Flaw.AnyZone,
            "takes every NS record for a referral",
            "Your method follows each `NS` record in `Authority`, wherever it leads. Servers also name there the servers of "
                + "the zone that an answer comes from, even if the answer is that there is nothing. A referral leads down: its "
                + "zone contains the name, and is longer than `zone`."),
        Of(
            Flaw.Upward,
            "follows a referral upward",
            "Your method follows a referral to a zone above. A server without the zone may refer to the root, from where the way "
                + "leads to the same server again, round and round. It is not enough that the zone of a referral is another "
                + "one than `zone`: it must have more labels."),
        Of(
            Flaw.Sideways,
            "follows a referral to a zone without the name",
            "Your method follows a referral to a longer zone that does not contain the name. The servers of that zone know "
                + "nothing about it, and refuse, while the next server of the right zone may have the answer. Compare whole "
                + "labels: `name.IsWithin(record.Name)`."),
        Of(
            Flaw.CodeBeforeAlias,
            "takes the code for one about the alias",
            "Your method returns `NameError` although the name is there, as an alias. The code is about the last name in the "
                + "chain: the target does not exist, as far as this server knows (RFC 6604, section 3). It may have an old "
                + "copy of the target's zone, which has moved elsewhere. Look for the alias first, and ask for its target."),
        Of(
            Flaw.NameErrorOfAnyServer,
            "believes a name error without authority",
            "Your method believes every server that there is no such name. A server without the zone cannot know that: it may "
                + "have heard it from elsewhere, long ago. The name would be gone although the zone's next server has it. "
                + "`NameError` has a meaning only if the response `IsAuthoritative` (RFC 1035, section 4.1.1)."),
        Of(
            Flaw.ReferralFirst,
            "looks for a referral before the answer",
            "Your method returns `Referral` although the answer is there. Servers add the `NS` records of the zone that the "
                + "answer comes from. If the server has this zone as well as the one above, they look like a referral. The "
                + "resolver would send more queries for what it has already. Look into `Answers` first."),
        Of(
            Flaw.AnyCode,
            "does not look at other codes",
            "Your method uses a response whose `Code` is an error. `ServerFailure` says that the server could not find out, and "
                + "`Refused` that it does not want to say: what else is in such a response may be incomplete. Return "
                + "`Unusable` for every code other than `NoError` and `NameError`, so that the next server is asked."),
    ];

    private protected override IEnumerable<Asked> Cases(Random random)
    {
        const string Www = "www.example.test";
        DnsRecord[] address = [A(Www, "192.0.2.80")];
        var referral = Empty with
        {
            Authority = [Ns("example.test", "ns1.example.test"), Ns("example.test", "ns.elsewhere.invalid")],
            Additional = [A("ns1.example.test", "192.0.2.53")],
        };
        yield return new Asked("example.test", Www, Authoritative with { Answers = address });
        yield return new Asked("test", Www, referral);
        yield return new Asked(
            "example.test",
            "blog.example.test",
            Authoritative with { Answers = [Alias("blog.example.test", Www), .. address] });
        yield return new Asked("example.test", "none.example.test", NoName with { Authority = [Start("example.test")] });
        yield return new Asked("example.test", "six.example.test", Authoritative with { Authority = [Start("example.test")] });
        yield return new Asked("example.test", Www, null);
        yield return new Asked("example.test", Www, Empty with { Code = ResponseCode.Refused });
        yield return new Asked("example.test", Www, Empty);
        yield return new Asked(
            "example.test",
            "six.example.test",
            Authoritative with { Authority = [Start("example.test"), Ns("example.test", "ns1.example.test")] });
        yield return new Asked("example.test", Www, referral);
        yield return new Asked("example.test", Www, Empty with { Authority = [Ns(".", "a.root")] });
        yield return new Asked("test", Www, Empty with { Authority = [Ns("shop.test", "ns1.shop.test")] });
        yield return new Asked("test", Www, Empty with { Authority = [Ns("ample.test", "ns1.ample.test")] });
        yield return new Asked(
            "example.test",
            "old.example.test",
            NoName with { Answers = [Alias("old.example.test", "www.shop.test")], Authority = [Start("shop.test")] });
        yield return new Asked("example.test", Www, Empty with { Code = ResponseCode.NameError });
        yield return new Asked("test", Www, referral with { IsAuthoritative = true, Answers = address });
        yield return new Asked("test", Www, referral with { Code = ResponseCode.Refused });
        yield return new Asked(
            "example.test",
            "blog.example.test",
            Authoritative with { Code = ResponseCode.ServerFailure, Answers = [Alias("blog.example.test", "www.shop.test")] });
        yield return new Asked("example.test", Www, Empty with { Answers = [A("bank.example.test", "203.0.113.66")] });
        yield return new Asked(
            "example.test", Www, Authoritative with { Answers = [A("bank.example.test", "203.0.113.66"), .. address] });
        yield return new Asked("example.test", Www, Empty with { Answers = [Alias("shop.example.test", "www.shop.test")] });
        yield return new Asked(
            "example.test",
            Www,
            Authoritative with { Answers = [Record(Www, DnsType.AAAA, new AddressData(Address.Parse("2001:db8::80")))] });
        yield return new Asked("example.test", "WWW.example.TEST", Authoritative with { Answers = address });
        yield return new Asked("test", "www.EXAMPLE.test", referral);
        yield return new Asked("test", "ns1.example.test", referral);
        yield return new Asked("test", "example.test", referral);
        yield return new Asked(".", Www, referral);
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomAsked(random, i % Situations);
        }
    }

    // The question is in the response, as on the network.
    private protected override object? Apply(Answer answer, Asked arguments) => answer(
        arguments.Response is null
            ? null
            : arguments.Response with { Questions = [new DnsQuestion(arguments.Name, DnsType.A)] },
        arguments.Zone,
        arguments.Name);

    private protected override string Describe(Asked arguments)
    {
        var asked = $"asked a server of `{arguments.Zone}` for `{arguments.Name}`: ";
        if (arguments.Response is not { } response)
        {
            return asked + "no response came (null)";
        }

        string[] sections =
        [
            .. Section("Answers", response.Answers), .. Section("Authority", response.Authority),
            .. Section("Additional", response.Additional),
        ];
        return $"{asked}`{response.Code}`, {(response.IsAuthoritative ? "" : "not ")}authoritative, "
            + (sections.Length == 0 ? "no records" : string.Join("; ", sections));
    }

    /// <summary>What a response tells a resolver; see <see cref="Answer"/>.</summary>
    internal static ResponseKind KindOf(DnsMessage? response, DnsName zone, DnsName name) =>
        KindOf(response, zone, name, Flaw.None);

    private static ResponseKind KindOf(DnsMessage? response, DnsName zone, DnsName name, Flaw flaw)
    {
        if (response is null
            || (response.Code is not (ResponseCode.NoError or ResponseCode.NameError) && flaw != Flaw.AnyCode))
        {
            return ResponseKind.Unusable;
        }

        var hasReferral = response.Authority.Any(record => record.Type == DnsType.NS && IsDown(record.Name));
        var isNameError = response.Code == ResponseCode.NameError
            && (response.IsAuthoritative || flaw == Flaw.NameErrorOfAnyServer);
        if (hasReferral && flaw == Flaw.ReferralFirst)
        {
            return ResponseKind.Referral;
        }

        if (isNameError && flaw == Flaw.CodeBeforeAlias)
        {
            return ResponseKind.NameError;
        }

        if (response.Answers.Any(record =>
                record.Type == DnsType.A && (record.Name == name || flaw == Flaw.AnyName))
            || (flaw == Flaw.Glue && response.Additional.Any(record => record.Type == DnsType.A)))
        {
            return ResponseKind.Addresses;
        }

        return response.Answers.Any(record => record.Type == DnsType.CNAME && record.Name == name) ? ResponseKind.Alias
            : isNameError ? ResponseKind.NameError
            : hasReferral ? ResponseKind.Referral
            : response.IsAuthoritative || flaw == Flaw.NoAuthority ? ResponseKind.NoData
            : ResponseKind.Unusable;

        bool IsDown(DnsName below) => flaw switch
        {
            Flaw.AnyZone => true,
            Flaw.Upward => name.IsWithin(below) && below != zone,
            Flaw.SameZone => name.IsWithin(below) && below.Labels.Count >= zone.Labels.Count,
            Flaw.Sideways => below.Labels.Count > zone.Labels.Count,
            _ => name.IsWithin(below) && below.Labels.Count > zone.Labels.Count,
        };
    }

    private static Mistake<Answer> Of(Flaw flaw, string name, string explanation) =>
        new(name, explanation, (response, zone, wanted) => KindOf(response, zone, wanted, flaw));

    private static IEnumerable<string> Section(string name, IReadOnlyList<DnsRecord> records) => records.Count == 0
        ? []
        : [$"{name} {string.Join(", ", records.Select(record => $"`{record.Name} {record.Type.Text()} {record.Data}`"))}"];

    private static DnsRecord A(string name, string address) => Record(name, DnsType.A, new AddressData(Address.Parse(address)));

    private static DnsRecord Alias(string name, string target) =>
        Record(name, DnsType.CNAME, new NameData(DnsName.Parse(target)));

    private static DnsRecord Ns(string zone, string server) => Record(zone, DnsType.NS, new NameData(DnsName.Parse(server)));

    private static DnsRecord Start(string zone) => Record(zone, DnsType.SOA, new ZoneStartData(
        DnsName.Parse("ns1.example.test"), DnsName.Parse("hostmaster.example.test"), 1, 7_200, 900, 1_209_600, 60));

    private static DnsRecord Record(string name, DnsType type, DnsData data) => new(DnsName.Parse(name), type, 300, data);

    // Each situation comes as often as the others, so that mistakes are told apart whatever the seed. What can be read in more
    // than one way is left out: answers without authority, authority beside a referral, a name error beside addresses or a
    // referral.
    private static Asked RandomAsked(Random random, int situation)
    {
        var name = random.GetItems(["www.example.test", "www.shop.test", "mail.sub.example.test", "api.eu.shop.test"], 1)[0];
        string[] above = [.. DnsName.Parse(name).UpToRoot.Select(zone => $"{zone}")];
        var depth = random.Next(1, above.Length);
        var (zone, lower) = (above[depth], above[random.Next(Math.Min(1, depth - 1), depth)]);
        var aside = $"{DnsName.Parse("other").Under(DnsName.Parse(zone))}";
        DnsRecord[] down = [Ns(lower, "ns1.host.example"), Ns(lower, "ns2.host.example")];
        DnsRecord[] added = random.Next(2) == 0 ? down : [];
        DnsRecord[] alias = [Alias(name, "web.host.example"), .. Perhaps("web.host.example")];
        return new Asked(zone, name, situation switch
        {
            0 => null,
            1 => Authoritative with { Answers = [.. Perhaps("bank.example.test"), A(name, Host())], Authority = added },
            2 => Authoritative with { Answers = [A(name, Host()), A(name, Host())], Authority = added },
            3 => Authoritative with { Answers = alias, Authority = added },
            4 => NoName with { Answers = alias, Authority = [Start("host.example")] },
            5 => NoName with { Authority = [Start(zone)] },
            6 => Empty with { Code = ResponseCode.NameError },
            7 or 8 => Empty with { Authority = down, Additional = Perhaps("ns1.host.example") },
            9 => Authoritative with { Authority = [Start(zone)] },
            10 => Authoritative with { Authority = [Start(zone), Ns(zone, "ns1.host.example")] },
            11 => Empty with { Authority = [Ns(zone, "ns1.host.example")], Additional = Perhaps("ns1.host.example") },
            12 or 13 => Empty with { Authority = [Ns(".", "a.root")] },
            14 => Empty with { Authority = [Ns(aside, "ns1.host.example")] },
            15 => Empty with { Answers = Perhaps("bank.example.test") },
            _ => Authoritative with
            {
                Code = random.GetItems([ResponseCode.ServerFailure, ResponseCode.Refused, ResponseCode.FormatError], 1)[0],
                Answers = random.Next(2) == 0 ? [A(name, Host())] : alias,
            },
        });

        string Host() => InvariantText.Format($"192.0.2.{random.Next(1, 255)}");

        DnsRecord[] Perhaps(string host) => random.Next(2) == 0 ? [A(host, Host())] : [];
    }

    /// <summary>A question that a resolver has sent, and what came back.</summary>
    public sealed record Asked
    {
        internal Asked(string zone, string name, DnsMessage? response) =>
            (Zone, Name, Response) = (DnsName.Parse(zone), DnsName.Parse(name), response);

        internal DnsName Zone { get; }

        internal DnsName Name { get; }

        internal DnsMessage? Response { get; }
    }
}
