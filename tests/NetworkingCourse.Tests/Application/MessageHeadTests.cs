using System.Text;
using CsCheck;
using NetworkingCourse.Application;

namespace NetworkingCourse.Tests.Application;

/// <summary>The head of a message as the proxy reads it.</summary>
public class MessageHeadTests
{
    private static readonly Gen<string> Word = Gen.Char["abcXYZ019-_.!#"].Array[1, 12].Select(letters => new string(letters));
    private static readonly Gen<string> Value = Gen.Char["abc ,;=\"/:\t\u00e9"].Array[0, 20].Select(letters => new string(letters).Trim(' ', '\t'));

    [Fact]
    public void What_was_written_is_read() =>
        Gen.Select(Word, Word, Value, Gen.Select(Word, Value).Array[0, 8]).Sample((first, second, third, fields) =>
        {
            var head = Parse($"{first} {second} {third}\r\n{string.Concat(fields.Select(field => $"{field.Item1}: \t{field.Item2} \r\n"))}\r\n");
            Assert.Equal((first, second, third), (head.First, head.Second, head.Third));
            Assert.Equal(fields, head.Fields);
        });

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", "At offset 16: a line ends with CR LF", "'Host: a\\nX: b")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "At offset 16: a line ends with CR LF", "\\r")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", "At offset 16: a line ends with CR LF", "\\x00")]
    [InlineData("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "At offset 16: a field has a name", "Host : a")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", "At offset 25: a field has a name", "' b'")]
    [InlineData("GET / HTTP/1.1\r\n: a\r\n\r\n", "At offset 16: a field has a name", ": a")]
    [InlineData("GET / HTTP/1.1\r\nHost\r\n\r\n", "At offset 16: a field has a name", "Host")]
    [InlineData("GET /\r\n\r\n", "At offset 0: a start line has three parts", "GET /")]
    [InlineData("GET  / HTTP/1.1\r\n\r\n", "At offset 0: a start line has three parts", "GET  /")]
    [InlineData(" GET / HTTP/1.1\r\n\r\n", "At offset 0: a start line has three parts", " GET")]
    [InlineData("GET / HTTP/1.1\r\n\r\nmore", "At offset 18: nothing follows", "more")]
    [InlineData("GET / HTTP/1.1\r\n", "At offset 16: a line ends with CR LF", "''")]
    [InlineData("", "At offset 0: a line ends with CR LF", "''")]
    public void What_could_be_read_in_two_ways_is_refused_and_the_bytes_are_named(string text, string beginning, string bytes)
    {
        var exception = Assert.Throws<FormatException>(() => Parse(text));
        Assert.StartsWith(beginning, exception.Message);
        Assert.Contains(bytes, exception.Message);
    }

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        Gen.Byte.Array[0, 100].Sample(IsReadOrRefused);
        Gen.Char["GET /:\r\n\0 a"].Array[0, 60].Sample(letters => IsReadOrRefused(Encoding.Latin1.GetBytes(letters)));
        IsReadOrRefused(Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("a: b\r\n", 201)) + "\r\n"));
    }

    private static void IsReadOrRefused(byte[] bytes)
    {
        try
        {
            Assert.All(MessageHead.Parse(bytes).Fields, field => Assert.DoesNotContain('\n', field.Name + field.Value));
        }
        catch (FormatException exception)
        {
            Assert.StartsWith("At offset ", exception.Message);
        }
    }

    private static MessageHead Parse(string text) => MessageHead.Parse(Encoding.Latin1.GetBytes(text));
}
