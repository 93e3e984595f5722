using NetworkingCourse.Display;

namespace NetworkingCourse.Checking;

/// <summary>
/// An exercise whose answer is a state machine: the same events must be answered as the reference answer does. A wrong answer is
/// explained by the mistake that first goes wrong at the same events and in the same way.
/// </summary>
/// <typeparam name="TAnswer">What the learner writes: mostly a function that makes a state machine.</typeparam>
public abstract class ScriptExercise<TAnswer> : Exercise<TAnswer>
    where TAnswer : class
{
    // How many scripts are told event by event.
    private const int Told = 2;

    // How many events before the wrong one are told.
    private const int Before = 2;

    // How many scripts after the wrong one are compared with those of typical mistakes.
    private const int Compared = 20;

    private protected ScriptExercise(ExerciseText text)
        : base(text)
    {
    }

    /// <summary>The scripts to play: first those that show typical mistakes in a few events, then random ones.</summary>
    private protected abstract IEnumerable<Script<TAnswer>> Scripts(Random random);

    private protected sealed override void Try(Trial trial, TAnswer answer)
    {
        List<Script<TAnswer>> played = [];
        using var scripts = Scripts(trial.Random).GetEnumerator();
        while (scripts.MoveNext())
        {
            played.Add(scripts.Current);
            Play(trial, answer, played, scripts);
        }

        NoteUntold(trial, played.Count);
    }

    private void Play(Trial trial, TAnswer answer, List<Script<TAnswer>> played, IEnumerator<Script<TAnswer>> later)
    {
        var script = played[^1];
        var told = played.Count <= Told;
        var right = script.Begin(Reference);
        var answers = trial.Call(script.Text, () => script.Begin(answer));
        if (right is null || answers is null)
        {
            trial.Wrong(script.Text, new Said("an object"), null, null, "Your function returned null.");
        }

        var responses = new object?[script.Events];
        if (told)
        {
            trial.Note(script.Text);
        }

        for (var i = 0; i < script.Events; i++)
        {
            var (at, what) = (i, told ? script.Event(i) : $"{script.Text}: {script.Event(i)}");
            responses[i] = right(i);
            var response = trial.Call(what, () => ResponseTo(() => answers(at), stubCounts: false));
            if (!Present.Same(responses[i], response))
            {
                if (!told)
                {
                    NoteUntold(trial, played.Count - 1);
                    trial.Note(i > Before
                        ? InvariantText.Format($"{script.Text}: {i - Before} events, each answered as it should be")
                        : script.Text);
                }

                for (var before = told ? i : Math.Max(0, i - Before); before < i; before++)
                {
                    trial.Expect(script.Event(before), responses[before], responses[before]);
                }

                var expected = script.Picture is { } picture
                    ? new Pictured(Present.Line(responses[i]), picture())
                    : responses[i];
                var mistake = MistakeLike(answer, played, (i, response), later);
                trial.Wrong(
                    $"{script.Text}: {script.Event(i)}", expected, response, mistake,
                    mistake is null && response is Exception ? "Your code threw an exception." : null);
            }

            if (told)
            {
                trial.Expect(what, responses[i], response);
            }
        }
    }

    // The scripts after the first ones that were answered as they should be.
    private static void NoteUntold(Trial trial, int right)
    {
        if (right > Told)
        {
            trial.Note(InvariantText.Format($"{right - Told} more sequences of events, each answered as it should be"));
        }
    }

    // An exception is a response too, but not that of a stub, unless it counts.
    private static object? ResponseTo(Func<object?> call, bool stubCounts)
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (!Trial.IsStop(exception) && (stubCounts || exception is not NotImplementedException))
        {
            return exception;
        }
    }

    // The first event at which an answer is wrong, and its response; the number of events if it is right at all of them.
    private (int At, object? Response) FirstWrong(TAnswer answer, Script<TAnswer> script)
    {
        var right = script.Begin(Reference);
        Func<int, object?>? answers = null;
        for (var i = 0; i < script.Events; i++)
        {
            var at = i;
            var response = ResponseTo(() => (answers ??= script.Begin(answer))?.Invoke(at), stubCounts: true);
            if (!Present.Same(right?.Invoke(i), response))
            {
                return (i, response);
            }
        }

        return (script.Events, null);
    }

    // The mistake that is wrong where the learner is: in all scripts so far, and in most of some later ones.
    private Mistake<TAnswer>? MistakeLike(
        TAnswer answer, List<Script<TAnswer>> played, (int At, object? Response) wrong, IEnumerator<Script<TAnswer>> later)
    {
        var alike = Mistakes
            .Where(mistake => AreAlike(FirstWrong(mistake.Code, played[^1]), wrong))
            .Where(mistake => played.SkipLast(1).All(script => FirstWrong(mistake.Code, script).At == script.Events))
            .ToList();
        if (alike.Count == 0)
        {
            return null;
        }

        List<(Script<TAnswer> Script, (int At, object? Response) Wrong)> after = [];
        while (after.Count < Compared && later.MoveNext())
        {
            after.Add((later.Current, FirstWrong(answer, later.Current)));
        }

        var isWrong = after.Count(one => one.Wrong.At < one.Script.Events);
        return alike
            .Select(mistake =>
            {
                var same = after.Where(one => AreAlike(FirstWrong(mistake.Code, one.Script), one.Wrong)).ToList();
                return (Mistake: mistake, Same: same.Count, Wrong: same.Count(one => one.Wrong.At < one.Script.Events));
            })
            .Where(candidate => 2 * candidate.Wrong >= isWrong)
            .OrderByDescending(candidate => candidate.Same)
            .FirstOrDefault().Mistake;
    }

    private static bool AreAlike((int At, object? Response) one, (int At, object? Response) other) =>
        one.At == other.At && Present.Same(one.Response, other.Response);
}

/// <summary>A sequence of events for a state machine.</summary>
/// <typeparam name="TAnswer">What the learner writes.</typeparam>
/// <param name="Text">The circumstances, in words.</param>
/// <param name="Events">The number of events.</param>
/// <param name="Event">An event in words, in the past tense.</param>
/// <param name="Begin">
/// Makes a new state machine, or null if the answer does; the function then does one event after the other, and returns the
/// response. A response must not share with the answer what the answer could change.
/// </param>
internal sealed record Script<TAnswer>(
    string Text, int Events, Func<int, string> Event, Func<TAnswer, Func<int, object?>?> Begin)
{
    /// <summary>The whole script with right responses, as a picture; null if there is none.</summary>
    public Func<IShown>? Picture { get; init; }
}

/// <summary>A response in words, above a picture.</summary>
internal sealed record Pictured(string Text, IShown Picture) : IShown
{
    /// <inheritdoc/>
    public string ToHtml() => $"<p>{Prose.ToHtml(Text)}</p>{Picture.ToHtml()}";

    /// <inheritdoc/>
    public string ToText() => Text;
}
