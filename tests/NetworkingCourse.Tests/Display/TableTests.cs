using NetworkingCourse.Display;

namespace NetworkingCourse.Tests.Display;

public sealed class TableTests
{
    [Theory]
    [InlineData("12", true)]
    [InlineData("1,500 bytes", true)]
    [InlineData("20.0 ms ago", true)]
    [InlineData("-3", true)]
    [InlineData("× 4.9", true)]
    [InlineData("–", true)]
    [InlineData("", true)]
    [InlineData("10.1.2.0/24 → the laboratory", false)]
    [InlineData("1 listening, 7 asked, 7 answered", false)]
    [InlineData("anna", false)]
    [InlineData("- a remark", false)]
    public void Numbers_with_their_unit_are_aligned_to_the_right_and_sentences_that_begin_with_one_are_not(
        string cell,
        bool isNumber)
    {
        var html = new Table(["what"], [["7"], [cell]]).ToHtml();

        Assert.Equal(isNumber, html.Contains("<th class=n>", StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_sentence_may_go_on_in_a_second_line_and_nothing_else_may()
    {
        var html = new Table(["what"], [[new string('a', 60)], [new string('b', 61)]]).ToHtml();

        Assert.Contains("<td>aaa", html);
        Assert.Contains("<td class=\"course-long\">bbb", html);
    }

    [Theory]
    [InlineData("12.5 ms", true)]
    [InlineData("+1.7 %", true)]
    [InlineData("1,024", true)]
    [InlineData("127.0.0.1:8080", true)]
    [InlineData("", true)]
    [InlineData("connected", false)]
    [InlineData("1 listening, 7 received", false)]
    public void Numbers_stand_on_the_right_and_words_on_the_left_and_a_list_of_counts_is_words(string cell, bool onTheRight)
    {
        var table = new Table(["a column with a wide head"], [[cell], [cell]]);

        Assert.Equal(onTheRight, table.ToHtml().Contains("<td class=n>", StringComparison.Ordinal));
        Assert.Equal(onTheRight ? cell.PadLeft(25).TrimEnd() : cell, table.ToString().Split('\n')[2]);
    }
}
