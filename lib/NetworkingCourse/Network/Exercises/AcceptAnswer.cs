using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.5: what a resolver may believe of a datagram.</summary>
    public static AcceptAnswerExercise AcceptAnswer { get; } = new();
}

/// <summary>
/// The learner decides whether a datagram is the response to a query (RFC 5452, section 9.1), and which of its records may be
/// cached (section 6).
/// </summary>
public sealed class AcceptAnswerExercise : CaseExercise<AcceptAnswerExercise.Answer, AcceptAnswerExercise.Arrival>
{
    private const int RandomCases = 60;
    private const ushort Id = 4_711;
    private const ushort Port = 53;

    private static readonly Address Server = Address.Parse("192.0.2.53");
    private static readonly Address Attacker = Address.Parse("203.0.113.66");

    internal AcceptAnswerExercise()
        : base(new ExerciseText(
            "3-network/5-your-own-resolver.ipynb", "3.5", 3, nameof(Exercises.AcceptAnswer),
            "Which records may be cached?",
            "A resolver has sent a query to a server of a zone, and a datagram has arrived. Return null if it is not the "
                + "response to this query: it comes from another address than `query.Server` or another port than "
                + "`query.Port`, its `Id` is not `query.Id`, it is not a response (`IsResponse`), or it does not have exactly "
                + "one question (`Questions`), with the name and the type of `query.Question`. Otherwise return those records "
                + "of its three sections (`Answers`, `Authority`, `Additional`) whose `Name` is in the zone `query.Zone`, "
                + "which may be none: about other names, this server has nothing to say. `record.Name.IsWithin(zone)` is true "
                + "for the zone itself and all names below it.",
            [
                "There are two steps. First: is this datagram the response at all? One `if` with all conditions, and `return "
                    + "null`. Then: go through the records of all three sections, and keep those in the zone.",
                "`message.Questions is [var asked] && asked == query.Question` is true if there is exactly one question, and "
                    + "it is the right one: `==` compares names without regard to case. The records are "
                    + "`message.Answers.Concat(message.Authority).Concat(message.Additional).Where(record => "
                    + "record.Name.IsWithin(query.Zone))`, with `.ToList()` at the end.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="query">The query that was sent.</param>
    /// <param name="source">The address from which the datagram comes.</param>
    /// <param name="port">The port from which the datagram comes.</param>
    /// <param name="message">The message in the datagram.</param>
    /// <returns>
    /// The records that may be cached, in any order; null if the datagram is not the response to the query, so that the resolver
    /// goes on waiting for it.
    /// </returns>
    public delegate IReadOnlyList<DnsRecord>? Answer(SentQuery query, Address source, ushort port, DnsMessage message);

    private enum Part
    {
        None,
        Address,
        Port,
        Id,
        Response,
        Name,
        Type,
    }

    internal override Answer Reference { get; } = (query, source, port, message) =>
        IsResponse(query, source, port, message) ? InZone(query, All(message)) : null;

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        Without(
            Part.Id,
            "ignores the ID",
            "Your method accepts a response with any ID. An attacker who cannot see the query then need not guess it: one "
                + "datagram that arrives before the real answer is enough. Compare the ID, and the attacker has to guess one "
                + "of 65,536 numbers."),
        Without(
            Part.Address,
            "ignores the address of the sender",
            "Your method accepts a response from any address. Then every machine can answer in the place of the server, and "
                + "does not even have to forge its source address (many networks drop packets with a forged one). Only the "
                + "server that was asked may answer."),
        Without(
            Part.Port,
            "ignores the port of the sender",
            "Your method accepts a response from any port of the server's address. Behind one address there can be many "
                + "programs, and behind a NAT many hosts, and each of them could answer in the place of the name server. A "
                + "server answers from the port that was asked (RFC 2181, section 4.2)."),
        Without(
            Part.Response,
            "takes a query for a response",
            "Your method does not look at `IsResponse`. A query has an ID and a question too, but no records. If something on "
                + "the way sends the resolver's own query back to it, your method takes it for an answer without records, and "
                + "the resolver tells its users that the name has no address."),
        Without(
            Part.Name,
            "ignores the name in the question",
            "Your method accepts the answer to a question for another name. IDs are used again and again, so it may be the "
                + "late answer to an earlier query. It makes an attack easier, too: an attacker does not have to know what "
                + "the resolver has asked for. The response repeats the question: compare it with that of the query."),
        Without(
            Part.Type,
            "ignores the type in the question",
            "Your method accepts the answer to a question for another type of the same name. If it says that there are no "
                + "`AAAA` records, and `A` was asked for, the resolver believes that the host has no address at all. Compare "
                + "the type as well as the name."),
        new(
            "expects a question in each message",
            "Your method throws an exception if the message has no question. A malicious server can send such a message, and so "
                + "end your resolver. Look at `Questions.Count` before you read the first one, or use the pattern "
                + "`message.Questions is [var asked]`.",
            (query, source, port, message) =>
                IsFrom(query, source, port, message, Part.None) && message.Questions[0] == query.Question
                    ? InZone(query, All(message))
                    : null),
        new(
            "compares the name with its case",
            "Your method rejects a response because its question is written in other letters, upper or lower case. Names are "
                + "the same whatever their case (RFC 4343), and some servers write them all in lower case. The resolver would "
                + "wait for an answer that has already come. Compare the names themselves, with `==`, and not their text.",
            (query, source, port, message) => IsResponse(query, source, port, message)
                && message.Questions[0].Name.ToString() == query.Question.Name.ToString()
                    ? InZone(query, All(message))
                    : null),
        new(
            "believes all records",
            "Your method returns records of names outside the zone. The owner of `example.test` could then add an address for "
                + "`www.bank.test` to each response, and your resolver would send the customers of the bank there. This "
                + "attack needs no guessing: it is enough that one user of the resolver asks for a name in `example.test`.",
            (query, source, port, message) => IsResponse(query, source, port, message) ? All(message) : null),
        new(
            "compares the ends of the names as text",
            "Your method compares the end of the name with the zone as text. `notexample.test` ends with `example.test`, but "
                + "is not in that zone, and an attacker can register such a name. Whole labels have to agree, and upper and "
                + "lower case are the same: `record.Name.IsWithin(query.Zone)` compares names in this way.",
            (query, source, port, message) => IsResponse(query, source, port, message)
                ? [.. All(message).Where(record =>
                    record.Name.ToString().EndsWith(query.Zone.ToString(), StringComparison.OrdinalIgnoreCase))]
                : null),
        new(
            "rejects everything because of one record",
            "Your method rejects the whole response if one of its records is outside the zone. Such records are not always an "
                + "attack: servers add the address of a mail server in another zone, and mean to help. The resolver would "
                + "wait for another answer, which never comes. Leave out these records only.",
            (query, source, port, message) =>
                IsResponse(query, source, port, message) && All(message).All(record => record.Name.IsWithin(query.Zone))
                    ? All(message)
                    : null),
        new(
            "returns only the answer section",
            "Your method returns nothing from `Authority` and `Additional`. The names of the next servers, their addresses "
                + "(glue) and the `SOA` record of a negative answer are there. Without them, no referral can be followed, and "
                + "no negative answer can be cached.",
            (query, source, port, message) =>
                IsResponse(query, source, port, message) ? InZone(query, message.Answers) : null),
        new(
            "believes the answer section without looking",
            "Your method does not compare the names in `Answers` with the zone. A server can put anything there: that "
                + "`www.example.test` is an alias for `www.bank.test`, and what the address of `www.bank.test` is. The first "
                + "is its own affair. The second has to come from a server of the other zone.",
            (query, source, port, message) => IsResponse(query, source, port, message)
                ? [.. message.Answers, .. InZone(query, message.Authority), .. InZone(query, message.Additional)]
                : null),
        new(
            "returns an empty list for what is no response",
            "Your method returns an empty list for a datagram that is not the response. An empty list means: this was the "
                + "answer, and there is nothing to cache. The resolver stops waiting, so any forged datagram keeps the real "
                + "answer out. Return null, and the resolver waits on.",
            (query, source, port, message) =>
                IsResponse(query, source, port, message) ? InZone(query, All(message)) : []),
    ];

    private protected override IEnumerable<Arrival> Cases(Random random)
    {
        var www = new DnsQuestion(DnsName.Parse("www.example.test"), DnsType.A);
        var mail = new DnsQuestion(DnsName.Parse("example.test"), DnsType.MX);
        var plain = Answered("example.test", www) with { Answers = [A("www.example.test", "192.0.2.80")] };
        var lie = plain with { Answers = [A("www.example.test", "203.0.113.66")] };
        yield return plain;
        yield return lie with { MessageId = Id + 1 };
        yield return lie with { Source = Attacker };
        yield return lie with { SourcePort = 50_000 };
        yield return Answered("example.test", www) with { IsResponse = false };
        yield return lie with { Questions = [www with { Name = DnsName.Parse("www2.example.test") }] };
        yield return Answered("example.test", www) with { Questions = [www with { Type = DnsType.AAAA }] };
        yield return lie with { Questions = [] };
        yield return plain with { Query = plain.Query with { Question = www with { Name = DnsName.Parse("WWW.Example.test") } } };
        var helpful = Answered("example.test", mail) with
        {
            Answers = [Mail("example.test", "mail.example.test")],
            Authority = [Ns("example.test", "ns1.example.test")],
            Additional = [A("mail.example.test", "192.0.2.25"), A("ns1.example.test", "192.0.2.53")],
        };
        yield return helpful;
        yield return helpful with { Additional = [A("mail.example.test", "192.0.2.25"), A("www.bank.test", "203.0.113.66")] };
        yield return plain with
        {
            Answers = [Alias("www.example.test", "www.bank.test"), A("www.bank.test", "203.0.113.66")],
        };
        yield return helpful with
        {
            Answers = [Mail("example.test", "mail.notexample.test")],
            Additional = [A("mail.notexample.test", "203.0.113.66")],
        };
        yield return Answered("example.test", www);
        yield return Answered("example.test", www) with { Authority = [Ns("test", "ns.attacker.test")] };
        yield return Answered("test", www) with
        {
            Authority = [Ns("example.test", "ns1.example.test"), Ns("example.test", "ns.elsewhere.invalid")],
            Additional = [A("ns1.example.test", "192.0.2.53"), A("ns.elsewhere.invalid", "203.0.113.66")],
        };
        yield return helpful with { Additional = [A("NS1.Example.Test", "192.0.2.53"), A("mail.example.test", "192.0.2.25")] };
        yield return Answered(".", www) with
        {
            Authority = [Ns("test", "a.nic.test")],
            Additional = [A("a.nic.test", "192.0.2.1")],
        };
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomArrival(random);
        }
    }

    private protected override object? Apply(Answer answer, Arrival arguments) =>
        answer(arguments.Query, arguments.Source, arguments.SourcePort, arguments.Message) switch
        {
            null => new Said("null: not the response"),
            { Count: 0 } => new Said("an empty list"),
            var records => new Transcript([.. records.Select(Words).Order(StringComparer.Ordinal)]),
        };

    private protected override string Describe(Arrival arguments)
    {
        var (query, message) = (arguments.Query, arguments.Message);
        var question = message.Questions is [var asked] ? $"question `{asked}`" : "no question";
        var kind = message.IsResponse ? "response" : "query";
        string[] sections =
        [
            .. Section("Answers", message.Answers), .. Section("Authority", message.Authority),
            .. Section("Additional", message.Additional),
        ];
        return InvariantText.Format($"asked {query.Server}:{query.Port} for `{query.Question}` (ID {query.Id}, zone ")
            + InvariantText.Format($"`{query.Zone}`); from {arguments.Source}:{arguments.SourcePort} came a {kind}: ")
            + InvariantText.Format($"ID {message.Id}, {question}, ")
            + (sections.Length == 0 ? "no records" : string.Join("; ", sections));
    }

    private static IEnumerable<string> Section(string name, IReadOnlyList<DnsRecord> records) =>
        records.Count == 0 ? [] : [$"{name} {string.Join(", ", records.Select(record => $"`{Words(record)}`"))}"];

    private static string Words(DnsRecord? record) => record is null ? "null" : $"{record.Name} {record.Type} {record.Data}";

    private static bool IsResponse(SentQuery query, Address source, ushort port, DnsMessage message, Part except = Part.None) =>
        IsFrom(query, source, port, message, except)
        && message.Questions is [var asked]
        && (asked.Name == query.Question.Name || except == Part.Name)
        && (asked.Type == query.Question.Type || except == Part.Type);

    private static bool IsFrom(SentQuery query, Address source, ushort port, DnsMessage message, Part except) =>
        (source == query.Server || except == Part.Address)
        && (port == query.Port || except == Part.Port)
        && (message.Id == query.Id || except == Part.Id)
        && (message.IsResponse || except == Part.Response);

    private static List<DnsRecord> All(DnsMessage message) => [.. message.Answers, .. message.Authority, .. message.Additional];

    private static List<DnsRecord> InZone(SentQuery query, IReadOnlyList<DnsRecord> records) =>
        [.. records.Where(record => record.Name.IsWithin(query.Zone))];

    private static Mistake<Answer> Without(Part except, string name, string explanation) => new(
        name,
        explanation,
        (query, source, port, message) =>
            IsResponse(query, source, port, message, except) ? InZone(query, All(message)) : null);

    private static Arrival Answered(string zone, DnsQuestion question) => new(
        new SentQuery(Server, Port, Id, question, DnsName.Parse(zone)), Server, Port)
    {
        MessageId = Id,
        Questions = [question],
    };

    private static DnsRecord A(string name, string address) =>
        new(DnsName.Parse(name), DnsType.A, 300, new AddressData(Address.Parse(address)));

    private static DnsRecord Alias(string name, string target) =>
        new(DnsName.Parse(name), DnsType.CNAME, 300, new NameData(DnsName.Parse(target)));

    private static DnsRecord Ns(string zone, string server) =>
        new(DnsName.Parse(zone), DnsType.NS, 300, new NameData(DnsName.Parse(server)));

    private static DnsRecord Mail(string name, string host) =>
        new(DnsName.Parse(name), DnsType.MX, 300, new MailData(10, DnsName.Parse(host)));

    private static Arrival RandomArrival(Random random)
    {
        string[] names =
        [
            "www.example.test", "mail.example.test", "ns1.example.test", "example.test", "notexample.test", "www.bank.test",
            "test",
        ];
        var question = new DnsQuestion(DnsName.Parse(random.GetItems(names, 1)[0]), DnsType.A);
        var zone = random.GetItems(question.Name.UpToRoot.ToArray(), 1)[0];
        var arrival = Answered($"{zone}", question) with
        {
            Answers = Records(2),
            Authority = Records(1),
            Additional = Records(2),
        };
        // An answer that looks neither at the address nor at the port, or not at the question at all, is mostly wrong in the way
        // that the frequent ones are.
        return random.Next(24) switch
        {
            < 4 => arrival with { Source = Attacker },
            4 => arrival with { SourcePort = (ushort)random.Next(1_024, 65_536) },
            < 10 => arrival with { Questions = [question with { Name = DnsName.Parse("other").Under(question.Name) }] },
            10 => arrival with { Questions = [question with { Type = DnsType.AAAA }] },
            11 => arrival with { Questions = [] },
            12 => arrival with { MessageId = (ushort)random.Next(Id) },
            13 => arrival with { IsResponse = false },
            14 => arrival with
            {
                Questions = [question with { Name = DnsName.Parse($"{question.Name}".ToUpperInvariant()) }],
            },
            _ => arrival,
        };

        DnsRecord[] Records(int max) =>
        [
            .. random.GetItems(names, random.Next(max + 1))
                .Select(name => A(name, InvariantText.Format($"192.0.2.{random.Next(1, 255)}"))),
        ];
    }

    /// <summary>A query that was sent.</summary>
    /// <param name="Server">The address of the server that was asked.</param>
    /// <param name="Port">The port of the server.</param>
    /// <param name="Id">The ID of the query.</param>
    /// <param name="Question">The question: a name and a type.</param>
    /// <param name="Zone">The zone whose server was asked.</param>
    public sealed record SentQuery(Address Server, ushort Port, ushort Id, DnsQuestion Question, DnsName Zone);

    /// <summary>A datagram that arrives after a query.</summary>
    public sealed record Arrival
    {
        internal Arrival(SentQuery query, Address source, ushort sourcePort) =>
            (Query, Source, SourcePort) = (query, source, sourcePort);

        internal SentQuery Query { get; init; }

        internal Address Source { get; init; }

        internal ushort SourcePort { get; init; }

        internal ushort MessageId { get; init; }

        internal bool IsResponse { get; init; } = true;

        internal IReadOnlyList<DnsQuestion> Questions { get; init; } = [];

        internal IReadOnlyList<DnsRecord> Answers { get; init; } = [];

        internal IReadOnlyList<DnsRecord> Authority { get; init; } = [];

        internal IReadOnlyList<DnsRecord> Additional { get; init; } = [];

        // A message of its own for each call.
        internal DnsMessage Message => new(MessageId)
        {
            IsResponse = IsResponse,
            Questions = Questions,
            Answers = Answers,
            Authority = Authority,
            Additional = Additional,
        };
    }
}
