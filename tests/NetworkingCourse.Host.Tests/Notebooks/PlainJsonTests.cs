using System.Text;
using System.Text.Json;
using CsCheck;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

public sealed class PlainJsonTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("网易云音乐 · é", "网易云音乐 · é")]
    [InlineData("\U0001F600 \U0001F1EA\U0001F1FA", "\U0001F600 \U0001F1EA\U0001F1FA")]
    [InlineData("<a href='x'>&amp;</a>+`", "<a href='x'>&amp;</a>+`")]
    [InlineData("\u007f\u0080\u2028\u2029\ue000\ufeff", "\u007f\u0080\u2028\u2029\ue000\ufeff")]
    [InlineData("\"\\/", "\\\"\\\\/")]
    [InlineData("\b\f\n\r\t", "\\b\\f\\n\\r\\t")]
    [InlineData("\u001b[31m\0", "\\u001b[31m\\u0000")]
    public void Only_what_JSON_wants_escaped_is_escaped(string text, string written) =>
        Assert.Equal($"\"{written}\"", Write(text));

    [Fact]
    public void Half_a_character_becomes_the_replacement_character() =>
        Assert.Equal("\"a\uFFFDb\uFFFD\"", Write("a\uD800b\uDC00"));

    [Fact]
    public void Every_text_comes_back_as_it_was() => Gen.String.Sample(text =>
    {
        // Where a text contains halves of characters, these are replaced.
        var whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return JsonSerializer.Deserialize<string>(Write(text)) == whole;
    });

    private static string Write(string text)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = new PlainJsonEncoder() }))
        {
            writer.WriteStringValue(text);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
