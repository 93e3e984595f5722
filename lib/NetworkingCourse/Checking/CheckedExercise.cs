using System.Globalization;

namespace NetworkingCourse.Checking;

/// <summary>An exercise whose answer is a method, or a class, of the learner's.</summary>
/// <typeparam name="TAnswer">The type of the answer: a delegate or a base class.</typeparam>
public abstract class Exercise<TAnswer> : Exercise
    where TAnswer : class
{
    /// <summary>How many different checks there are: each seed from 1 to this number makes one.</summary>
    internal const int Seeds = 50;

    // On a machine that does other work too, code that ends must not be taken for code that does not.
    private static readonly TimeSpan ForTests = TimeSpan.FromSeconds(60);

    private protected Exercise(ExerciseText text)
        : base(text)
    {
    }

    /// <inheritdoc/>
    internal override int DifferentChecks => Seeds;

    /// <summary>How long the learner's code may run in one check.</summary>
    internal virtual TimeSpan Deadline => TimeSpan.FromSeconds(2.5);

    /// <summary>A right answer.</summary>
    internal abstract TAnswer Reference { get; }

    /// <summary>Typical wrong answers.</summary>
    internal abstract IReadOnlyList<Mistake<TAnswer>> Mistakes { get; }

    internal sealed override IReadOnlyList<Mistake> KnownMistakes => Mistakes;

    /// <summary>Checks an answer, and keeps the verdict for <see cref="Progress"/>.</summary>
    /// <param name="answer">The learner's answer.</param>
    /// <param name="keep">Whether the verdict counts; false where the answer is not the learner's own.</param>
    /// <returns>The verdict, which shows itself. A wrong answer, of whatever kind, is a verdict and never an exception.</returns>
    public Verdict Check(TAnswer answer, bool keep = true)
    {
        var verdict = Check(answer, Random.Shared.Next(1, Seeds + 1), Deadline);
        if (keep)
        {
            Progress.Keep(verdict);
        }

        return verdict;
    }

    /// <summary>
    /// Checks an answer that is to be part of a larger whole. A right answer is used there, and the course's own in place of any
    /// other. The verdict does not count for <see cref="Progress"/>: the exercise itself belongs to another lesson.
    /// </summary>
    /// <param name="answer">The learner's answer.</param>
    /// <returns>The piece to use, which says whose it is.</returns>
    public Piece<TAnswer> Use(TAnswer answer)
    {
        var verdict = Check(answer, keep: false);
        return new Piece<TAnswer>(verdict, verdict.State == VerdictState.Right ? answer : Reference);
    }

    internal sealed override Verdict CheckReference(int seed) => Check(Reference, seed, ForTests);

    internal sealed override Verdict CheckMistake(int index, int seed) => Check(Mistakes[index].Code, seed, ForTests);

    /// <summary>The mistake that stands for a flaw, in exercises that list one for each; null for none.</summary>
    /// <param name="flaw">A value of an enumeration whose first value, 0, is none and whose others number the mistakes.</param>
    private protected Mistake<TAnswer>? MistakeOf(Enum flaw) =>
        Convert.ToInt32(flaw, CultureInfo.InvariantCulture) is > 0 and var number ? Mistakes[number - 1] : null;

    /// <summary>Tries the answer step by step, and throws as soon as a step goes wrong.</summary>
    /// <param name="trial">Records the steps.</param>
    /// <param name="answer">The learner's answer.</param>
    private protected abstract void Try(Trial trial, TAnswer answer);

    internal Verdict Check(TAnswer? answer, int seed, TimeSpan deadline)
    {
        if (LaterDefinition.Objection(answer) is { } objection)
        {
            return new Verdict(this, VerdictState.NotYet, seed, []) { Reason = objection };
        }

        using var trial = new Trial(seed);
        if (answer is null)
        {
            return trial.Conclude(this, seed);
        }

        var end = Sandbox.Run(() => trial.Run(() => Try(trial, answer)), deadline, trial.Release);
        return end == SandboxEnd.Ended ? trial.Conclude(this, seed) : trial.ConcludeLate(this, seed, deadline, end);
    }
}
