using System.Text;
using CsCheck;
using NetworkingCourse.Application;

namespace NetworkingCourse.Tests.Application;

public class HttpMessageReaderTests
{
    private static readonly Gen<string> AName =
        Gen.Char["abcXYZ-0123456789!"].Array[1, 12].Select(letters => "X-" + new string(letters));
    private static readonly Gen<string> AValue =
        Gen.Char["abc XYZ,;=\"\u00e4:"].Array[0, 20].Select(letters => new string(letters).Trim());
    private static readonly Gen<(string, string)[]> Fields = Gen.Select(AName, AValue).Array[0, 8];
    private static readonly Gen<int[]> Pieces = Gen.Frequency((3, Gen.Int[1, 4]), (1, Gen.Int[5, 400])).Array[1, 40];
    private static readonly Gen<(int, byte)[]> Damage = Gen.Select(
        Gen.Int[0, 10_000],
        Gen.OneOf(Gen.Byte, Gen.OneOfConst((byte)'\r', (byte)'\n', (byte)0, (byte)' ', (byte)':'))).Array[1, 4];

    private static readonly Gen<(byte[] Bytes, byte[] Body, HttpFraming Framing)> Responses =
        from fields in Fields
        from body in Gen.Byte.Array[0, 300]
        from cuts in Gen.Int[1, 60].Array[1, 10]
        from trailers in Gen.Select(AName, AValue).Array[0, 3]
        from framing in Gen.OneOfConst(HttpFraming.Length, HttpFraming.Chunked)
        select framing == HttpFraming.Length
            ? (HttpWriter.Response(200, "OK", fields, body), body, framing)
            : ((byte[])[
                .. HttpWriter.Response(200, "OK", [.. fields, ("Transfer-Encoding", "chunked")]),
                .. HttpWriter.Chunked(Cut(body, cuts), trailers),
            ], body, framing);

    [Fact]
    public void What_is_written_is_read_again_and_every_byte_is_explained_in_whatever_pieces_it_comes() =>
        Gen.Select(Responses, Pieces).Sample((response, pieces) =>
        {
            var message = ReadAll(HttpMessageReader.OfResponse(), response.Bytes, pieces, out var taken).Message!;
            Assert.Equal(response.Bytes.Length, taken);
            Assert.Equal((response.Framing, 200), (message.Framing, message.Status));
            Assert.Equal(response.Body, message.Body);
            Assert.Equal(response.Bytes, message.Bytes);
            Assert.DoesNotContain(message.View().Map.Entries, entry => entry.IsGap);
        });

    [Fact]
    public void Two_messages_one_directly_after_the_other_are_parted_where_the_first_ends() =>
        Gen.Select(Responses, Responses).Sample((one, other) =>
        {
            byte[] both = [.. one.Bytes, .. other.Bytes];
            var reader = HttpMessageReader.OfResponse();
            return reader.Read(both) == one.Bytes.Length
                && HttpMessageReader.OfResponse().Read(both.AsSpan(one.Bytes.Length)) == other.Bytes.Length
                && reader.Message!.Body.SequenceEqual(one.Body);
        });

    /// <summary>Bytes changed at random have one outcome, in one piece or in many, and raise only HttpFormatException.</summary>
    [Fact]
    public void Damaged_messages_have_the_same_outcome_in_one_piece_and_in_many() =>
        Gen.Select(Responses, Damage, Pieces, Gen.Int[0, 2]).Sample((response, damage, pieces, rules) =>
        {
            var bytes = (byte[])response.Bytes.Clone();
            foreach (var (at, value) in damage)
            {
                bytes[at % bytes.Length] = value;
            }

            var chosen = new[] { HttpRules.Strict, HttpRules.LengthWins, HttpRules.ChunksWin }[rules];
            Assert.Equal(Outcome(bytes, [bytes.Length], chosen), Outcome(bytes, pieces, chosen));
        }, iter: 2000);

    [Fact]
    public void Any_bytes_at_all_are_read_or_refused_and_never_crash_it() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Outcome(bytes, [7], HttpRules.ChunksWin) is not null);

    public static TheoryData<string, string> HostileRequests => new()
    {
        { "GET / HTTP/1.1\nHost: a\n\n", "LF alone" },
        { "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", "LF alone" },
        { "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", "a CR not followed by LF" },
        { "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", "a NUL" },
        { "GET / HTTP/1.1\r\nHost: a\u0001b\r\n\r\n", "control character" },
        { "GET / HTTP/1.1\r\n\r\n", "one Host field" },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "one Host field" },
        { "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "a Host is a name" },
        { "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "a Host is a name" },
        { "GET / HTTP/1.1\r\nHost: b@a\r\n\r\n", "a Host is a name" },
        { "GET / HTTP/1.1\r\nHost: a\u00e4\r\n\r\n", "a Host is a name" },
        { "GET / HTTP/1.1\r\nHost: [\r\n\r\n", "a Host is a name" },
        { "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", "a Host is a name" },
        { "GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n", "a Host is a name" },
        { "GET / HTTP/1.1\r\nHost: [1.2.3.4]\r\n\r\n", "a Host is a name" },
        { "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", "a Host is a name" },
        { "GET / HTTP/1.1\r\nHost: a%4\r\n\r\n", "a Host is a name" },
        { "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "not an HTTP/1.x version" },
        { "GET /\r\nHost: a\r\n\r\n", "a request line is" },
        { "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "not an HTTP/1.x version" },
        { "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", "a method is one word" },
        { "GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n", "a target is a path" },
        { "GET /{}|^ HTTP/1.1\r\nHost: a\r\n\r\n", "a target is a path" },
        { "GET /x#y HTTP/1.1\r\nHost: a\r\n\r\n", "a target is a path" },
        { "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", "a target is a path" },
        { "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "a target is a path" },
        { "CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n", "a target is a path" },
        { "GET http://[::1/ HTTP/1.1\r\nHost: a\r\n\r\n", "a target is a path" },
        { "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "a request line is" },
        { "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "begins with white space" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", "begins with white space" },
        { "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "with the colon directly after it" },
        { "GET / HTTP/1.1\r\nHost\r\n\r\n", "without a colon" },
        { "GET / HTTP/1.1\r\n: a\r\n\r\n", "one word" },
        { Post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\nx"), "one of the two is a lie" },
        { Post("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\nx"), "one of the two is a lie" },
        { Post("Transfer-Encoding: xchunked", "0\r\n\r\n"), "other than chunked" },
        { Post("Transfer-Encoding: chunked, identity", "0\r\n\r\n"), "other than chunked" },
        { Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), "other than chunked" },
        { "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.0 has no" },
        { Post("Content-Length: -1", "x"), "digits and nothing else" },
        { Post("Content-Length: +1", "x"), "digits and nothing else" },
        { Post("Content-Length: 0x1", "x"), "digits and nothing else" },
        { Post("Content-Length: 1 1", "x"), "digits and nothing else" },
        { Post("Content-Length:", "x"), "digits and nothing else" },
        { Post("Content-Length: \u00b2", "x"), "digits and nothing else" },
        { Post("Content-Length: 99999999999999999999999999", "x"), "a body of more than" },
        { Post("Content-Length: 18446744073709551617", "x"), "a body of more than" },
        { Post("Content-Length: 1\r\nContent-Length: 2", "xx"), "more than one Content-Length" },
        { Post("Content-Length: 1, 2", "xx"), "more than one Content-Length" },
        { Post("Content-Length: 1, 1", "x"), "more than one Content-Length" },
        { Post("Transfer-Encoding: chunked", "x\r\n"), "hexadecimal digits" },
        { Post("Transfer-Encoding: chunked", "\r\n"), "hexadecimal digits" },
        { Post("Transfer-Encoding: chunked", "-1\r\n"), "hexadecimal digits" },
        { Post("Transfer-Encoding: chunked", "+1\r\na\r\n"), "hexadecimal digits" },
        { Post("Transfer-Encoding: chunked", "0x1\r\na\r\n"), "hexadecimal digits" },
        { Post("Transfer-Encoding: chunked", " 1\r\na\r\n"), "hexadecimal digits" },
        { Post("Transfer-Encoding: chunked", "1\na\r\n"), "LF alone" },
        { Post("Transfer-Encoding: chunked", "5;\r\n"), "a chunk extension is a name" },
        { Post("Transfer-Encoding: chunked", "5;;\r\n"), "a chunk extension is a name" },
        { Post("Transfer-Encoding: chunked", "5;=\r\n"), "a chunk extension is a name" },
        { Post("Transfer-Encoding: chunked", "5;a b\r\n"), "a chunk extension is a name" },
        { Post("Transfer-Encoding: chunked", "5;a \r\n"), "a chunk extension is a name" },
        { Post("Transfer-Encoding: chunked", "5;a=\r\n"), "a chunk extension is a name" },
        { Post("Transfer-Encoding: chunked", "5;a=\"b\r\n"), "a chunk extension is a name" },
        { Post("Transfer-Encoding: chunked", "5;a=\"b\\\"\r\n"), "a chunk extension is a name" },
        { Post("Transfer-Encoding: chunked", "5 \r\n"), "hexadecimal digits" },
        { Post("Transfer-Encoding: chunked", "1\r\nab\r\n"), "a chunk is longer than it says" },
        { Post("Transfer-Encoding: chunked", "1\r\na\n"), "a chunk is longer than it says" },
        { Post("Transfer-Encoding: chunked", "fffffffffffffffff\r\n"), "a body of more than" },
        { Post("Transfer-Encoding: chunked", "80000000\r\n"), "a body of more than" },
        { Post("Transfer-Encoding: chunked", "1;" + new string('x', 300) + "\r\n"), "a chunk size of more than 256" },
        { Post("Transfer-Encoding: chunked", "0\r\nContent-Length: 5\r\n\r\n"), "among the trailers" },
        { "GET /" + new string('x', 8000) + " HTTP/1.1\r\n", "a start line of more than 8,000" },
        { new string('x', 9000), "a start line of more than 8,000" },
        { "GET / HTTP/1.1\r\nX: " + new string('x', 9000), "a field of more than 8,000" },
        { "GET / HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 101)), "more than 100 fields" },
        {
            "GET / HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("X: " + new string('y', 7000) + "\r\n", 5)),
            "fields of more than 32,768"
        },
    };

    [Theory]
    [MemberData(nameof(HostileRequests))]
    public void Hostile_requests_are_refused_with_the_reason_in_one_piece_and_byte_by_byte(string request, string reason)
    {
        var bytes = Encoding.Latin1.GetBytes(request);
        var whole = Assert.Throws<HttpFormatException>(
            () => ReadAll(HttpMessageReader.OfRequest(), bytes, [bytes.Length], out _));
        var single = Assert.Throws<HttpFormatException>(() => ReadAll(HttpMessageReader.OfRequest(), bytes, [1], out _));

        Assert.Contains(reason, whole.Message, StringComparison.Ordinal);
        Assert.Equal((whole.Reason, whole.Offset), (single.Reason, single.Offset));
        Assert.InRange(whole.Offset, 0, bytes.Length);
    }

    [Fact]
    public void The_same_smuggled_bytes_are_two_different_requests_for_two_lenient_readers()
    {
        var bytes = Encoding.Latin1.GetBytes(Post(
            "Content-Length: 43\r\nTransfer-Encoding: chunked",
            "0\r\n\r\nGET /secret HTTP/1.1\r\nHost: a.test\r\n\r\n"));
        var byLength = HttpMessageReader.OfRequest(HttpRules.LengthWins);
        var byChunks = HttpMessageReader.OfRequest(HttpRules.ChunksWin);

        var (length, chunks) = (byLength.Read(bytes), byChunks.Read(bytes));

        Assert.Equal(bytes.Length, length);
        Assert.Equal(43, byLength.Message!.Body.Length);
        Assert.Empty(byChunks.Message!.Body);
        var hidden = HttpMessageReader.OfRequest();
        hidden.Read(bytes.AsSpan(chunks));
        Assert.Equal("/secret", hidden.Message!.Target);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost : a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: [\r\n\r\n")]
    [InlineData("GET /{}|^ HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;;=\r\na\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: +1\r\n\r\nx")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n 0x1 \r\na\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\n\n1\na\n0\n\n")]
    public void The_lenient_reader_takes_what_the_strict_one_refuses(string request)
    {
        var bytes = Encoding.Latin1.GetBytes(request);
        Assert.Throws<HttpFormatException>(() => HttpMessageReader.OfRequest().Read(bytes));
        var lenient = HttpMessageReader.OfRequest(HttpRules.ChunksWin);

        Assert.Equal(bytes.Length, lenient.Read(bytes));
        Assert.NotNull(lenient.Message);
    }

    [Theory]
    [InlineData("HEAD", "200 OK", HttpFraming.None)]
    [InlineData("CONNECT", "200 OK", HttpFraming.None)]
    [InlineData("CONNECT", "403 No", HttpFraming.Length)]
    [InlineData("GET", "204 No Content", HttpFraming.None)]
    [InlineData("GET", "304 Not Modified", HttpFraming.None)]
    [InlineData("GET", "100 Continue", HttpFraming.None)]
    [InlineData("GET", "200 OK", HttpFraming.Length)]
    public void Some_responses_have_no_body_whatever_their_fields_say(string method, string status, HttpFraming framing)
    {
        var reader = HttpMessageReader.OfResponse(method);
        reader.Read(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nab"));

        Assert.Equal((framing, framing == HttpFraming.None ? 0 : 2), (reader.Message!.Framing, reader.Message.Body.Length));
    }

    [Fact]
    public void Without_length_and_chunks_a_response_ends_with_the_connection_and_a_cut_off_one_is_named()
    {
        var close = HttpMessageReader.OfResponse();
        close.Read("HTTP/1.1 200 OK\r\n\r\nall of it"u8);
        Assert.Null(close.Message);
        Assert.Equal("all of it", close.End()!.Text);
        Assert.False(close.Message!.KeepsConnection);

        var cut = HttpMessageReader.OfResponse();
        cut.Read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"u8);
        Assert.Equal("7 bytes missing from the body", cut.Progress);
        Assert.Contains("7 bytes missing", Assert.Throws<HttpFormatException>(() => cut.End()).Message, StringComparison.Ordinal);
        Assert.Null(HttpMessageReader.OfResponse().End());
    }

    [Theory]
    [InlineData("", "a.test")]
    [InlineData("", "A.test:8080")]
    [InlineData("", "[::1]:80")]
    [InlineData("", "[v1.a:b]")]
    [InlineData("", "a.test:")]
    [InlineData("", "192.0.2.1:80")]
    [InlineData("", "a%41,b")]
    [InlineData("", "")]
    [InlineData("X", "")]
    public void A_host_is_a_name_or_an_address_or_for_a_tunnel_nothing(string more, string host)
    {
        var reader = HttpMessageReader.OfRequest();
        reader.Read(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\nX-More: {more}\r\n\r\n"));
        Assert.Equal(host, reader.Message!["Host"]);
    }

    public static TheoryData<string, string> HostileResponses => new()
    {
        { "HTTP/1.1 200\r\n\r\n", "a status line is" },
        { "HTTP/1.1  200 OK\r\n\r\n", "three digits" },
        { "HTTP/1.1 2000 OK\r\n\r\n", "three digits" },
        { "HTTP/1.1 2x0 OK\r\n\r\n", "three digits" },
        { "HTTP/1.1 099 OK\r\n\r\n", "three digits" },
        { "HTTP/1.1 600 OK\r\n\r\n", "three digits" },
        { "http/1.1 200 OK\r\n\r\n", "not an HTTP/1.x version" },
        { "HTTP/1.10 200 OK\r\n\r\n", "not an HTTP/1.x version" },
        { "HTTP/2 200 OK\r\n\r\n", "not an HTTP/1.x version" },
        { "ICY 200 OK\r\n\r\n", "not an HTTP/1.x version" },
        { "\r\nHTTP/1.1 200 OK\r\n\r\n", "a status line is" },
        { "HTTP/1.1 200 O\u0007K\r\n\r\n", "control characters" },
        { "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", "LF alone" },
        { "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", "a NUL" },
        { "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\n\r\n", "a CR not followed by LF" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "more than one Content-Length" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "one of the two is a lie" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "other than chunked" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX", "a chunk is longer than it says" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n", "a body of more than" },
    };

    [Theory]
    [MemberData(nameof(HostileResponses))]
    public void Hostile_responses_are_refused_with_the_reason_in_one_piece_and_byte_by_byte(string response, string reason)
    {
        var bytes = Encoding.Latin1.GetBytes(response);
        var whole = Assert.Throws<HttpFormatException>(
            () => ReadAll(HttpMessageReader.OfResponse(), bytes, [bytes.Length], out _));
        var single = Assert.Throws<HttpFormatException>(() => ReadAll(HttpMessageReader.OfResponse(), bytes, [1], out _));

        Assert.Contains(reason, whole.Message, StringComparison.Ordinal);
        Assert.Equal((whole.Reason, whole.Offset), (single.Reason, single.Offset));
    }

    [Fact]
    public void A_body_that_ends_with_the_connection_has_a_limit_too()
    {
        var reader = HttpMessageReader.OfResponse(rules: HttpRules.Strict with { Limits = new HttpLimits { Body = 5 } });
        reader.Read("HTTP/1.1 200 OK\r\n\r\nhello"u8);
        var exception = Assert.Throws<HttpFormatException>(() => reader.Read("!"u8));
        Assert.Contains("a body of more than 5 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lenient_reader_calls_the_end_of_a_chunk_by_its_name()
    {
        var reader = HttpMessageReader.OfRequest(HttpRules.ChunksWin);
        reader.Read("POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n1\na\n0\r\n\r\n"u8);
        var fields = reader.Message!.View().Sections.SelectMany(section => section.Fields);
        Assert.Equal("LF", fields.Single(field => field.Meaning == "the end of the chunk").Name);
    }

    // RFC 9112, sections 3, 5 and 6.1; RFC 9110, sections 5.4, 15.5.14 and 15.6.6.
    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", 400)]
    [InlineData("GET / HTTP/2.0\r\n", 505)]
    [InlineData("GET / HTTP/1.x\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: a, chunked\r\n\r\n", 501)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: a\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", 413)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9999999\r\n", 413)]
    public void A_refusal_says_with_which_status_code_a_server_answers(string request, int status)
    {
        var bytes = Encoding.Latin1.GetBytes(request);

        Assert.Equal(status, Assert.Throws<HttpFormatException>(() => HttpMessageReader.OfRequest().Read(bytes)).Status);
    }

    private static string Post(string fields, string body) => $"POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n{body}";

    private static IEnumerable<byte[]> Cut(byte[] body, int[] cuts)
    {
        for (int at = 0, i = 0; at < body.Length; i++)
        {
            var length = Math.Min(cuts[i % cuts.Length], body.Length - at);
            yield return body[at..(at + length)];
            at += length;
        }
    }

    private static HttpMessageReader ReadAll(HttpMessageReader reader, byte[] bytes, int[] pieces, out int taken)
    {
        taken = 0;
        for (var i = 0; taken < bytes.Length && reader.Message is null; i++)
        {
            var piece = bytes.AsSpan(taken, Math.Min(pieces[i % pieces.Length], bytes.Length - taken));
            taken += reader.Read(piece);
        }

        return reader;
    }

    private static string Outcome(byte[] bytes, int[] pieces, HttpRules rules)
    {
        try
        {
            var reader = ReadAll(HttpMessageReader.OfResponse(rules: rules), bytes, pieces, out var taken);
            var message = reader.Message ?? reader.End();
            return $"{taken} {message} {(message is null ? "" : message.View())}";
        }
        catch (HttpFormatException exception)
        {
            return $"{exception.Offset} {exception.Reason}";
        }
    }
}
