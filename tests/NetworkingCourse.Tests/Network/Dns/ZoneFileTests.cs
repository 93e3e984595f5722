using CsCheck;
using NetworkingCourse.Network;

namespace NetworkingCourse.Tests.Network.Dns;

public sealed class ZoneFileTests
{
    private const string Head = "$ORIGIN example.test.\n$TTL 300\n@ SOA ns1 hostmaster 1 2 3 4 5\n@ NS ns1\nns1 A 127.0.0.1\n";

    [Fact]
    public void The_example_of_RFC_1035_is_read()
    {
        // Section 5.3, with a time to live and a reserved name.
        var zone = Zone.Parse(
            """
            @   IN  SOA     VENERA      Action\.domains (
                                             20     ; SERIAL
                                             7200   ; REFRESH
                                             600    ; RETRY
                                             3600000; EXPIRE
                                             60)    ; MINIMUM

                    NS      A.ISI.TEST.
                    NS      VENERA
                    NS      VAXA
                    MX      10      VENERA
                    MX      20      VAXA

            A       A       26.3.0.103

            VENERA  A       10.1.0.52
                    A       128.9.0.32

            VAXA    A       10.2.0.27
                    A       128.9.0.33
            """, "ISI.TEST");

        Assert.Equal("ISI.TEST.", zone.Origin.ToString());
        Assert.Equal(
            "ISI.TEST. 60 IN SOA VENERA.ISI.TEST. Action\\.domains.ISI.TEST. 20 7200 600 3600000 60",
            zone.Start.ToString());
        Assert.Equal(
            ["VENERA.ISI.TEST. 60 IN A 10.1.0.52", "VENERA.ISI.TEST. 60 IN A 128.9.0.32"],
            zone.Find(DnsName.Parse("venera.isi.test"), DnsType.A).Answers.Select(record => record.ToString()));
        Assert.Equal(11, zone.Records.Count());
    }

    [Fact]
    public void Origin_owner_class_and_time_to_live_are_taken_over_from_before_unless_they_are_said()
    {
        var records = Zone.Parse(
            """
            $ORIGIN example.test.
            $TTL 1h30m
            @        IN 60 SOA ns1 hostmaster 1 2h 15m 14d 1m ; times with units
            @        NS  ns1
            ns1      30 IN A 127.0.0.1
                     AAAA ::1
            $ORIGIN sub.example.test.
            www      TXT "a ; and a \" quote" plain
            @        10 MX 5 www.example.test.
            """).Records.Select(record => record.ToString()).ToList();

        Assert.Equal(
            [
                "example.test. 60 IN SOA ns1.example.test. hostmaster.example.test. 1 7200 900 1209600 60",
                "example.test. 5400 IN NS ns1.example.test.",
                "ns1.example.test. 30 IN A 127.0.0.1",
                "ns1.example.test. 5400 IN AAAA ::1",
                "www.sub.example.test. 5400 IN TXT \"a ; and a \\\" quote\" \"plain\"",
                "sub.example.test. 10 IN MX 5 www.example.test.",
            ], records);
    }

    [Theory]
    [InlineData(
        "www A 192.0.2.300",
        "Line 6: '192.0.2.300' is not an IPv4 address: 300 is over 255. Expected four decimal numbers")]
    [InlineData("www A ::1", "Line 6: ::1 is an address of the wrong kind: expected IPv4 after A.")]
    [InlineData("www AAAA 192.0.2.1", "Line 6: 192.0.2.1 is an address of the wrong kind: expected IPv6 after AAAA.")]
    [InlineData("www", "Line 6: the line ends after the name; expected a type")]
    [InlineData("www A", "Line 6: the line ends too early; expected after A: an IPv4 address.")]
    [InlineData("www A 192.0.2.1 192.0.2.2", "Line 6: the data of A is followed by '192.0.2.2'; expected the end of the line.")]
    [InlineData("www ADDRESS 192.0.2.1", "Line 6: expected a type (A, AAAA, CNAME, MX, NS, PTR, SOA or TXT), not 'ADDRESS'.")]
    [InlineData("www 5x A 192.0.2.1", "Line 6: expected a time in seconds, or with units as in 1h30m, not '5x'.")]
    [InlineData("www 3000000000 A 192.0.2.1", "Line 6: a time is at most 2,147,483,647 seconds, not 3000000000.")]
    [InlineData("@ MX mail 10", "Line 6: expected after MX: a preference, a number from 0 to 65,535")]
    [InlineData("@ MX 10", "Line 6: the line ends too early; expected after MX: the name of a mail server.")]
    [InlineData("www TXT", "Line 6: the line ends too early; expected after TXT: a quoted string.")]
    [InlineData("www TXT \"a\\12\"", "Line 6: in 'a\\12', expected after a backslash: three digits up to 255")]
    [InlineData("www TXT \"a\\", "Line 6: a string has no closing quote")]
    [InlineData("www TXT \"open", "Line 6: a string has no closing quote")]
    [InlineData("\n\nwww TXT (\n\"open\"", "Line 8: a parenthesis is opened but never closed")]
    [InlineData("www A 192.0.2.1 )", "Line 6: a parenthesis is closed but was never opened")]
    [InlineData("a..b A 192.0.2.1", "Line 6: 'a..b.' is not a domain name: one of its labels is empty")]
    [InlineData("$INCLUDE other", "Line 6: '$INCLUDE' is unknown; expected $ORIGIN, $TTL, or a record.")]
    [InlineData("$TTL", "Line 6: expected after $TTL: a time-to-live in seconds, and nothing else.")]
    [InlineData("$TTL soon", "Line 6: expected a time in seconds")]
    [InlineData("x SOA ns1 hostmaster one 2 3 4 5", "Line 6: expected a number from 0 to 4,294,967,295, not 'one'.")]
    [InlineData("x SOA ns1 hostmaster 1 2 3 4 5", "Line 6: The zone has two SOA records")]
    [InlineData(
        "\nwww.other.test. A 192.0.2.1",
        "Line 7: www.other.test. 300 IN A 192.0.2.1 is outside the zone example.test.: expected a name that ends in it")]
    [InlineData("www CNAME ns1\nwww A 192.0.2.1", "Line 7: www.example.test. is an alias (CNAME), but has another record too")]
    [InlineData("www A 192.0.2.1\nwww CNAME ns1", "but has another record too")]
    [InlineData("www CNAME ns1\nwww CNAME ns2", "but has another record too")]
    public void A_line_that_makes_no_sense_is_named_and_what_was_expected_is_said(string line, string problem) =>
        Assert.Contains(problem, Assert.Throws<FormatException>(() => Zone.Parse(Head + line)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("www TXT \\# 6 0568656C6C6F", "TXT \"hello\"")]
    [InlineData("www TXT \\# 6 05 6865 6C6C 6F ; in pieces", "TXT \"hello\"")]
    [InlineData("www TXT \\# ( 6\n0568656C6C6F )", "TXT \"hello\"")]
    [InlineData("www TXT \"\\#\" 6", "TXT \"#\" \"6\"")] // in quotes it is text like any other
    [InlineData("www TXT \\#6", "TXT \"#6\"")]
    [InlineData("www A \\# 4 C0000201", "A 192.0.2.1")]
    [InlineData("www AAAA \\# 16 20010DB8000000000000000000000001", "AAAA 2001:db8::1")]
    [InlineData("www MX \\# 8 000A 046D61696C 00", "MX 10 mail.")]
    [InlineData("www CNAME \\# 3 016100", "CNAME a.")]
    [InlineData("www TYPE1 192.0.2.1", "A 192.0.2.1")]
    [InlineData("www CLASS1 type16 \\# 2 0161", "TXT \"a\"")]
    [InlineData("www TYPE65534 \\# 3 ABcdef", "TYPE65534 \\# 3 abcdef")]
    [InlineData("www TYPE731 \\# 0", "TYPE731 \\# 0")]
    [InlineData("www DS \\# 1 00", "DS \\# 1 00")]
    public void Data_may_be_written_in_the_form_of_RFC_3597(string line, string data)
    {
        var record = Zone.Parse(Head + line).Records.Single(record => record.Name.Equals(DnsName.Parse("www.example.test")));

        Assert.Equal($"www.example.test. 300 IN {data}", record.ToString());
        Assert.Equal(record, Zone.Parse(Head + record).Records.Single(other => other.Name.Equals(record.Name)));
    }

    [Theory]
    [InlineData("www TXT \\#", "Line 6: the line ends too early; expected after TXT: the length of the data in bytes")]
    [InlineData("www TXT \\# 6 056865", "Line 6: the data of TXT has 3 bytes, but 6 are announced.")]
    [InlineData("www TXT \\# 6 0568656C6C6F00", "Line 6: the data of TXT has 7 bytes, but 6 are announced.")]
    [InlineData("www TXT \\# 6 0568656C6C6", "Line 6: expected pairs of hexadecimal digits, not '0568656C6C6'.")]
    [InlineData("www TXT \\# 2 05g6", "Line 6: expected pairs of hexadecimal digits, not '05g6'.")]
    [InlineData("www TXT \\# 65536 00", "Line 6: expected a number from 0 to 65,535, not '65536'.")]
    [InlineData("www TXT \\# 2 0561", "Line 6: 'text' at offset 1 takes 5 bytes, and only 1 is left.")]
    [InlineData("www A \\# 5 C000020100", "Line 6: the data of A ends at offset 4, but 5 bytes are announced.")]
    [InlineData("www A \\# 0", "Line 6: the A record has no data.")]
    [InlineData("www MX \\# 4 000AC000", "Line 6: the name at offset 2 is compressed, which only names in a message can be.")]
    [InlineData("www NS \\# 18 01610162016301640165016601670168C00D", "Line 6: the name at offset 0 is compressed")]
    [InlineData("www TYPE999 3", "expected after TYPE999: \\#, the length of the data, and its bytes (RFC 3597, section 5)")]
    [InlineData("www TYPE65536 \\# 0", "expected a type")]
    [InlineData("www TYPE252 \\# 0", "expected a type")] // AXFR is a type of questions, not of records (RFC 6895, section 3.1)
    [InlineData("www OPT \\# 0", "expected a type")]
    [InlineData("www ANY \\# 0", "expected a type")]
    [InlineData("www CLASS3 A 192.0.2.1", "Line 6: expected the class IN, not 'CLASS3'.")]
    [InlineData("www CH A 192.0.2.1", "Line 6: expected the class IN, not 'CH'.")]
    [InlineData("www 60 60 A 192.0.2.1", "Line 6: expected a type")]
    [InlineData("www IN IN A 192.0.2.1", "Line 6: expected a type")]
    public void Data_in_that_form_that_make_no_sense_are_refused_with_the_reason(string line, string problem) =>
        Assert.Contains(problem, Assert.Throws<FormatException>(() => Zone.Parse(Head + line)).Message, StringComparison.Ordinal);

    // The last time stated (RFC 1035, section 5.1); with a $TTL, that one (RFC 2308, section 4); with neither, the last number
    // of the SOA record.
    [Theory]
    [InlineData("@ 100 SOA ns h 1 1 1 1 5\n 200 NS ns\nns A 127.0.0.1", "100 200 200")]
    [InlineData("@ 100 SOA ns h 1 1 1 1 5\n NS ns\nns 50 A 127.0.0.1\nwww A 192.0.2.1", "100 100 50 50")]
    [InlineData("@ SOA ns h 1 1 1 1 5\n NS ns\nns 50 A 127.0.0.1\nwww A 192.0.2.1", "5 5 50 50")]
    [InlineData("@ SOA ns h 1 1 1 1 5\n 200 NS ns\nns A 127.0.0.1\nwww A 192.0.2.1", "5 200 200 200")]
    [InlineData("$TTL 300\n@ 100 SOA ns h 1 1 1 1 5\n NS ns\nns 50 A 127.0.0.1\nwww A 192.0.2.1", "100 300 50 300")]
    [InlineData("@ 100 SOA ns h 1 1 1 1 5\n NS ns\n$TTL 300\nns A 127.0.0.1\n$TTL 400\nwww A 192.0.2.1", "100 100 300 400")]
    [InlineData("@ 100 IN SOA ns h 1 1 1 1 5\n IN 200 NS ns\nns IN A 127.0.0.1", "100 200 200")]
    [InlineData("@ 0 SOA ns h 1 1 1 1 5\n NS ns\nns A 127.0.0.1", "0 0 0")]
    public void A_line_without_a_time_to_live_has_the_last_one_that_was_stated(string file, string times) =>
        Assert.Equal(times, string.Join(' ', Zone.Parse(file, "example.test").Records.Select(record => record.TimeToLive)));

    [Theory]
    [InlineData("www MX 10\0 mail")]
    [InlineData("www 60\0 A 192.0.2.1")]
    [InlineData("www TXT \"\\6\0\0\"")]
    [InlineData("w\\6\0\0 A 192.0.2.1")]
    [InlineData("www AAAA ::1\0")]
    public void A_NUL_is_no_digit(string line) => Assert.Throws<FormatException>(() => Zone.Parse(Head + line));

    [Fact]
    public void Only_spaces_and_tabs_part_words_and_only_line_ends_part_lines()
    {
        // U+00A0, U+2028, U+0085 and a form feed: elsewhere white space or line ends, here part of the text.
        foreach (var letter in "\u00a0\u2028\u0085\f")
        {
            var zone = Zone.Parse($"{Head}www TXT a{letter}b \"c{letter}d\"");
            var text = (TextData)zone.Find(DnsName.Parse("www.example.test"), DnsType.TXT).Answers[0].Data;
            Assert.Equal(2, text.Strings.Count);
        }

        Assert.Equal(3, Zone.Parse(Head.Replace("\n", "\r\n", StringComparison.Ordinal)).Records.Count());
        Assert.Equal(3, Zone.Parse(Head.Replace('\n', '\r')).Records.Count());
    }

    [Fact]
    public void Data_of_more_than_65535_bytes_are_refused()
    {
        var text = string.Join(' ', Enumerable.Repeat($"\"{new string('x', 255)}\"", 256));

        var refused = Assert.Throws<FormatException>(() => Zone.Parse($"{Head}www TXT {text}"));

        Assert.Contains(
            "the data of TXT has 65,536 bytes; at most 65,535 are allowed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, Zone.Parse($"{Head}www TXT {text[..^2]}\"").Records.Count());
    }

    [Fact]
    public void What_a_record_prints_is_read_as_the_same_record() =>
        DnsGen.Records.Where(record => record.Type is not (DnsType.SOA or DnsType.CNAME)).Sample(record =>
        {
            var printed = record with { TimeToLive = record.TimeToLive & int.MaxValue };
            var zone = Zone.Parse($". 60 SOA . . 1 2 3 4 5\n. 60 NS ns.\n$ORIGIN other.\n{printed}");

            Assert.Equal(1, zone.Records.Count(other => (other with { TimeToLive = 0 }) == (record with { TimeToLive = 0 })));
        });

    [Theory]
    [InlineData("", "The zone has no SOA record: expected exactly one.")]
    [InlineData("; nothing\n\n", "The zone has no SOA record")]
    [InlineData(
        "a.test. 60 SOA b.test. c.test. 1 2 3 4 5",
        "names no server of its own: expected a.test. to have at least one NS record.")]
    [InlineData(" A 192.0.2.1", "Line 1: a line that begins with a space takes its name from the line before, but there is none")]
    [InlineData("a.test. A 192.0.2.1", "Line 1: there is no time-to-live, neither here nor in an earlier $TTL.")]
    public void A_file_that_is_no_zone_is_refused_with_the_reason(string file, string problem) =>
        Assert.Contains(problem, Assert.Throws<FormatException>(() => Zone.Parse(file)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"\\065\\\"\\\\b\"", "A\"\\b")]
    [InlineData("a\\;b\\ c", "a;b c")]
    // A letter of two UTF-8 bytes, twice, and a byte that is not UTF-8.
    [InlineData("\"é\\é\\255\"", "\u00C3\u00A9\u00C3\u00A9\u00FF")]
    public void A_text_may_hold_any_byte(string written, string bytes)
    {
        var record = Zone.Parse(Head + "www TXT " + written).Find(DnsName.Parse("www.example.test"), DnsType.TXT).Answers[0];

        Assert.Equal([bytes], ((TextData)record.Data).Strings);
    }

    [Fact]
    public void What_a_text_prints_is_read_as_the_same_text() =>
        Gen.Char['\0', '\xFF'].Array[0, 60].Select(letters => new string(letters)).Array[1, 4].Sample(strings =>
        {
            var record = new DnsRecord(DnsName.Parse("www.example.test"), DnsType.TXT, 300, new TextData(strings));

            var found = Zone.Parse($"{Head}{record}").Find(record.Name, DnsType.TXT);
            Assert.Equal(strings, ((TextData)found.Answers[0].Data).Strings);
        });

    [Fact]
    public void The_zones_of_the_course_are_zones()
    {
        string[] zones =
        [
            CourseZones.Root,
            CourseZones.Test,
            CourseZones.Reverse,
            CourseZones.Example,
            CourseZones.ReverseExample,
            CourseZones.Lame,
            CourseZones.Many(100),
        ];
        foreach (var text in zones)
        {
            // What a zone prints is a zone file again, and the same zone.
            var zone = Zone.Parse(text);
            Assert.Equal(zone.Records.Order(ByText), Zone.Parse(string.Join('\n', zone.Records)).Records.Order(ByText));
        }
    }

    private static Comparer<DnsRecord> ByText =>
        Comparer<DnsRecord>.Create((one, other) => string.CompareOrdinal(one.ToString(), other.ToString()));
}
