using NetworkingCourse.Display;

namespace NetworkingCourse.Tests.Display;

public sealed class TableTests
{
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

        Assert.Equal(onTheRight, table.ToHtml().Contains("<td class=\"course-number\">", StringComparison.Ordinal));
        Assert.Equal(onTheRight ? cell.PadLeft(25).TrimEnd() : cell, table.ToString().Split('\n')[2]);
    }
}
