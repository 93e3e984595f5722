using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Checking;

/// <summary>
/// A piece of a larger whole: the learner's answer to an exercise if it is right, and the course's own if it is not.
/// </summary>
/// <typeparam name="TAnswer">The type of the answer.</typeparam>
public sealed class Piece<TAnswer> : Shown
    where TAnswer : class
{
    internal Piece(Verdict verdict, TAnswer code) => (Verdict, Code) = (verdict, code);

    /// <summary>The code to use.</summary>
    public TAnswer Code { get; }

    /// <summary>Whether it is the learner's.</summary>
    public bool IsYours => Verdict.State == VerdictState.Right;

    /// <summary>What the check said of the learner's code.</summary>
    public Verdict Verdict { get; }

    /// <inheritdoc/>
    public override string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>"
        + (Verdict.State == VerdictState.NotYet ? Verdict.ToHtml() : "");

    /// <summary>Whose code it is, in one line.</summary>
    public override string ToString()
    {
        var what = InvariantText.Format($"{Verdict.Exercise.Lesson}, {Verdict.Exercise.Title}");
        return IsYours ? $"{what}: yours" : $"{what}: the course's (yours: {Verdict.Words})";
    }
}
