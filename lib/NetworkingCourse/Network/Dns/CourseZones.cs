using System.Globalization;

namespace NetworkingCourse.Network;

/// <summary>
/// The zones of a small name tree, as zone files. All names are in <c>.test</c>, which cannot be registered (RFC 6761, section
/// 6.2). Their addresses are documentation addresses (RFC 5737, RFC 3849), and the servers' addresses are loopback addresses:
/// nothing here leads off this machine.
/// </summary>
public static class CourseZones
{
    /// <summary>The root zone: it delegates the top-level domains and holds nothing else.</summary>
    public const string Root =
        """
        $TTL 1d
        .              SOA  a.root.test. hostmaster.test. 1 2h 15m 14d 1h
        .              NS   a.root.test.
        a.root.test.   A    127.53.0.1       ; the root server itself
        test.          NS   a.nic.test.      ; delegated to another server
        a.nic.test.    A    127.53.1.1       ; glue: without it, that server could not be reached
        in-addr.arpa.  NS   a.nic.test.
        """;

    /// <summary>A top-level domain: it delegates the domains below it.</summary>
    public const string Test =
        """
        $ORIGIN test.
        $TTL 1h
        @            SOA  a.nic hostmaster 1 2h 15m 14d 5m
        @            NS   a.nic
        a.nic        A    127.53.1.1
        a.root       A    127.53.0.1
        example      NS   ns1.example
        example      NS   ns2.example
        ns1.example  A    127.53.2.1
        ns2.example  A    127.53.2.2
        lame         NS   ns2.example      ; a mistake: that server does not have the zone
        lame         NS   ns1.example
        """;

    /// <summary>The reverse tree, which maps addresses to names.</summary>
    public const string Reverse =
        """
        $ORIGIN in-addr.arpa.
        $TTL 1h
        @        SOA  a.nic.test. hostmaster.test. 1 2h 15m 14d 5m
        @        NS   a.nic.test.
        2.0.192  NS   ns1.example.test.    ; no glue here: the server is in another zone
        """;

    /// <summary>A domain with a little of everything.</summary>
    public const string Example =
        """
        $ORIGIN example.test.
        $TTL 5m
        @       SOA    ns1 hostmaster 2026112401 2h 15m 14d 1m
        @       NS     ns1
        @       NS     ns2
        ns1     A      127.53.2.1
        ns2     A      127.53.2.2
        @       A      192.0.2.1
        @       MX     10 mail
        @       MX     20 mail.backup
        @       TXT    "v=spf1 mx -all"
        www     A      192.0.2.80
        www     AAAA   2001:db8::80
        mail    A      192.0.2.25
        mail.backup A  192.0.2.26
        blog    CNAME  www
        hen     CNAME  egg
        egg     CNAME  hen
        flash   10s A  192.0.2.99
        """;

    /// <summary>The reverse zone of 192.0.2.0/24.</summary>
    public const string ReverseExample =
        """
        $ORIGIN 2.0.192.in-addr.arpa.
        $TTL 5m
        @   SOA  ns1.example.test. hostmaster.example.test. 1 2h 15m 14d 1m
        @   NS   ns1.example.test.
        1   PTR  example.test.
        25  PTR  mail.example.test.
        80  PTR  www.example.test.
        """;

    /// <summary>A domain with a lame delegation: one of its name servers does not have the zone.</summary>
    public const string Lame =
        """
        $ORIGIN lame.test.
        $TTL 5m
        @    SOA  ns1.example.test. hostmaster.example.test. 1 2h 15m 14d 1m
        @    NS   ns1.example.test.
        @    NS   ns2.example.test.
        www  A    192.0.2.81
        """;

    /// <summary>Creates a zone in which one name has so many addresses that they do not fit into a UDP message.</summary>
    /// <param name="addresses">The number of addresses; at most 255.</param>
    public static string Many(int addresses)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(addresses, 255);
        return "$ORIGIN many.test.\n$TTL 5m\n@ SOA ns1.example.test. hostmaster.example.test. 1 2h 15m 14d 1m\n"
            + "@ NS ns1.example.test.\n"
            + string.Concat(Enumerable.Range(0, addresses)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"www A 198.51.100.{i}\n")));
    }
}
