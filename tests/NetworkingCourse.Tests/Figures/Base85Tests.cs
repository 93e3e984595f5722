using CsCheck;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Tests.Figures;

public sealed class Base85Tests
{
    // As unpack.js reads it: digits of base 85, the highest first, and what is missing of the last five is the highest digit.
    private static byte[] Decode(string text)
    {
        const string others = "\"$&'<>\\`{";
        var digits = Enumerable.Range('!', 94).Select(code => (char)code).Where(code => !others.Contains(code)).ToList();
        Assert.Equal(85, digits.Count);
        return
        [
            .. text.Chunk(5).SelectMany(group =>
            {
                var number = Enumerable.Range(0, 5)
                    .Aggregate(0L, (sum, i) => (sum * 85) + (i < group.Length ? digits.IndexOf(group[i]) : 84));
                return Enumerable.Range(0, group.Length - 1).Select(i => (byte)(number >> (24 - (8 * i))));
            }),
        ];
    }

    [Fact]
    public void Bytes_come_back_as_they_were_from_fewer_characters_than_with_Base64() =>
        Gen.Byte.Array[0, 40].Sample(bytes =>
        {
            var text = Base85.Encode(bytes);
            Assert.Equal(bytes, Decode(text));
            Assert.Equal((bytes.Length * 5 + 3) / 4, text.Length);
        });

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0 }, "!!!!!")]
    [InlineData(new byte[] { 255, 255, 255, 255 }, "|=^1!")]
    [InlineData(new byte[] { 1 }, "!B")]
    public void Examples(byte[] bytes, string expected) => Assert.Equal(expected, Base85.Encode(bytes));
}
