using NetworkingCourse.Network;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>A query to an authoritative server in some situation.</summary>
/// <param name="Source">The section that says how the server must answer.</param>
/// <param name="Situation">The situation.</param>
/// <param name="Query">What is sent.</param>
/// <param name="Answer">What comes back, as <see cref="DnsText"/> writes it.</param>
internal sealed record DnsRow(string Source, string Situation, byte[] Query, string Answer)
{
    /// <summary>Why BIND answers differently, as the RFC allows; null if it answers the same.</summary>
    public string? BindDiffers { get; init; }
}

/// <summary>The situations: queries of every form, for various types and every kind of name.</summary>
internal static class DnsTable
{
    private const string None = "authority t.test. 60 soa ns.t.test. hostmaster.t.test. 1 7200 900 1209600 60";
    private const string NoneOfOwn = "authority own.t.test. 30 soa ns.own.t.test. hostmaster.own.t.test. 1 7200 900 1209600 30";
    private const string Www = "answer www.t.test. 300 a 192.0.2.1";
    private const string MailAddress = "additional mail.t.test. 300 a 192.0.2.25";
    private const DnsType Unknown = (DnsType)999;

    private static readonly string[] SubServers =
    [
        "authority sub.t.test. 300 ns ns.own.t.test.", "authority sub.t.test. 300 ns ns.sub.t.test.",
        "additional ns.own.t.test. 300 a 127.0.0.1", "additional ns.sub.t.test. 300 a 127.0.0.2",
    ];

    /// <summary>The server's zones: one, and another below it.</summary>
    public static IReadOnlyList<(string Origin, string Text)> Zones { get; } =
    [
        ("t.test", """
            $ORIGIN t.test.
            $TTL 300
            @             SOA    ns hostmaster 1 2h 15m 14d 60
            @             NS     ns
            @             NS     ns.sub                    ; below a cut: here is only its glue
            @             MX     10 mail
            @             MX     20 ns.sub
            @             MX     30 mail.wild              ; only a wildcard has its address
            ns            A      127.0.0.1
            www           A      192.0.2.1
            www           AAAA   2001:db8::1
            mail          A      192.0.2.25
            self          A      192.0.2.26
            self          MX     10 self
            odd           TYPE999 \# 3 010203
            generic       TXT    \# 6 0568656C6C6F         ; a known type in the generic form
            long          TXT    "with \"quotes\", \\ and \233" plain
            deep.between  A      192.0.2.3                 ; so between.t.test. exists, and has nothing
            *.wild        A      192.0.2.4
            *.wild        MX     10 mail
            there.wild    TXT    "no address"
            a.*.half      A      192.0.2.5                 ; so *.half.t.test. exists, and has nothing
            *.other       CNAME  www
            alias         CNAME  www
            chain         CNAME  alias
            dangling      CNAME  none
            toempty       CNAME  between
            towild        CNAME  x.wild
            down          CNAME  www.sub
            out           CNAME  www.elsewhere.example.
            hen           CNAME  egg
            egg           CNAME  hen
            twice         A      192.0.2.6
            twice         A      192.0.2.6
            Twice    100  A      192.0.2.7
            sub           NS     ns.sub
            sub           NS     ns.own                    ; below another cut
            sub           TYPE43 \# 24 00010801 0102030405060708090A0B0C0D0E0F1011121314
            ns.sub        A      127.0.0.2
            hidden.sub    TXT    "not of this zone any more"
            near          NS     ns                        ; its server is of this zone
            own           NS     ns.own                    ; delegated to the same server
            ns.own        A      127.0.0.1

            """ + string.Concat(Enumerable.Range(0, 100).Select(i => FormattableString.Invariant($"many A 198.51.100.{i}\n")))),
        ("own.t.test", """
            $ORIGIN own.t.test.
            @     200  SOA  ns hostmaster 1 2h 15m 14d 30
                       NS   ns                             ; has the last time to live that was stated
            ns    100  A    127.0.0.1
            www        A    192.0.2.80
            """),
    ];

    /// <summary>An ordinary query.</summary>
    public static byte[] Plain { get; } = Ask("www");

    public static IReadOnlyList<DnsRow> Rows { get; } =
    [
        // What exists.
        new("RFC 1034 4.3.2", "a name and type that exist", Ask("www"), Lines("NOERROR aa", Www)),
        new("RFC 1034 4.3.2", "another type of the same name",
            Ask("www", DnsType.AAAA), Lines("NOERROR aa", "answer www.t.test. 300 aaaa 2001:db8::1")),
        new("RFC 1035 3.2.3", "all types",
            Ask("www", DnsType.ANY), Lines("NOERROR aa", Www, "answer www.t.test. 300 aaaa 2001:db8::1")),
        new("RFC 4343 3", "letters of either case", Ask("wWw.T.TeSt."), Lines("NOERROR aa", Www)),
        new("RFC 3597 3", "a type that the server does not know",
            Ask("odd", Unknown), Lines("NOERROR aa", @"answer odd.t.test. 300 type999 \# 3 010203")),
        new("RFC 3597 5", "a known type, written in the generic form",
            Ask("generic", DnsType.TXT), Lines("NOERROR aa", "answer generic.t.test. 300 txt \"hello\"")),
        new("RFC 1035 5.1", "a text with escapes",
            Ask("long", DnsType.TXT),
            Lines("NOERROR aa", @"answer long.t.test. 300 txt ""with \""quotes\"", \\ and \233"" ""plain""")),
        new("RFC 1035 3.3.9", "mail exchangers, with their addresses, but without glue", Ask("@", DnsType.MX), Lines(
            "NOERROR aa", "answer t.test. 300 mx 10 mail.t.test.", "answer t.test. 300 mx 20 ns.sub.t.test.",
            "answer t.test. 300 mx 30 mail.wild.t.test.", MailAddress, "additional mail.wild.t.test. 300 a 192.0.2.4")),
        new("RFC 1035 6.2", "an address that is already in the answer",
            Ask("self", DnsType.ANY),
            Lines("NOERROR aa", "answer self.t.test. 300 a 192.0.2.26", "answer self.t.test. 300 mx 10 self.t.test.")),
        new("RFC 1034 4.3.2", "the zone's own servers, one of them with glue", Ask("@", DnsType.NS), Lines(
            "NOERROR aa", "answer t.test. 300 ns ns.sub.t.test.", "answer t.test. 300 ns ns.t.test.",
            "additional ns.sub.t.test. 300 a 127.0.0.2", "additional ns.t.test. 300 a 127.0.0.1"))
        {
            BindDiffers = "It adds glue only for the servers of the root.",
        },
        new("RFC 1035 3.3.13", "the start of the zone",
            Ask("@", DnsType.SOA),
            Lines("NOERROR aa", None.Replace("authority t.test. 60", "answer t.test. 300", StringComparison.Ordinal))),
        new("RFC 2181 5, 5.2", "duplicates, and different times to live: each record once, with the lowest",
            Ask("twice"), Lines("NOERROR aa", "answer twice.t.test. 100 a 192.0.2.6", "answer twice.t.test. 100 a 192.0.2.7")),

        // What does not exist.
        new("RFC 2308 2.2, 3", "a name that exists, without the type", Ask("www", DnsType.MX), Lines("NOERROR aa", None)),
        new("RFC 2308 2.2", "the same, of a type that the server does not know", Ask("www", Unknown), Lines("NOERROR aa", None)),
        new("RFC 2308 2.1", "a name that does not exist", Ask("none"), Lines("NXDOMAIN aa", None)),
        new("RFC 2308 2.1", "the same, all types", Ask("none", DnsType.ANY), Lines("NXDOMAIN aa", None)),
        new("RFC 8020 2", "a name below one that does not exist", Ask("a.b.none"), Lines("NXDOMAIN aa", None)),
        new("RFC 8020 2", "a name below one that exists", Ask("a.www"), Lines("NXDOMAIN aa", None)),
        new("RFC 4592 2.2.2", "a name that has only names below it", Ask("between"), Lines("NOERROR aa", None)),
        new("RFC 4592 2.2.2", "the same, all types", Ask("between", DnsType.ANY), Lines("NOERROR aa", None)),
        new("RFC 4592 2.2.2", "another name below it", Ask("none.between"), Lines("NXDOMAIN aa", None)),
        new("RFC 1035 4.1.1", "a name of another zone", Ask("www.elsewhere.example."), "REFUSED"),
        new("RFC 1035 4.1.1", "the name above the zone", Ask("test."), "REFUSED"),

        // Wildcards.
        new("RFC 4592 3.3.1", "a name that a wildcard covers",
            Ask("x.wild"), Lines("NOERROR aa", "answer x.wild.t.test. 300 a 192.0.2.4")),
        new("RFC 4592 3.3.1", "a name with one more label",
            Ask("x.y.wild"), Lines("NOERROR aa", "answer x.y.wild.t.test. 300 a 192.0.2.4")),
        new("RFC 4592 3.3.1", "another type of the wildcard",
            Ask("x.wild", DnsType.MX), Lines("NOERROR aa", "answer x.wild.t.test. 300 mx 10 mail.t.test.", MailAddress)),
        new("RFC 4592 3.3.1", "all types of the wildcard", Ask("x.wild", DnsType.ANY), Lines(
            "NOERROR aa", "answer x.wild.t.test. 300 a 192.0.2.4", "answer x.wild.t.test. 300 mx 10 mail.t.test.")),
        new("RFC 4592 2.2.1", "a type that the wildcard does not have", Ask("x.wild", DnsType.TXT), Lines("NOERROR aa", None)),
        new("RFC 4592 2.2.1", "a name that exists beside the wildcard, without the type",
            Ask("there.wild"), Lines("NOERROR aa", None)),
        new("RFC 4592 2.2.1", "a name below one that exists beside the wildcard",
            Ask("x.there.wild"), Lines("NXDOMAIN aa", None)),
        new("RFC 4592 2.1.1", "the wildcard's own name",
            Ask("*.wild"), Lines("NOERROR aa", "answer *.wild.t.test. 300 a 192.0.2.4")),
        new("RFC 4592 2.2.2", "the name above the wildcard", Ask("wild"), Lines("NOERROR aa", None)),
        new("RFC 4592 2.2.2", "a name that a wildcard without records covers", Ask("x.half"), Lines("NOERROR aa", None)),
        new("RFC 4592 2.2.2", "the wildcard without records", Ask("*.half"), Lines("NOERROR aa", None)),
        new("RFC 4592 2.1.3", "a name with an asterisk in its middle",
            Ask("a.*.half"), Lines("NOERROR aa", "answer a.*.half.t.test. 300 a 192.0.2.5")),
        new("RFC 4592 2.1.3", "a name beside it", Ask("b.*.half"), Lines("NXDOMAIN aa", None)),
        new("RFC 4592 4.3", "a wildcard that is an alias",
            Ask("x.other"), Lines("NOERROR aa", Www, "answer x.other.t.test. 300 cname www.t.test.")),

        // Delegations.
        new("RFC 1034 4.3.2", "a name below a cut", Ask("www.sub"), Lines("NOERROR", SubServers)),
        new("RFC 1034 4.3.2", "the cut itself", Ask("sub"), Lines("NOERROR", SubServers)),
        new("RFC 1034 4.3.2", "the servers of the zone below", Ask("sub", DnsType.NS), Lines("NOERROR", SubServers)),
        new("RFC 1034 4.3.2", "all types of the cut", Ask("sub", DnsType.ANY), Lines("NOERROR", SubServers)),
        new("RFC 1034 4.3.2", "a cut whose server has an address in this zone", Ask("www.near"), Lines(
            "NOERROR", "authority near.t.test. 300 ns ns.t.test.", "additional ns.t.test. 300 a 127.0.0.1"))
        {
            BindDiffers = "It adds only glue.",
        },
        new("RFC 2181 6.1", "the address of a server below the cut, which is only glue",
            Ask("ns.sub"), Lines("NOERROR", SubServers)),
        new("RFC 2181 6.1", "something else below the cut", Ask("hidden.sub", DnsType.TXT), Lines("NOERROR", SubServers)),
        new("RFC 4035 3.1.4.1", "DS of a cut, which belongs to the parent", Ask("sub", DnsType.DS), Lines(
            "NOERROR aa", @"answer sub.t.test. 300 ds \# 24 000108010102030405060708090a0b0c0d0e0f1011121314")),
        new("RFC 4035 3.1.4.1", "DS of a cut without it, on a server that also has the zone below",
            Ask("own", DnsType.DS), Lines("NOERROR aa", None)),
        new("RFC 4035 3.1.4.1", "DS of a name below a cut", Ask("www.sub", DnsType.DS), Lines("NOERROR", SubServers)),
        new("RFC 4035 3.1.4.1", "DS of a zone, on a server without its parent", Ask("@", DnsType.DS), Lines("NOERROR aa", None)),
        new("RFC 1034 4.3.2", "a name in a zone below, on the same server",
            Ask("www.own"), Lines("NOERROR aa", "answer www.own.t.test. 100 a 192.0.2.80")),
        new("RFC 1034 4.3.2", "the servers of the zone below, on the same server", Ask("own", DnsType.NS), Lines(
            "NOERROR aa", "answer own.t.test. 200 ns ns.own.t.test.", "additional ns.own.t.test. 100 a 127.0.0.1")),
        new("RFC 2308 3", "a name that does not exist in the zone below", Ask("none.own"), Lines("NXDOMAIN aa", NoneOfOwn)),

        // Aliases.
        new("RFC 1034 4.3.2", "an alias", Ask("alias"), Lines("NOERROR aa", "answer alias.t.test. 300 cname www.t.test.", Www)),
        new("RFC 1034 3.6.2", "the alias itself",
            Ask("alias", DnsType.CNAME), Lines("NOERROR aa", "answer alias.t.test. 300 cname www.t.test.")),
        new("RFC 1034 4.3.2", "all types of an alias",
            Ask("alias", DnsType.ANY), Lines("NOERROR aa", "answer alias.t.test. 300 cname www.t.test.")),
        new("RFC 1034 3.6.2", "an alias of an alias",
            Ask("chain"),
            Lines("NOERROR aa", "answer alias.t.test. 300 cname www.t.test.", "answer chain.t.test. 300 cname alias.t.test.",
                Www)),
        new("RFC 2308 2.2", "an alias of a name without the type",
            Ask("alias", DnsType.MX), Lines("NOERROR aa", "answer alias.t.test. 300 cname www.t.test.", None)),
        new("RFC 2308 2.2", "an alias of a name that has only names below it",
            Ask("toempty"), Lines("NOERROR aa", "answer toempty.t.test. 300 cname between.t.test.", None)),
        new("RFC 6604 3", "an alias of a name that does not exist",
            Ask("dangling"), Lines("NXDOMAIN aa", "answer dangling.t.test. 300 cname none.t.test.", None)),
        new("RFC 1034 4.3.2", "an alias of a name that a wildcard covers",
            Ask("towild"),
            Lines("NOERROR aa", "answer towild.t.test. 300 cname x.wild.t.test.", "answer x.wild.t.test. 300 a 192.0.2.4")),
        new("RFC 1034 4.3.2", "an alias of a name below a cut",
            Ask("down"), Lines("NOERROR aa", ["answer down.t.test. 300 cname www.sub.t.test.", .. SubServers])),
        new("RFC 1034 4.3.2", "an alias of a name of another zone",
            Ask("out"), Lines("NOERROR aa", "answer out.t.test. 300 cname www.elsewhere.example.")),
        new("RFC 1034 3.6.2", "an alias loop",
            Ask("hen"),
            Lines("NOERROR aa", "answer egg.t.test. 300 cname hen.t.test.", "answer hen.t.test. 300 cname egg.t.test."))
        {
            BindDiffers = "It adds SERVFAIL. Our server leaves it to the resolver to report the loop.",
        },

        // The kind of question.
        new("RFC 1034 3.7.1", "all classes: without authority",
            Ask("www", type: DnsType.A, of: 255),
            Lines("NOERROR", Www)) { BindDiffers = "It does not support this: FORMERR." },
        new("RFC 1035 4.1.1", "a class of which the server has nothing", Ask("www", type: DnsType.A, of: 3), "REFUSED"),
        new("RFC 5936 2.2.1", "a zone transfer, which is not implemented",
            Ask("@", DnsType.AXFR), "NOTIMP") { BindDiffers = "It can, and is told not to: REFUSED." },
        new("RFC 1995 2", "an incremental transfer, which is not implemented",
            Ask("@", DnsType.IXFR), "NOTIMP") { BindDiffers = "It can, and is told not to: REFUSED." },
        new("RFC 1035 3.2.3", "MAILB, which is obsolete", Ask("www", DnsType.MAILB), "NOTIMP"),
        new("RFC 1035 3.2.3", "MAILA, which is obsolete", Ask("www", DnsType.MAILA), "NOTIMP"),
        new("RFC 6891 6.1.1", "a question for OPT, which no name has", Ask("www", DnsType.OPT), "FORMERR"),
        new("RFC 8945 4.2", "a question for TSIG, which no name has", Ask("www", (DnsType)250), "FORMERR"),
        new("RFC 6895 3.1", "a question for an undefined meta type", Ask("www", (DnsType)200), "FORMERR"),

        // The header.
        new("RFC 1035 4.1.1", "RD is copied, and RA is 0", Flagged(0x0100), Lines("NOERROR aa rd", Www)),
        new("RFC 1035 4.1.1, RFC 6840 5.7", "Z and AD in a query have no effect",
            Flagged(0x0060), Lines("NOERROR aa", Www)),
        new("RFC 4035 3.1.6", "CD is cleared in an authoritative response",
            Flagged(0x0010), Lines("NOERROR aa", Www)) { BindDiffers = "It copies CD." },
        new("RFC 1035 4.1.1", "flags for responses have no effect in a query", Flagged(0x0683), Lines("NOERROR aa", Www)),
        new("RFC 3425 3", "an inverse query, which is obsolete", Operation(1, "www", DnsType.A), "NOTIMP opcode 1"),
        new("RFC 1035 4.1.1", "the server's status", Operation(2, "www", DnsType.A), "NOTIMP opcode 2"),
        new("RFC 1996 3", "a notification",
            Operation(4, "@", DnsType.SOA),
            "NOTIMP opcode 4") { BindDiffers = "It accepts it, although it is the primary server." },
        new("RFC 2136 2.5.2, 3", "an update that deletes a set: class ANY, no data",
            [.. Operation(5, "@", DnsType.SOA)[..8], 0, 1, 0, 0, .. Ask("@", DnsType.SOA)[12..], 0xC0, 0x0C, 0, 1, 0, 255, 0,
                0, 0, 0, 0, 0],
            "NOTIMP opcode 5")
        {
            BindDiffers = "It can, and is told not to: REFUSED.",
        },
        new("RFC 2136 3", "an update that is cut off",
            [.. Operation(5, "@", DnsType.SOA)[..8], 0, 1, 0, 0, .. Ask("@", DnsType.SOA)[12..]],
            "NOTIMP opcode 5") { BindDiffers = "It can, and says FORMERR." },
        new("RFC 1035 4.1.1", "an undefined operation", Operation(15, "www", DnsType.A), "NOTIMP opcode 15"),

        // The form of the query.
        new("RFC 9619 4", "no question", [.. Plain[..4], 0, 0, .. Plain[6..12]], "FORMERR"),
        new("RFC 9619 4", "two questions", [.. Plain[..4], 0, 2, .. Plain[6..], .. Plain[12..]], "FORMERR"),
        new("RFC 1035 4.1.1", "a question that is cut off", Plain[..^3], "FORMERR"),
        new("RFC 1035 4.1.1", "the same with recursion desired", Flagged(0x0100)[..^3], "FORMERR rd"),
        new("RFC 1035 4.1.1", "fewer records than announced", [.. Plain[..11], 1, .. Plain[12..]], "FORMERR"),
        new("RFC 1035 4.1.4", "a name that points to itself", [.. Plain[..12], 0xC0, 12, 0, 1, 0, 1], "FORMERR"),
        new("RFC 1035 4.1", "bytes after the message", [.. Plain, 0], "FORMERR") { BindDiffers = "It ignores them." },

        // EDNS.
        new("RFC 6891 6.1.1", "EDNS in the query, EDNS in the response", Edns(), Lines("NOERROR aa", Www, "edns 0")),
        new("RFC 6891 6.1.1", "also if the name does not exist", Edns("none"), Lines("NXDOMAIN aa", None, "edns 0")),
        new("RFC 6891 6.1.1", "also if the server refuses", Edns("www.elsewhere.example."), Lines("REFUSED", "edns 0")),
        new("RFC 6891 6.1.1", "also in a referral", Edns("www.sub"), Lines("NOERROR", [.. SubServers, "edns 0"])),
        new("RFC 3225 3", "DO is copied", Edns(flags: 0x8000), Lines("NOERROR aa", Www, "edns 0 do")),
        new("RFC 6891 6.1.4", "other flags are not", Edns(flags: 0x7FFF), Lines("NOERROR aa", Www, "edns 0")),
        new("RFC 6891 6.1.2", "an undefined option",
            Edns(data: [0xFD, 0xE9, 0, 1, 7]), Lines("NOERROR aa", Www, "edns 0")),
        new("RFC 6891 6.1.3", "a higher version", Edns(version: 1), Lines("BADVERS", "edns 0")),
        new("RFC 6891 6.1.3", "a higher version, and no question",
            [.. Edns(version: 1)[..4], 0, 0, .. Edns(version: 1)[6..12], .. Option(version: 1)], Lines("BADVERS", "edns 0")),
        new("RFC 6891 6.1.1", "two OPT records",
            [.. Edns()[..11], 2, .. Edns()[12..], .. Option()], Lines("FORMERR", "edns 0")) { BindDiffers = BindForm },
        new("RFC 6891 6.1.2", "an OPT record with a name",
            [.. Plain[..11], 1, .. Plain[12..], 0xC0, 0x0C, .. Option()[1..]],
            Lines("FORMERR", "edns 0")) { BindDiffers = BindForm },
        new("RFC 6891 6.1.1", "an OPT record in another section",
            [.. Plain[..9], 1, 0, 0, .. Plain[12..], .. Option()], "FORMERR"),
        new("RFC 6891 6.1.2", "an option longer than its record", Edns(data: [0, 1, 0, 5, 7]), "FORMERR"),
        new("RFC 9619 4", "no question, and EDNS",
            [.. Edns()[..4], 0, 0, .. Edns()[6..12], .. Option()], Lines("FORMERR", "edns 0")),
    ];

    /// <summary>Situations that only exist over UDP.</summary>
    public static IReadOnlyList<DnsRow> RowsOfUdp { get; } =
    [
        new("RFC 1035 4.2.1", "more than 512 bytes", Ask("many"), "NOERROR aa tc"),
        new("RFC 6891 6.2.3", "more than the client accepts", Edns("many", size: 1000), Lines("NOERROR aa tc", "edns 0")),
        new("RFC 6891 6.2.3", "less than 512 counts as 512",
            Edns("www", size: 0), Lines("NOERROR aa", Www, "edns 0")),
        new("RFC 6891 6.2.5", "more than the server sends, whatever the client accepts",
            Edns("many", size: 65_535), Lines("NOERROR aa tc", "edns 0")),
    ];

    private const string BindForm = "It says FORMERR without an OPT record.";

    public static byte[] Ask(string name, DnsType type = DnsType.A, ushort of = 1) =>
        new DnsMessage(0x1234) { Questions = [new DnsQuestion(DnsName.Parse(Full(name)), type, of)] }.ToBytes();

    private static string Full(string name) => name == "@" ? "t.test." : name.EndsWith('.') ? name : $"{name}.t.test.";

    private static string Lines(string head, params string[] lines) => string.Join('\n', lines.Prepend(head));

    private static byte[] Flagged(int flags) => [.. Plain[..2], (byte)(flags >> 8), (byte)flags, .. Plain[4..]];

    private static byte[] Operation(int operation, string name, DnsType type) =>
        [.. Ask(name, type)[..2], (byte)(operation << 3), 0, .. Ask(name, type)[4..]];

    private static byte[] Option(int size = 1232, byte version = 0, int flags = 0, byte[]? data = null) =>
    [
        0, 0, 41, (byte)(size >> 8), (byte)size, 0, version, (byte)(flags >> 8), (byte)flags,
        0, (byte)(data?.Length ?? 0), .. data ?? [],
    ];

    private static byte[] Edns(string name = "www", int size = 1232, byte version = 0, int flags = 0, byte[]? data = null) =>
        [.. Ask(name)[..11], 1, .. Ask(name)[12..], .. Option(size, version, flags, data)];
}
