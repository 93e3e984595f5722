using System.Text;
using CsCheck;
using NetworkingCourse.Application;

namespace NetworkingCourse.Tests.Application;

/// <summary>Compares the reader with the RFC's grammar: it reads every message correctly, and refuses everything else.</summary>
public sealed class HttpGrammarTests
{
    private static readonly HttpRules[] AllRules = [HttpRules.Strict, HttpRules.LengthWins, HttpRules.ChunksWin];

    [Fact]
    public void All_readers_read_every_request_correctly_wherever_its_bytes_are_cut() => HttpGen.Requests.Sample(request =>
    {
        var expected = $"{request.Bytes.Length}\n{request.Reading}";
        Assert.Equal(expected, Text(HttpGrammar.ReadRequest(request.Bytes)));
        AssertRead(expected, request.Bytes, HttpMessageReader.OfRequest);
    });

    [Fact]
    public void And_every_response() => HttpGen.Responses.Sample(response =>
    {
        var expected = $"{response.Bytes.Length}\n{response.Reading}";
        Assert.Equal(expected, Text(HttpGrammar.ReadResponse(response.Bytes, response.Method)));
        AssertRead(expected, response.Bytes, rules => HttpMessageReader.OfResponse(response.Method, rules));
    });

    // A change may turn one message into another; the grammar decides whether it did.
    [Fact]
    public void The_strict_reader_refuses_a_changed_request_unless_the_grammar_still_allows_it() =>
        Gen.Select(HttpGen.Requests, HttpGen.Changes.Array[1, 2]).Sample((request, changes) =>
        {
            var bytes = changes.Aggregate(request.Bytes, (before, change) => change(before));
            Assert.Equal(Text(HttpGrammar.ReadRequest(bytes)), Read(HttpMessageReader.OfRequest(), bytes));
        }, iter: 20_000);

    [Fact]
    public void And_a_changed_response() =>
        Gen.Select(HttpGen.Responses, HttpGen.Changes.Array[1, 2]).Sample((response, changes) =>
        {
            var bytes = changes.Aggregate(response.Bytes, (before, change) => change(before));
            var expected = Text(HttpGrammar.ReadResponse(bytes, response.Method));
            Assert.Equal(expected, Read(HttpMessageReader.OfResponse(response.Method), bytes));
        }, iter: 20_000);

    private static void AssertRead(string expected, byte[] bytes, Func<HttpRules, HttpMessageReader> read)
    {
        foreach (var rules in AllRules)
        {
            for (var cut = 0; cut <= bytes.Length; cut++)
            {
                Assert.Equal(expected, Read(read(rules), bytes[..cut], bytes[cut..]));
            }

            Assert.Equal(expected, Read(read(rules), [.. bytes.Select(value => new[] { value })]));
        }
    }

    private static string Text((HttpReading Reading, int Length)? read) =>
        read is { } message ? $"{message.Length}\n{message.Reading}" : "refused";

    // The number of bytes read, and their content. The connection ends after them.
    private static string Read(HttpMessageReader reader, params byte[][] pieces)
    {
        try
        {
            var taken = pieces.Sum(piece => reader.Read(piece));
            if ((reader.Message ?? reader.End()) is not { } message)
            {
                return "refused";
            }

            var body = Encoding.Latin1.GetString(message.Body);
            return $"{taken}\n{new HttpReading(message.StartLine.Split(' ', 3), message.Fields, body, message.Trailers)}";
        }
        catch (HttpFormatException)
        {
            return "refused";
        }
    }
}
