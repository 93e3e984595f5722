namespace NetworkingCourse.Checking;

/// <summary>
/// An exercise whose answer is a function: the same arguments must give the same result as those of the reference answer. A wrong
/// answer is explained by the mistake that gives the same wrong results.
/// </summary>
/// <typeparam name="TAnswer">The type of the function.</typeparam>
/// <typeparam name="TCase">The arguments of one call.</typeparam>
public abstract class CaseExercise<TAnswer, TCase> : Exercise<TAnswer>
    where TAnswer : class
{
    private const double Most = 0.5;
    private const double MostOfTruths = 0.9;

    private protected CaseExercise(ExerciseText text)
        : base(text)
    {
    }

    /// <summary>The calls to make: first those that show typical mistakes in a few bytes, then random ones.</summary>
    private protected abstract IEnumerable<TCase> Cases(Random random);

    /// <summary>Calls an answer. It must not share with the answer what the answer could change.</summary>
    private protected abstract object? Apply(TAnswer answer, TCase arguments);

    /// <summary>The call in words, in the past tense.</summary>
    private protected abstract string Describe(TCase arguments);

    private protected sealed override void Try(Trial trial, TAnswer answer)
    {
        TCase[] cases = [.. Cases(trial.Random)];
        for (var i = 0; i < cases.Length; i++)
        {
            var arguments = cases[i];
            var expected = ResultOf(Reference, arguments);
            var what = Describe(arguments);
            var actual = trial.Call(what, () => ResultOf(answer, arguments));
            if (Present.Same(expected, actual))
            {
                trial.Expect(what, expected, actual);
                continue;
            }

            var reason = actual is Exception exception ? Trial.Threw(exception) : null;
            trial.Wrong(what, expected, actual, MistakeLike(answer, cases[..(i + 1)], cases[(i + 1)..]), reason);
        }
    }

    // An exception is a result too: some arguments must be refused. A full stack or memory is none, and takes long.
    private object? ResultOf(TAnswer answer, TCase arguments)
    {
        try
        {
            return Apply(answer, arguments);
        }
        catch (Exception exception) when (
            exception is not NotImplementedException && !Trial.IsFull(exception) && !Trial.IsStop(exception))
        {
            return exception;
        }
    }

    // The mistake whose results are the learner's: in all cases up to the first wrong one, and in most of the later ones in which
    // either of the two is wrong. Any two wrong answers agree where yes is taken for no, so there it must be nearly all.
    private Mistake<TAnswer>? MistakeLike(TAnswer answer, TCase[] upTo, TCase[] after)
    {
        var wrong = after.Where(arguments => !Agree(answer, Reference, arguments)).ToList();
        var share = upTo.All(arguments => ResultOf(Reference, arguments) is bool) ? MostOfTruths : Most;
        return Mistakes
            .Where(mistake => upTo.All(arguments => Agree(answer, mistake.Code, arguments)))
            .Select(mistake => (Mistake: mistake, Alike: wrong.Count(arguments => Agree(answer, mistake.Code, arguments))))
            .Where(candidate =>
                candidate.Alike >= share * wrong.Count && candidate.Alike >= share * WrongIn(candidate.Mistake.Code, after))
            .OrderByDescending(candidate => candidate.Alike)
            .ThenBy(candidate => after.Count(arguments => !Agree(answer, candidate.Mistake.Code, arguments)))
            .FirstOrDefault().Mistake;
    }

    private int WrongIn(TAnswer answer, TCase[] cases) => cases.Count(arguments => !Agree(answer, Reference, arguments));

    private bool Agree(TAnswer one, TAnswer other, TCase arguments)
    {
        try
        {
            return Present.Same(ResultOf(one, arguments), ResultOf(other, arguments));
        }
        catch (Exception exception) when (exception is NotImplementedException || Trial.IsFull(exception))
        {
            return false;
        }
    }
}
