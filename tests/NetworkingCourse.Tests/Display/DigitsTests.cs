using System.Globalization;
using NetworkingCourse.Display;

namespace NetworkingCourse.Tests.Display;

public sealed class DigitsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("007", 7)]
    [InlineData("255", 255)]
    public void Digits_are_a_number(string text, byte number)
    {
        Assert.True(Digits.TryParse(text, out byte read));
        Assert.Equal(number, read);
    }

    // .NET ignores NUL characters at the end of a number.
    [Theory]
    [InlineData("")]
    [InlineData("256")]
    [InlineData("1\0")]
    [InlineData("1\0\0")]
    [InlineData("\0")]
    [InlineData("+1")]
    [InlineData("-0")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,0")]
    [InlineData("\u0661")]
    public void And_nothing_else_is(string text)
    {
        Assert.False(Digits.TryParse<byte>(text, out var read));
        Assert.Equal(0, read);
    }

    [Fact]
    public void A_style_allows_more_but_no_NUL()
    {
        Assert.True(Digits.TryParse("fF", out ushort hex, NumberStyles.AllowHexSpecifier));
        Assert.True(Digits.TryParse("1.5", out double point, NumberStyles.AllowDecimalPoint));
        Assert.Equal((255, 1.5), (hex, point));
        Assert.False(Digits.TryParse<ushort>("f\0", out _, NumberStyles.AllowHexSpecifier));
        Assert.False(Digits.TryParse<double>("1.5\0", out _, NumberStyles.AllowDecimalPoint));
    }
}
