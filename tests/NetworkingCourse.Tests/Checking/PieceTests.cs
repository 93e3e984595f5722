namespace NetworkingCourse.Tests.Checking;

/// <summary>An answer becomes part of a whole if it is right; otherwise the course's own does.</summary>
public sealed class PieceTests
{
    [Fact]
    public void What_is_not_done_or_wrong_is_replaced_by_the_courses_own()
    {
        var stub = Exercises.FindEnd.Use(_ => throw new NotImplementedException());
        Assert.False(stub.IsYours);
        Assert.EndsWith("the course's (yours: not attempted yet)", stub.ToString());
        Assert.Equal(3, stub.Code("ab?"u8.ToArray()));

        var wrong = Exercises.FindEnd.Use(_ => 42);
        Assert.False(wrong.IsYours);
        Assert.EndsWith("the course's (yours: not yet)", wrong.ToString());
        Assert.Contains("course-check", wrong.ToHtml());
    }

    [Fact]
    public void What_is_right_is_used()
    {
        FindEndExercise.Answer own = received => received.IndexOf((byte)'?') is >= 0 and var at ? at + 1 : -1;
        var piece = Exercises.FindEnd.Use(own);
        Assert.True(piece.IsYours, piece.Verdict.ToText());
        Assert.Same(own, piece.Code);
        Assert.EndsWith(": yours", piece.ToString());
    }
}
