namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The course's protocol, as pure functions on bytes, independent of sockets. A question is everything up to and including the
/// first <c>?</c>; its answer is the same bytes with a <c>.</c> in place of the <c>?</c>.
/// </summary>
/// <remarks>
/// TCP carries a stream of bytes, not of messages (RFC 9293, section 3.8): one segment may hold several questions or part of one.
/// The bytes themselves must therefore mark the end of a question. This kind of framing is called <em>delimiter-based</em>.
/// </remarks>
public static class Question
{
    /// <summary>The byte that ends a question.</summary>
    public const byte End = (byte)'?';

    /// <summary>The byte that ends an answer.</summary>
    public const byte AnswerEnd = (byte)'.';

    /// <summary>The maximum length of a question in bytes, including the <c>?</c>.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Finds the first complete question at the start of the received bytes.</summary>
    /// <param name="received">The bytes received and not yet answered, oldest first.</param>
    /// <param name="searched">How many leading bytes are known to contain no <c>?</c> and need not be searched again.</param>
    /// <returns>The length of the question in bytes, including the <c>?</c>; -1 if its end has not arrived yet.</returns>
    /// <exception cref="QuestionTooLongException">The first <see cref="MaxBytes"/> bytes contain no <c>?</c>.</exception>
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

    /// <summary>Turns a question into its answer in place: the final <c>?</c> becomes <c>.</c>.</summary>
    /// <param name="question">A complete question.</param>
    public static void TurnIntoAnswer(Span<byte> question) => question[^1] = AnswerEnd;
}

/// <summary>The exception thrown when a peer sends <see cref="Question.MaxBytes"/> bytes without a <c>?</c>.</summary>
public sealed class QuestionTooLongException()
    : Exception(Display.InvariantText.Format($"{Question.MaxBytes:N0} bytes arrived without a '?'"));
