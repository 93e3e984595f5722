using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Checking;

/// <summary>A task for the learner, whose answer the course checks. As the last line of a cell, it shows its task.</summary>
public abstract class Exercise : Shown
{
    private protected Exercise(ExerciseText text) => Text = text;

    /// <summary>The lesson it belongs to, for example <c>4.1</c>.</summary>
    public string Lesson => Text.Lesson;

    /// <summary>Its place among the exercises of the lesson, from 1.</summary>
    public int Number => Text.Number;

    /// <summary>A short name, unique in its lesson: that of its property in <see cref="Exercises"/>.</summary>
    public string Name => Text.Name;

    /// <summary>The task in one line.</summary>
    public string Title => Text.Title;

    /// <summary>The task in full.</summary>
    public string Task => Text.Task;

    /// <summary>
    /// The file of the lesson, relative to the folder of notebooks: its solution has the same path in <c>solutions</c>.
    /// </summary>
    public string Notebook => Text.Notebook;

    /// <summary>About how many minutes it takes.</summary>
    public virtual int Minutes => 10;

    /// <summary>The mistakes that the check recognises and explains.</summary>
    internal abstract IReadOnlyList<Mistake> KnownMistakes { get; }

    /// <summary>How many different checks there are; 1 if nothing in a check is random.</summary>
    internal abstract int DifferentChecks { get; }

    /// <summary>Checks the reference answer.</summary>
    internal abstract Verdict CheckReference(int seed);

    /// <summary>Checks the answer with a mistake.</summary>
    internal abstract Verdict CheckMistake(int index, int seed);

    /// <summary>The number of hints.</summary>
    public int Hints => Text.Hints.Count;

    private ExerciseText Text { get; }

    /// <summary>A hint, for front ends that cannot unfold the hints below a verdict.</summary>
    /// <param name="number">The hint's number, from 1; each says more than the one before.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no hint of that number.</exception>
    public string Hint(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Hints);
        return Text.Hints[number - 1];
    }

    /// <inheritdoc/>
    public override string ToHtml() => new StringBuilder(Style.Sheet)
        .Append(InvariantText.Format($"<p><b>Exercise {WebUtility.HtmlEncode($"{Lesson}, {Number} · {Title}")}</b></p>"))
        .Append(InvariantText.Format($"<p>{Prose.ToHtml(Task)}</p>")).ToString();

    /// <inheritdoc/>
    public override string ToString() => $"Exercise {Lesson}, {Number} · {Title}\n{Task}";
}

/// <summary>What an exercise tells the learner.</summary>
/// <param name="Notebook">The lesson's file, relative to the folder of notebooks.</param>
/// <param name="Lesson">The lesson, for example <c>4.1</c>.</param>
/// <param name="Number">Its place among the exercises of the lesson, from 1.</param>
/// <param name="Name">The name of the exercise's property in <see cref="Exercises"/>.</param>
/// <param name="Title">The task in one line.</param>
/// <param name="Task">The task in full. Text between backticks is code.</param>
/// <param name="Hints">The hints; each says more than the one before.</param>
internal sealed record ExerciseText(
    string Notebook, string Lesson, int Number, string Name, string Title, string Task, IReadOnlyList<string> Hints);
