namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The course's protocol, as pure functions over bytes: a question is everything up to and including the first <c>?</c>;
/// its answer is the same bytes with a <c>.</c> in place of the <c>?</c>. Nothing here knows about sockets.
/// </summary>
/// <remarks>
/// TCP carries a stream of bytes, not of messages (RFC 9293, section 3.8): one segment may hold many questions or a part of one.
/// Where a question ends is therefore written into the bytes themselves. This way of framing is called <em>by delimiter</em>.
/// </remarks>
public static class Question
{
    /// <summary>The byte that ends a question.</summary>
    public const byte End = (byte)'?';

    /// <summary>The byte that ends an answer.</summary>
    public const byte AnswerEnd = (byte)'.';

    /// <summary>The longest question allowed, in bytes, its <c>?</c> included.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Finds the first whole question at the start of what has been received.</summary>
    /// <param name="received">The bytes received and not yet answered, oldest first.</param>
    /// <param name="searched">How many of them are known to hold no <c>?</c>, so that they need not be looked at again.</param>
    /// <returns>The question's length in bytes, <c>?</c> included; or -1 if its end has not arrived yet.</returns>
    /// <exception cref="QuestionTooLongException">No question can end within <see cref="MaxBytes"/> any more.</exception>
    public static int FindEnd(ReadOnlySpan<byte> received, int searched = 0)
    {
        var window = received[..Math.Min(received.Length, MaxBytes)];
        var end = window[searched..].IndexOf(End);
        if (end >= 0)
        {
            return searched + end + 1;
        }

        return received.Length >= MaxBytes ? throw new QuestionTooLongException() : -1;
    }

    /// <summary>Turns a question into its answer, in place: the last byte, <c>?</c>, becomes <c>.</c>.</summary>
    /// <param name="question">One whole question.</param>
    public static void TurnIntoAnswer(Span<byte> question) => question[^1] = AnswerEnd;
}

/// <summary>A peer sent <see cref="Question.MaxBytes"/> bytes without a <c>?</c> among them.</summary>
public sealed class QuestionTooLongException()
    : Exception(Display.InvariantText.Format($"{Question.MaxBytes:N0} bytes arrived without a '?' among them"));
