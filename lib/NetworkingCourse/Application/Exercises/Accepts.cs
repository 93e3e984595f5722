using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using NetworkingCourse.Checking;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.6: decide whether a certificate is the right one.</summary>
    public static AcceptsExercise Accepts { get; } = new();
}

/// <summary>What a client looks at in a server's certificate.</summary>
/// <param name="CommonName">The common name (CN) of its subject.</param>
/// <param name="DnsNames">The DNS names among its subject alternative names; they may begin with <c>*.</c>.</param>
/// <param name="Addresses">The IP addresses among its subject alternative names.</param>
/// <param name="ValidFrom">The first instant at which it is valid.</param>
/// <param name="ValidUntil">The last instant at which it is valid.</param>
/// <param name="IsTrusted">Whether a chain of signatures leads from it to an authority that the client trusts.</param>
public sealed record PresentedCertificate(
    string CommonName, IReadOnlyList<string> DnsNames, IReadOnlyList<IPAddress> Addresses,
    DateTimeOffset ValidFrom, DateTimeOffset ValidUntil, bool IsTrusted);

/// <summary>The learner decides whether a client may go on with the server that has presented a certificate.</summary>
public sealed class AcceptsExercise : CaseExercise<AcceptsExercise.Answer, AcceptsExercise.Presented>
{
    private const int RandomCases = 60;

    private static readonly DateTimeOffset Day = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    internal AcceptsExercise()
        : base(new ExerciseText(
            "1-application/6-the-tunnel-and-tls.ipynb", "1.6", 2, nameof(Exercises.Accepts),
            "Is this the certificate of that host?",
            "A client wants to talk to `host`, and the server has presented `certificate` and proved that it has the key. "
                + "Return whether the client may go on at the time `now`. The certificate must be trusted (`IsTrusted`: its "
                + "chain leads to an authority that this client trusts), must be valid now (`ValidFrom` and `ValidUntil` "
                + "included), and must be for this host. A name must be among `DnsNames`, where case does not matter and `*` "
                + "as the whole first label stands for exactly one label; `*` in any other place means nothing. If `host` is "
                + "an IP address, it must be among `Addresses`. The common name plays no part (RFC 9525).",
            [
                "These are three questions, and all three must be answered with yes: who signed it, when is it valid, whose is "
                    + "it? For the third, first find out whether `host` is an address.",
                "`IPAddress.TryParse(host, out var address)` says whether it is an address. For `*.adder.test`, the host must "
                    + "consist of one label and `.adder.test`: cut the host at its first dot and compare what remains, "
                    + "dot included, with `StringComparison.OrdinalIgnoreCase`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="certificate">The certificate that the server has presented.</param>
    /// <param name="host">The name or the IP address of the host that the client wants.</param>
    /// <param name="now">The current time.</param>
    /// <returns>Whether the client may go on.</returns>
    public delegate bool Answer(PresentedCertificate certificate, string host, DateTimeOffset now);

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference => (certificate, host, now) =>
        certificate.IsTrusted && IsInTime(certificate, now) && IsFor(certificate, host, Matches);

    // Each mistake is the right answer but for one thing.
    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "accepts everything",
            "Your method accepts every certificate. The connection is encrypted then, but you do not know for whom: an "
                + "attacker on the path presents a certificate of their own and reads everything. This is the `return true` that "
                + "was only meant for the test.",
            (_, _, _) => true),
        new(
            "does not ask who signed it",
            "Your method looks at the name and the dates, but not at `IsTrusted`. Anyone can make a certificate for any name and "
                + "any dates; it takes a second. What they cannot make is the signature of an authority that you trust.",
            (certificate, host, now) => IsInTime(certificate, now) && IsFor(certificate, host, Matches)),
        new(
            "does not look at the dates",
            "Your method accepts certificates that have expired. A stolen key would be good for ever. Authorities also stop "
                + "keeping track of what they have revoked once it has expired.",
            (certificate, host, _) => certificate.IsTrusted && IsFor(certificate, host, Matches)),
        new(
            "looks only at the end of the validity",
            "Your method checks that the certificate has not expired, but not that it is valid already. A validity has two ends. "
                + "In practice this check reveals a wrong clock: if yours is years behind, expired certificates look good, too.",
            (certificate, host, now) =>
                certificate.IsTrusted && now <= certificate.ValidUntil && IsFor(certificate, host, Matches)),
        new(
            "believes the common name",
            "Your method accepts a certificate whose common name is the host, although it has names of its own among `DnsNames`. "
                + "The common name is free text: a person's name, a company, anything. If there are DNS names, no client has "
                + "looked at it since 2000 (RFC 2818).",
            (certificate, host, now) => certificate.IsTrusted && IsInTime(certificate, now)
                && (IsFor(certificate, host, Matches) || Matches(certificate.CommonName, host))),
        new(
            "takes the common name if there is no other",
            "Your method falls back to the common name if there are no DNS names. For a long time that was the rule, and .NET's "
                + "`MatchesHostname` still does it unless you forbid it. RFC 9525 ended it, and browsers had done so by 2017: "
                + "an authority that restricts a certificate to some names restricts only the alternative names.",
            (certificate, host, now) => certificate.IsTrusted && IsInTime(certificate, now)
                && (IsFor(certificate, host, Matches)
                    || (certificate.DnsNames.Count == 0 && Matches(certificate.CommonName, host)))),
        new(
            "lets `*` stand for several labels",
            "Your method lets `*.adder.test` match `a.b.adder.test`. The star stands for exactly one label. A server "
                + "that may answer for `www` and `mail` may not answer for every name of a whole department.",
            (certificate, host, now) => certificate.IsTrusted && IsInTime(certificate, now) && IsFor(
                certificate, host, (name, wanted) => Matches(name, wanted)
                    || (IsWildcard(name) && wanted.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase)))),
        new(
            "compares only the end of the name",
            "Your method accepts a host that ends with the name. `evil-adder.test` ends with `adder.test` as well, and "
                + "anyone can register it. `adder.test` itself has no label in the place of the star of `*.adder.test`. The "
                + "dot is part of what must be equal, and there must be one label in front of it.",
            (certificate, host, now) => certificate.IsTrusted && IsInTime(certificate, now) && IsFor(
                certificate, host, (name, wanted) => wanted.EndsWith(
                    IsWildcard(name) ? name[2..] : name, StringComparison.OrdinalIgnoreCase))),
        new(
            "compares names with case",
            "Names are case-insensitive in DNS (RFC 4343), and so they are in certificates. Your method refuses `Music.TEST` "
                + "although the certificate for `music.test` is right. Users learn to click such warnings away.",
            (certificate, host, now) => certificate.IsTrusted && IsInTime(certificate, now) && IsFor(
                certificate, host, (name, wanted) => Matches(name, wanted) && (IsWildcard(name)
                    ? wanted.EndsWith(name[1..], StringComparison.Ordinal) : name == wanted))),
        new(
            "takes an address for a name",
            "Your method looks for an IP address among the DNS names. A certificate has a place of its own for addresses "
                + "(`Addresses`), and they are compared as numbers: `::1` and `0:0:0:0:0:0:0:1` are the same. An address has no "
                + "labels: `*.0.0.1` means nothing.",
            (certificate, host, now) => certificate.IsTrusted && IsInTime(certificate, now)
                && certificate.DnsNames.Any(name => Matches(name, host))),
        new(
            "compares addresses as text",
            "Your method compares the text of two addresses. An IPv6 address has many spellings: `::1` and `0:0:0:0:0:0:0:1` are "
                + "the same. Parse the host, and compare addresses.",
            (certificate, host, now) => certificate.IsTrusted && IsInTime(certificate, now)
                && (IPAddress.TryParse(host, out _)
                    ? certificate.Addresses.Any(one => one.ToString() == host)
                    : IsFor(certificate, host, Matches))),
        new(
            "does not know the star",
            "Your method finds only names that are equal to the host. In `*.adder.test`, the star stands for one label: with "
                + "such a certificate, a server may answer for `www.adder.test`.",
            (certificate, host, now) => certificate.IsTrusted && IsInTime(certificate, now) && IsFor(
                certificate, host, (name, wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase))),
        new(
            "lets the star stand anywhere",
            "Your method takes a name with a star for a pattern, as in the name of a file. In a certificate, only a star that is "
                + "the whole first label stands for something: `w*.adder.test` and `www.*.test` match nothing (RFC 9525, "
                + "section 6.3).",
            (certificate, host, now) => certificate.IsTrusted && IsInTime(certificate, now) && IsFor(
                certificate, host, (name, wanted) => Regex.IsMatch(wanted, Pattern(name), RegexOptions.IgnoreCase))),
        new(
            "leaves out the ends of the validity",
            "Your method refuses a certificate at its first and its last instant. Both belong to the time in which it is valid: "
                + "compare with `<=`.",
            (certificate, host, now) => certificate.IsTrusted && certificate.ValidFrom < now && now < certificate.ValidUntil
                && IsFor(certificate, host, Matches)),
    ];

    private protected override IEnumerable<Presented> Cases(Random random)
    {
        var good = Certificate("music.test");
        yield return new(good, "music.test", Day);
        yield return new(good, "adder.test", Day);
        yield return new(good with { IsTrusted = false }, "music.test", Day);
        yield return new(good, "music.test", good.ValidUntil.AddDays(1));
        yield return new(good, "music.test", good.ValidFrom.AddDays(-1));
        yield return new(good, "music.test", good.ValidUntil);
        yield return new(good, "music.test", good.ValidFrom);
        yield return new(good, "Music.TEST", Day);
        yield return new(Certificate("adder.test", "www.adder.test"), "www.adder.test", Day);
        yield return new(Certificate("music.test") with { CommonName = "adder.test" }, "adder.test", Day);
        yield return new(Certificate() with { CommonName = "music.test" }, "music.test", Day);
        var star = Certificate("*.adder.test");
        yield return new(star, "www.adder.test", Day);
        yield return new(star, "WWW.Adder.test", Day);
        yield return new(star, "adder.test", Day);
        yield return new(star, "www.evil-adder.test", Day);
        yield return new(Certificate("adder.test"), "evil-adder.test", Day);
        yield return new(Certificate("adder.test"), "www.adder.test", Day);
        yield return new(star, "a.b.adder.test", Day);
        yield return new(Certificate("w*.adder.test"), "www.adder.test", Day);
        yield return new(Certificate("www.*.test"), "www.adder.test", Day);
        yield return new(Certificate("www.adder.test"), "www-adder.test", Day);
        var address = Certificate("music.test") with { Addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback] };
        yield return new(address, "127.0.0.1", Day);
        yield return new(address, "0:0:0:0:0:0:0:1", Day);
        yield return new(address, "127.0.0.2", Day);
        yield return new(Certificate("127.0.0.1"), "127.0.0.1", Day);
        yield return new(Certificate("*.0.0.1"), "127.0.0.1", Day);
        var tokyo = TimeSpan.FromHours(9);
        yield return new(good, "music.test", good.ValidUntil.AddMinutes(-5).ToOffset(tokyo));
        yield return new(good, "music.test", good.ValidUntil.AddMinutes(5).ToOffset(-tokyo));
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomCase(random);
        }
    }

    private protected override object? Apply(Answer answer, Presented arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var certificate = arguments.Certificate with
        {
            DnsNames = [.. arguments.Certificate.DnsNames],
            Addresses = [.. arguments.Certificate.Addresses],
        };
        return new Said(answer(certificate, arguments.Host, arguments.Now) ? "accepts" : "refuses");
    }

    private protected override string Describe(Presented arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var certificate = arguments.Certificate;
        IEnumerable<string> names =
        [
            .. certificate.DnsNames.Select(name => $"DNS `{name}`"), .. certificate.Addresses.Select(one => $"address `{one}`"),
        ];
        return $"at {Time(arguments.Now)}, `{arguments.Host}` presented a certificate: CN `{certificate.CommonName}`; "
            + (names.Any() ? string.Join(", ", names) : "no alternative names")
            + $"; valid from {Time(certificate.ValidFrom)} to {Time(certificate.ValidUntil)}"
            + (certificate.IsTrusted ? "" : "; signed by an unknown authority");
    }

    private static PresentedCertificate Certificate(params string[] names) => new(
        names.FirstOrDefault(name => !name.Contains('*', StringComparison.Ordinal)) ?? "Networking Course",
        names, [], Day.AddDays(-30), Day.AddDays(60), true);

    private static Presented RandomCase(Random random)
    {
        string[] hosts =
        [
            "adder.test", "www.adder.test", "WWW.adder.test", "a.b.adder.test", "evil-adder.test", "music.test", "127.0.0.1",
            "::1",
        ];
        string[] names =
        [
            "adder.test", "www.adder.test", "*.adder.test", "*.test", "*.b.adder.test", "music.test", "Music.Test", "127.0.0.1",
        ];
        var certificate = Certificate(random.GetItems(names, random.Next(0, 4))) with
        {
            CommonName = random.GetItems(hosts, 1)[0],
            Addresses = random.Next(2) == 0 ? [] : [IPAddress.Parse(random.GetItems(["127.0.0.1", "::1", "10.0.0.5"], 1)[0])],
            IsTrusted = random.Next(8) > 0,
        };
        var now = random.Next(8) switch
        {
            0 => certificate.ValidFrom.AddHours(-random.Next(1, 1000)),
            1 => certificate.ValidUntil.AddHours(random.Next(1, 1000)),
            _ => certificate.ValidFrom.AddHours(random.Next(0, 60 * 24)),
        };
        return new(certificate, random.GetItems(hosts, 1)[0], now);
    }

    private static string Time(DateTimeOffset time) => time.ToString(
        time.Offset == TimeSpan.Zero ? "yyyy-MM-dd HH:mm'Z'" : "yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    private static bool IsInTime(PresentedCertificate certificate, DateTimeOffset now) =>
        certificate.ValidFrom <= now && now <= certificate.ValidUntil;

    private static bool IsFor(PresentedCertificate certificate, string host, Func<string, string, bool> matches) =>
        IPAddress.TryParse(host, out var address)
            ? certificate.Addresses.Contains(address)
            : certificate.DnsNames.Any(name => matches(name, host));

    private static bool Matches(string name, string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return name.Equals(host, StringComparison.OrdinalIgnoreCase)
            || (IsWildcard(name) && dot > 0 && name[1..].Equals(host[dot..], StringComparison.OrdinalIgnoreCase));
    }

    private static string Pattern(string name) =>
        "^" + Regex.Escape(name).Replace(@"\*", "[^.]*", StringComparison.Ordinal) + "$";

    private static bool IsWildcard(string name) => name.StartsWith("*.", StringComparison.Ordinal);

    /// <summary>A certificate that a server has presented; see <see cref="Answer"/>.</summary>
    /// <param name="Certificate">The certificate.</param>
    /// <param name="Host">The host that the client wants.</param>
    /// <param name="Now">The current time.</param>
    public sealed record Presented(PresentedCertificate Certificate, string Host, DateTimeOffset Now);
}
