using NetworkingCourse.Checking;

namespace NetworkingCourse.Tests.Checking;

/// <summary>What a learner sees of a check, whatever the code does that is checked.</summary>
public class VerdictTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private static FindEndExercise Exercise => Exercises.FindEnd;

    [Fact]
    public void A_stub_is_not_attempted_and_the_task_is_shown()
    {
        var verdict = Exercise.Check(_ => throw new NotImplementedException(), keep: false);

        Assert.Equal(VerdictState.NotAttempted, verdict.State);
        Assert.Contains("not attempted yet", verdict.ToText());
        Assert.Contains(Exercise.Task, verdict.ToText());
        Assert.DoesNotContain("course-wrong-step", verdict.ToHtml());
    }

    [Fact]
    public void A_right_answer_is_right()
    {
        var verdict = Exercise.Check(received => received.IndexOf((byte)'?') is >= 0 and var at ? at + 1 : -1, keep: false);

        Assert.Equal((VerdictState.Right, ""), (verdict.State, verdict.Explanation));
        Assert.StartsWith("[right] Exercise 4.1, 1", verdict.ToText());
    }

    [Fact]
    public void The_story_ends_with_the_step_that_went_wrong_and_shows_both_results()
    {
        var text = Exercise.Check(received => received.Length, 1, Long).ToText();

        Assert.Contains("   1. called it with `\"Yoyo?\"` → 5\n", text);
        Assert.Contains("   2. called it with `\"Is this \"`\n      expected: -1\n      actual:   8\n", text);
        Assert.DoesNotContain("   3.", text);
    }

    [Fact]
    public void An_unknown_mistake_is_wrong_without_an_explanation()
    {
        var verdict = Exercise.Check(_ => 42, 1, Long);

        Assert.Equal((VerdictState.NotYet, null, ""), (verdict.State, verdict.Mistake, verdict.Explanation));
        Assert.Contains("Hints: Exercises.FindEnd.Hint(1) to Hint(2)", verdict.ToText());
    }

    [Fact]
    public void An_exception_is_shown_as_what_came_back()
    {
        var verdict = Exercise.Check(_ => throw new FormatException("No."), 1, Long);

        Assert.Equal(VerdictState.NotYet, verdict.State);
        Assert.Contains("actual:   FormatException: No.", verdict.ToText());
    }

    [Fact]
    public void Code_that_needs_more_memory_than_there_is_is_told_so_and_not_called_again()
    {
        var calls = 0;
        // No array may be as long as that, however much memory there is.
        var verdict = Exercise.Check(_ => ++calls + new byte[int.MaxValue].Length, 1, Long);

        Assert.Equal((VerdictState.NotYet, 1), (verdict.State, calls));
        Assert.Contains("asked for more memory than there is", verdict.Explanation);
    }

    [Fact]
    public void Code_that_never_ends_is_given_up_and_the_call_is_named()
    {
        using var release = new ManualResetEventSlim();
        var verdict = Exercise.Check(
            received =>
            {
                while (received.IsEmpty && !release.IsSet)
                {
                }

                return Exercise.Reference(received);
            },
            1,
            Short);
        release.Set();

        Assert.Equal(VerdictState.NotYet, verdict.State);
        Assert.Contains("called it with `\"\"`", verdict.ToText());
        Assert.Contains("did not come to an end", verdict.Explanation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Code_that_catches_its_own_stop_has_not_come_to_an_end_either(bool returns)
    {
        var verdict = Exercise.Check(
            received =>
            {
                try
                {
                    Thread.Sleep(received.IsEmpty ? Timeout.InfiniteTimeSpan : TimeSpan.Zero);
                }
                catch (ThreadInterruptedException) when (returns)
                {
                }
                catch (ThreadInterruptedException exception)
                {
                    throw new FormatException("No.", exception);
                }

                return Exercise.Reference(received);
            },
            1,
            Short);

        Assert.Equal(VerdictState.NotYet, verdict.State);
        Assert.Contains("called it with `\"\"`", verdict.ToText());
        Assert.Contains("nothing within", verdict.ToText());
        Assert.DoesNotContain("FormatException", verdict.ToText());
        Assert.Contains("did not come to an end", verdict.Explanation);
    }

    [Fact]
    public async Task A_method_is_named_as_in_the_source_however_it_is_compiled()
    {
        async Task FailsAsync()
        {
            await Task.Yield();
            throw new FormatException();
        }

        var exception = await Assert.ThrowsAsync<FormatException>(FailsAsync);
        var method = new System.Diagnostics.StackTrace(exception).GetFrame(0)!.GetMethod()!;
        Assert.Equal("MoveNext", method.Name);
        Assert.Equal(nameof(A_method_is_named_as_in_the_source_however_it_is_compiled), Trial.NameOf(method));
    }

    [Fact]
    public void No_answer_is_not_attempted() => Assert.Equal(VerdictState.NotAttempted, Exercise.Check(null, 1, Long).State);

    [Fact]
    public void Html_says_it_in_words_too_and_folds_the_hints()
    {
        var html = Exercise.Check(_ => 42, 1, Long).ToHtml();

        Assert.Contains("✗ not yet", html);
        Assert.Contains("<b>expected</b>", html);
        Assert.Equal(Exercise.Hints, html.Split("<details>").Length - 1);
        Assert.Contains("solutions/4-server-architecture/1-one-conversation.ipynb", html);
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData("a", "a", true)]
    [InlineData(null, "a", false)]
    [InlineData(0.3, 0.1 + 0.2, true)]
    [InlineData(0.3, double.PositiveInfinity, false)]
    [InlineData(double.PositiveInfinity, 0.3, false)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, true)]
    [InlineData(0.3, double.NaN, false)]
    public void Values_are_compared_by_what_they_are(object? expected, object? actual, bool same) =>
        Assert.Equal(same, Present.Same(expected, actual));

    [Fact]
    public void Sequences_are_compared_item_by_item_and_exceptions_by_type()
    {
        Assert.True(Present.Same(new[] { 1, 2 }, new List<int> { 1, 2 }));
        Assert.False(Present.Same(new[] { 1, 2 }, new[] { 1, 2, 3 }));
        Assert.True(Present.Same(new IOException("a"), new EndOfStreamException("b")));
        Assert.False(Present.Same(new EndOfStreamException(), new IOException()));
    }
}
