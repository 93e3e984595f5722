using System.Buffers.Binary;
using CsCheck;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network.Dns;

public sealed class DnsMessageTests
{
    [Fact]
    public void A_query_is_the_bytes_of_RFC_1035()
    {
        var query = DnsMessage.Query("www.example.test", DnsType.A, id: 0x1234);

        Assert.Equal(
            "123401000001000000000000" + "03777777" + "076578616d706c65" + "0474657374" + "00" + "00010001",
            Convert.ToHexStringLower(query.ToBytes()));
    }

    [Fact]
    public void A_name_whose_end_was_written_before_ends_with_a_pointer_to_it()
    {
        // The names of RFC 1035, section 4.1.4: F.ISI.ARPA, FOO.F.ISI.ARPA, ARPA and the root.
        string[] names = ["F.ISI.ARPA", "FOO.F.ISI.ARPA", "ARPA", "."];
        var message = new DnsMessage(0)
        {
            Questions = [.. names.Select(name => new DnsQuestion(DnsName.Parse(name), DnsType.A))],
        };

        var bytes = message.ToBytes();

        Assert.Equal(
            "0146" + "03495349" + "0441525041" + "00" + "00010001"
            + "03464f4f" + "c00c" + "00010001"
            + "c012" + "00010001"
            + "00" + "00010001",
            Convert.ToHexStringLower(bytes[12..]));
        Assert.Equal(message.Questions, DnsMessage.Parse(bytes).Questions);
    }

    [Fact]
    public void Every_message_is_read_as_it_was_written_and_no_longer_than_without_compression() =>
        DnsGen.Messages.Sample(message =>
        {
            var bytes = message.ToBytes();
            return DnsGen.Same(DnsMessage.Parse(bytes), message)
                && DnsMessage.Parse(bytes).ToBytes().Length == bytes.Length
                && bytes.Length <= Uncompressed(message);
        });

    [Fact]
    public void Its_view_explains_every_byte() => DnsGen.Messages.Sample(message =>
    {
        var view = message.View();
        var fields = view.Sections.SelectMany(section => section.Fields);
        return view.Note is null
            && fields.Sum(field => field.Bits is { } bits ? bits.Count : field.Length * 8) == view.Bytes.Length * 8;
    });

    [Fact]
    public void Cut_off_anywhere_it_is_refused_and_what_was_read_until_there_is_still_shown() =>
        Gen.Select(DnsGen.Messages, Gen.Double.Unit).Sample((message, share) =>
        {
            var bytes = message.ToBytes();
            var cut = bytes.AsMemory(0, (int)(share * (bytes.Length - 1)));
            return !DnsMessage.TryParse(cut, out _, out var problem)
                && problem.Length > 0
                && DnsMessage.View(cut).Note == problem;
        });

    [Fact]
    public void Bytes_of_any_kind_and_flipped_bits_are_read_or_refused_and_nothing_else() =>
        Gen.Select(DnsGen.Messages, Gen.Int[0, 10_000].Array[1, 8], Gen.Byte.Array[0, 100], Gen.Bool)
            .Sample((message, flips, garbage, isGarbage) =>
            {
                var bytes = isGarbage ? garbage : message.ToBytes();
                foreach (var flip in flips.Where(_ => bytes.Length > 0))
                {
                    bytes[flip / 8 % bytes.Length] ^= (byte)(1 << (flip % 8));
                }

                var isMessage = DnsMessage.TryParse(bytes, out var parsed, out var problem);
                var view = DnsMessage.View(bytes);
                return isMessage == (problem.Length == 0)
                    && isMessage == (view.Note is null)
                    && (!isMessage || DnsGen.Same(DnsMessage.Parse(parsed!.ToBytes()), parsed));
            });

    [Theory]
    [InlineData("c00c", "a pointer at offset 12 points to itself")]
    [InlineData("c020", "a pointer at offset 12 points forward, to 32")]
    [InlineData("0161c00c", "a pointer at offset 14 points to 12, into the labels that lead to it: a loop")]
    [InlineData("c000", "a pointer at offset 12 points to 0, into the header")]
    [InlineData("c0", "a pointer at offset 12 lacks its second byte")]
    [InlineData("0561626364", "a label at offset 12 claims 5 bytes, but 4 are left")]
    [InlineData("3f", "a label at offset 12 claims 63 bytes, but 0 are left")]
    // A label of 64 bytes cannot even be written.
    [InlineData("40", "the byte 0x40 at offset 12 begins neither a label of up to 63 bytes nor a pointer")]
    [InlineData("80", "the byte 0x80 at offset 12 begins neither")]
    [InlineData("0161", "it continues at offset 14, where there is nothing")]
    [InlineData("", "it continues at offset 12, where there is nothing")]
    [InlineData("00", "'QTYPE' at offset 13 takes 2 bytes, and only 0 are left")]
    [InlineData("0000010001ff", "The message continues for 1 byte after the last announced record")]
    public void A_question_that_is_none_is_refused_with_the_reason(string hex, string reason) =>
        Refused(reason, [.. Header(questions: 1), .. Convert.FromHexString(hex)]);

    [Theory]
    [InlineData("0000010001000000000003010203", "'ADDRESS' at offset 23 takes 4 bytes, and only 3 are left")]
    [InlineData("000001000100000000000501020304ff", "The data of A of . ends at offset 27, but RDLENGTH says 28")]
    [InlineData("000001000100000000000401020304c0", "The message continues for 1 byte after the last announced record")]
    [InlineData("0000010001000000000004010203", "'RDATA' at offset 23 takes 4 bytes, and only 3 are left")]
    [InlineData("0000010001000000000000", "The A record of . has no data")]
    [InlineData("0000020001000000000002c017", "a pointer at offset 23 points to itself")]
    // The name would run past the end of its field.
    [InlineData("00000200010000000000020161", "it continues at offset 25, where there is nothing")]
    [InlineData("0000100001000000000003056162", "'text' at offset 24 takes 5 bytes, and only 2 are left")]
    [InlineData("00000f000100000000000100", "'PREFERENCE' at offset 23 takes 2 bytes, and only 1 is left")]
    [InlineData("000006000100000000000500000000ff", "'SERIAL' at offset 25 takes 4 bytes, and only 3 are left")]
    [InlineData("00001c000100000000000401020304", "'ADDRESS' at offset 23 takes 16 bytes, and only 4 are left")]
    public void A_record_that_is_none_is_refused_with_the_reason(string hex, string reason) =>
        Refused(reason, [.. Header(answers: 1), .. Convert.FromHexString(hex)]);

    [Fact]
    public void Every_flag_of_a_header_says_what_it_stands_for()
    {
        var view = DnsMessage.View(Header(questions: 0));

        Assert.All(["QR", "OPCODE", "AA", "TC", "RD", "RA", "Z", "RCODE"], flag => Assert.NotEmpty(view.Field(flag).Meaning));
    }

    [Fact]
    public void The_bits_beside_RA_are_Z_AD_and_CD() // RFC 6895, section 2.1; dig sets AD in its queries
    {
        var plain = DnsMessage.Query("www.example.test", DnsType.A, id: 1).ToBytes();
        string[] names = ["RA", "Z", "AD", "CD", "RCODE"];
        byte[] Query(int flags) => [.. plain[..2], (byte)(flags >> 8), (byte)flags, .. plain[4..]];
        string Bits(int flags) =>
            string.Join(' ', names.Select(name => $"{name}={DnsMessage.View(Query(flags)).Field(name).Value}"));

        Assert.Equal("RA=0 Z=0 AD=1 CD=0 RCODE=0", Bits(0x0120));
        Assert.Equal("RA=1 Z=1 AD=0 CD=1 RCODE=5", Bits(0x01D5));
        Assert.Equal(Query(0x01B0), DnsMessage.Parse(Query(0x01B0)).ToBytes());
        Assert.Contains("authentic data", DnsMessage.Parse(Query(0x0120)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_OPT_record_says_is_shown_and_its_upper_bits_of_the_code_count() // RFC 6891, section 6.1.3
    {
        var bytes = Convert.FromHexString("000180000000000000000001" + "000029" + "04d0" + "01008000" + "0006" + "fde90002abcd");

        Assert.Equal(16, (int)DnsMessage.Parse(bytes).Code);
        Assert.Equal(bytes, DnsMessage.Parse(bytes).ToBytes());
        var view = DnsMessage.View(bytes);
        Assert.Null(view.Note);
        string Value(string name) => view.Sections[^1].Fields.Single(field => field.Name == name).Value;
        Assert.Equal(("1", "0", "1", "0"), (Value("EXTENDED-RCODE"), Value("VERSION"), Value("DO"), Value("Z")));
        Assert.Equal(["OPTION-CODE", "OPTION-LENGTH", "OPTION-DATA"], view.Field("RDATA").Parts.Select(part => part.Name));
        Assert.Throws<ArgumentException>(() => (DnsMessage.Parse(bytes) with { Additional = [] }).ToBytes());
    }

    [Theory]
    [InlineData("000029" + "04d0" + "00000000" + "0001" + "00", "'OPTION-CODE' at offset 23 takes 2 bytes")]
    [InlineData("00002904d000000000" + "0005" + "0001000501", "'OPTION-DATA' at offset 27 takes 5 bytes, and only 1 is left")]
    public void Invalid_options_are_refused_with_the_reason(string hex, string reason) =>
        Refused(reason, [.. Header(additional: 1), .. Convert.FromHexString(hex)]);

    [Theory]
    [InlineData("000001" + "0003" + "00000000" + "0005" + "0161000007")] // Chaosnet: a name and a number
    [InlineData("000001" + "00ff" + "00000000" + "0000")] // RFC 2136, section 2.5.2: delete the set
    [InlineData("000010" + "00fe" + "00000000" + "0000")]
    public void What_data_look_like_depends_on_the_class(string hex)
    {
        byte[] bytes = [.. Header(answers: 1), .. Convert.FromHexString(hex)];
        var message = DnsMessage.Parse(bytes);

        Assert.IsType<UnknownData>(message.Answers[0].Data);
        Assert.Equal(bytes, message.ToBytes());
    }

    [Fact]
    public void Types_and_classes_without_a_name_are_written_as_numbers() // RFC 3597, section 5
    {
        Assert.Equal("www.test. TYPE65", new DnsQuestion(DnsName.Parse("www.test"), (DnsType)65).ToString());
        var record = new DnsRecord(DnsName.Parse("www.test"), (DnsType)65, 0, new UnknownData(new byte[1]));
        Assert.Equal("www.test. 0 IN TYPE65 \\# 1 00", record.ToString());
        Assert.Equal("www.test. 0 CLASS32 TYPE65 \\# 1 00", (record with { Class = 32 }).ToString());
    }

    [Fact]
    public void A_header_that_is_cut_off_and_counts_that_lie_are_refused_with_the_reason()
    {
        Refused("'QDCOUNT' at offset 4 takes 2 bytes, and only 1 is left", new byte[5]);
        Refused("The name at offset 12 is invalid: it continues at offset 12", Header(questions: 65_535));
        Refused("The name at offset 17 is invalid", [.. Header(questions: 65_535), 0, 0, 1, 0, 1]);
    }

    [Fact]
    public void Sixty_four_KiB_of_labels_are_refused_and_cost_no_more_than_255_bytes_of_them()
    {
        var labels = new byte[65_535];
        Header(questions: 1).CopyTo(labels, 0);
        for (var i = 12; i + 1 < labels.Length; i += 2)
        {
            (labels[i], labels[i + 1]) = (1, (byte)'a');
        }

        Refused("The name at offset 12 is invalid: it has more than 255 bytes", labels);
    }

    [Fact]
    public void A_name_made_longer_than_255_bytes_by_pointers_is_refused()
    {
        // Five labels of 63 bytes, each in a name of its own that continues with the name before.
        var bytes = new List<byte>(Header(questions: 5));
        for (var (i, before) = (0, 0); i < 5; i++)
        {
            var at = bytes.Count;
            byte[] rest = i == 0 ? [0] : [(byte)(0xC0 | (before >> 8)), (byte)before];
            bytes.AddRange([63, .. new byte[63], .. rest, 0, 1, 0, 1]);
            before = at;
        }

        Refused("it has more than 255 bytes", [.. bytes]);
    }

    [Fact]
    public void Pointers_that_lead_to_pointers_come_to_an_end()
    {
        // A chain of 40 pointers, each to the one before, hidden in data that nobody parses.
        var bytes = new List<byte>(Header(answers: 1, additional: 1));
        bytes.AddRange([0, 0x03, 0xE7, 0, 1, 0, 0, 0, 0, 0, 82]);
        var at = bytes.Count;
        bytes.AddRange([1, (byte)'a', 0, 0]);
        for (var (i, before) = (0, at); i < 39; i++)
        {
            bytes.AddRange([(byte)(0xC0 | (before >> 8)), (byte)before]);
            before = bytes.Count - 2;
        }

        bytes.AddRange([(byte)(0xC0 | ((bytes.Count - 2) >> 8)), (byte)(bytes.Count - 2)]);
        Refused("it has a chain of more than 32 pointers", [.. bytes]);
    }

    [Fact]
    public void What_has_no_room_goes_from_the_end_and_only_then_is_it_truncated()
    {
        var query = DnsMessage.Query("many.test", DnsType.A, id: 1);
        var name = query.Questions[0].Name;
        DnsRecord Record(int i) => new(name, DnsType.A, 60, new AddressData(Address.V4((uint)i)));
        DnsMessage Response(int answers, int additional) => query.Respond() with
        {
            Answers = [.. Enumerable.Range(0, answers).Select(Record)],
            Additional = [.. Enumerable.Range(0, additional).Select(Record), DnsMessage.UdpSize(1232)],
        };

        var fits = DnsMessage.Parse(Response(20, 5).ToBytes(512));
        var without = DnsMessage.Parse(Response(20, 20).ToBytes(512));
        var truncated = DnsMessage.Parse(Response(40, 0).ToBytes(512));

        Assert.Equal((20, 6, false), (fits.Answers.Count, fits.Additional.Count, fits.IsTruncated));
        Assert.Equal((20, 1, false), (without.Answers.Count, without.Additional.Count, without.IsTruncated));
        Assert.Equal(
            (0, 1, true, 1),
            (truncated.Answers.Count, truncated.Additional.Count, truncated.IsTruncated, truncated.Questions.Count));
        Assert.Equal(1232, truncated.UdpPayloadSize);
        Assert.Equal(40, DnsMessage.Parse(Response(40, 0).ToBytes()).Answers.Count);
        Assert.Throws<ArgumentException>(() => Response(5000, 0).ToBytes());
    }

    [Fact]
    public void An_OPT_record_says_how_long_an_answer_may_be_but_never_less_than_512() => Gen.UShort.Sample(size =>
        (DnsMessage.Query("a.test", DnsType.A) with { Additional = [DnsMessage.UdpSize(size)] }).UdpPayloadSize
            == Math.Max((int)size, 512));

    private static byte[] Header(ushort questions = 0, ushort answers = 0, ushort additional = 0)
    {
        var header = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), questions);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), answers);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), additional);
        return header;
    }

    private static void Refused(string reason, byte[] bytes)
    {
        Assert.False(DnsMessage.TryParse(bytes, out var message, out var problem));
        Assert.Null(message);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Equal(problem, DnsMessage.View(bytes).Note);
        Assert.Equal(problem, Assert.ThrowsAny<FormatException>(() => DnsMessage.Parse(bytes)).Message);
    }

    private static int Uncompressed(DnsMessage message) => 12 + message.Questions.Sum(question => question.Name.WireLength + 4)
        + message.Answers
            .Concat(message.Authority)
            .Concat(message.Additional)
            .Sum(record => record.Name.WireLength + 10 + record.Data switch
            {
                AddressData data => data.Address.Width / 8,
                NameData data => data.Target.WireLength,
                MailData data => 2 + data.Exchange.WireLength,
                TextData data => data.Strings.Sum(text => text.Length + 1),
                ZoneStartData data => data.PrimaryServer.WireLength + data.Mailbox.WireLength + 20,
                var data => ((UnknownData)data).Bytes.Length,
            });
}
