using System.Text;
using CsCheck;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class QuestionTests
{
    private static readonly Gen<byte[]> Bytes = Gen.OneOf(Gen.Byte, Gen.Const(Question.End)).Array[0, 300];

    [Fact]
    public void A_question_ends_with_the_first_question_mark() => Bytes.Sample(bytes =>
        Question.FindEnd(bytes) == (Array.IndexOf(bytes, Question.End) is >= 0 and var index ? index + 1 : -1));

    [Fact]
    public void What_has_been_searched_is_not_needed_to_find_the_end() =>
        Gen.Select(Bytes, Gen.Int[0, 300]).Sample((bytes, wish) =>
        {
            var mark = Array.IndexOf(bytes, Question.End);
            var searched = Math.Min(wish, mark < 0 ? bytes.Length : mark);
            return Question.FindEnd(bytes, searched) == Question.FindEnd(bytes);
        });

    [Fact]
    public void An_answer_differs_from_its_question_in_the_last_byte_only() => Bytes.Sample(bytes =>
    {
        byte[] question = [.. bytes, Question.End];
        var answer = question.ToArray();
        Question.TurnIntoAnswer(answer);
        return answer.AsSpan(0, bytes.Length).SequenceEqual(bytes) && answer[^1] == Question.AnswerEnd;
    });

    [Theory]
    [InlineData(Question.MaxBytes - 1)]
    [InlineData(Question.MaxBytes)]
    public void A_question_may_be_as_long_as_the_limit(int length)
    {
        var question = LongQuestion(length);

        Assert.Equal(length, Question.FindEnd(question));
        Assert.Equal(length, Question.FindEnd(question, searched: length - 1));
    }

    [Fact]
    public void A_question_mark_one_byte_beyond_the_limit_comes_too_late() =>
        Assert.Throws<QuestionTooLongException>(() => Question.FindEnd(LongQuestion(Question.MaxBytes + 1)));

    [Fact]
    public void One_byte_below_the_limit_without_a_question_mark_is_a_question_that_goes_on() =>
        Assert.Equal(-1, Question.FindEnd(new byte[Question.MaxBytes - 1]));

    [Fact]
    public void At_the_limit_without_a_question_mark_no_question_can_end_any_more()
    {
        var exception = Assert.Throws<QuestionTooLongException>(() => Question.FindEnd(new byte[Question.MaxBytes]));

        Assert.Contains("65,536 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_is_64_KiB() => Assert.Equal(65_536, Question.MaxBytes);

    [Fact]
    public void A_question_mark_alone_is_a_question()
    {
        var question = Encoding.ASCII.GetBytes("?");

        Assert.Equal(1, Question.FindEnd(question));
        Question.TurnIntoAnswer(question);
        Assert.Equal(".", Encoding.ASCII.GetString(question));
    }

    private static byte[] LongQuestion(int length) => [.. Enumerable.Repeat((byte)'x', length - 1), Question.End];
}
