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

    internal sealed override Verdict CheckReference(int seed) => Check(Reference, seed, ForTests);

    internal sealed override Verdict CheckMistake(int index, int seed) => Check(Mistakes[index].Code, seed, ForTests);

    /// <summary>Tries the answer step by step, and throws as soon as a step goes wrong.</summary>
    /// <param name="trial">Records the steps.</param>
    /// <param name="answer">The learner's answer.</param>
    private protected abstract void Try(Trial trial, TAnswer answer);

    internal Verdict Check(TAnswer? answer, int seed, TimeSpan deadline)
    {
        using var trial = new Trial(seed);
        if (answer is null)
        {
            return trial.Conclude(this, seed);
        }

        var end = Sandbox.Run(() => trial.Run(() => Try(trial, answer)), deadline, trial.Release);
        return end == SandboxEnd.Ended ? trial.Conclude(this, seed) : trial.ConcludeLate(this, seed, deadline, end);
    }
}
