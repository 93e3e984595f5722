using System.Globalization;
using System.Net;
using NetworkingCourse.Display;
using NetworkingCourse.Tests.Figures;

namespace NetworkingCourse.Tests.Display;

public sealed class ClaimTests
{
    [Theory]
    [InlineData(9.99, false)]
    [InlineData(10, true)]
    [InlineData(1e9, true)]
    [InlineData(0, false)]
    public void At_least_holds_from_the_bound_up(double measured, bool holds) =>
        Assert.Equal(holds, Claim.AtLeast("longer by", 10, measured).Holds);

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(2.01, false)]
    public void At_most_holds_from_the_bound_down(double measured, bool holds) =>
        Assert.Equal(holds, Claim.AtMost("longer by", 2, measured).Holds);

    [Theory]
    [InlineData(0.37, false)]
    [InlineData(0.375, true)]
    [InlineData(0.5, true)]
    [InlineData(0.625, true)]
    [InlineData(0.63, false)]
    public void About_holds_as_far_as_the_tolerance_on_both_sides(double measured, bool holds) =>
        Assert.Equal(holds, Claim.About("half", 0.5, measured).Holds);

    [Theory]
    [InlineData("threads", "at most 1 thread", "1 thread")]
    [InlineData("queries", "at most 1 query", "1 query")]
    [InlineData("round trips", "at most 1 round trip", "1 round trip")]
    [InlineData("ms", "at most 1 ms", "1 ms")]
    [InlineData("Mbit/s", "at most 1 Mbit/s", "1 Mbit/s")]
    [InlineData("of 1", "at most 1 of 1", "1 of 1")]
    public void One_of_a_unit_is_in_the_singular(string unit, string stated, string measured)
    {
        var claim = Claim.AtMost("it takes", 1, 1, unit);
        Assert.Equal((stated, measured), (claim.Stated, claim.MeasuredText()));
        Assert.EndsWith(" " + unit, Claim.AtMost("it takes", 2, 1, unit).Stated);
    }

    [Fact]
    public void It_says_what_is_claimed_what_was_measured_and_in_words_whether_that_holds()
    {
        var text = Claim.Show(
            Claim.AtLeast("a look-up in the list takes longer than in the trie by", times: 10, measured: 37.24),
            Claim.AtMost("the queue holds", 16, 17, unit: "questions"),
            Claim.About("the mean is a share of the last", 0.5, 0.5512, within: 0.2)).ToString();

        var expected = """
        claim                                                   stated                measured here  verdict
        ------------------------------------------------------  --------------------  -------------  -----------------------------
        a look-up in the list takes longer than in the trie by  at least 10×                  37.2×  holds
        the queue holds                                         at most 16 questions   17 questions  does not hold on this machine
        the mean is a share of the last                         about 0.5× (± 20 %)          0.551×  holds
        """.ReplaceLineEndings("\n");
        Assert.Equal(expected, text);
    }

    [Theory]
    [InlineData(9.996, "9.996×")]
    [InlineData(9.9999999, "9.9999999×")]
    [InlineData(10.004, "10×")]
    [InlineData(12345.6, "12,346×")]
    [InlineData(0, "0×")]
    [InlineData(0.000123, "0.000123×")]
    public void A_number_has_the_digits_that_its_verdict_needs(double measured, string shown) =>
        Assert.Contains($">{shown}<", WebUtility.HtmlDecode(Claim.AtLeast("longer by", 10, measured).ToHtml()));

    [Fact]
    public void Its_words_are_encoded_and_its_numbers_are_the_same_on_every_desktop()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            var html = Claim.About("a < b & c", 1.5, 1234.5, unit: "<b>").ToHtml();
            Assert.Contains("a &lt; b &amp; c", html);
            // With a space before the percent sign at which no line ends.
            Assert.Contains("about 1.5 <b> (± 25\u00a0%)", WebUtility.HtmlDecode(html));
            Assert.Contains("about 1.5 &lt;b&gt;", html);
            Assert.Contains("1,235 &lt;b&gt;", html);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(12, "course-holds\">holds<")]
    [InlineData(8, "course-fails\">does not hold on this machine<")]
    public void Its_colour_goes_with_its_words(double measured, string verdict) =>
        Assert.Contains(verdict, Claim.AtLeast("longer by", 10, measured).ToHtml());

    [Theory]
    [InlineData("#1a7f37")]
    [InlineData("#b42318")]
    public void White_words_stand_out_from_the_background_that_they_bring(string background)
    {
        Assert.Contains($"background: {background}", Claim.AtLeast("longer by", 10, 12).ToHtml());

        // WCAG 2.1 requires this of text (success criterion 1.4.3).
        Assert.True(Eyes.Contrast("#ffffff", background) >= 4.5);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void What_was_not_measured_is_refused_by_the_name_of_its_claim(double measured)
    {
        Func<Claim>[] all =
        [
            () => Claim.AtLeast("longer by", 2, measured),
            () => Claim.AtMost("longer by", 2, measured),
            () => Claim.About("longer by", 2, measured),
        ];
        foreach (var make in all)
        {
            var refused = Assert.Throws<ArgumentOutOfRangeException>(make);
            Assert.Equal("measured", refused.ParamName);
            Assert.Contains("'longer by' has no measured value", refused.Message);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(0)]
    [InlineData(-2)]
    public void A_bound_that_is_none_is_refused(double bound)
    {
        Assert.Equal("times", Assert.Throws<ArgumentOutOfRangeException>(() => Claim.AtLeast("longer by", bound, 1)).ParamName);
        Assert.Equal("times", Assert.Throws<ArgumentOutOfRangeException>(() => Claim.AtMost("longer by", bound, 1)).ParamName);
        Assert.Equal("expected", Assert.Throws<ArgumentOutOfRangeException>(() => Claim.About("longer by", bound, 1)).ParamName);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_tolerance_that_is_none_or_lets_everything_pass_is_refused(double within) =>
        Assert.Equal("within", Assert.Throws<ArgumentOutOfRangeException>(() => Claim.About("half", 0.5, 0.5, within)).ParamName);

    [Fact]
    public void A_claim_of_nothing_and_no_claim_at_all_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Claim.AtLeast(" ", 2, 3));
        Assert.Throws<ArgumentException>(() => Claim.Show());
        Assert.Throws<ArgumentException>(() => Claim.Show(null!, Claim.AtLeast("longer by", 2, 3)));
    }
}
