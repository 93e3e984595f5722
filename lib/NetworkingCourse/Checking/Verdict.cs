using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Checking;

/// <summary>The result of a check.</summary>
public enum VerdictState
{
    /// <summary>The code is still the stub of the exercise.</summary>
    NotAttempted,

    /// <summary>The answer is wrong.</summary>
    NotYet,

    /// <summary>The answer is right.</summary>
    Right,
}

/// <summary>
/// The result of a check: the verdict, what was done to the learner's code and what came back, and what is wrong if something is.
/// </summary>
public sealed class Verdict : Shown
{
    // The steps that are always shown; those between them are only counted. What went wrong needs its history.
    private const int FirstSteps = 4;
    private const int LastSteps = 3;
    private const int LastStepsOfAWrongAnswer = 12;

    private readonly IReadOnlyList<Step> _steps;

    internal Verdict(Exercise exercise, VerdictState state, int seed, IReadOnlyList<Step> steps) =>
        (Exercise, State, Seed, _steps) = (exercise, state, seed, steps);

    /// <summary>The exercise.</summary>
    public Exercise Exercise { get; }

    /// <summary>The verdict.</summary>
    public VerdictState State { get; }

    /// <summary>The number from which the check made its random values, so that it can be told and repeated.</summary>
    public int Seed { get; }

    /// <summary>The typical mistake that was recognised; null if there is none.</summary>
    internal Mistake? Mistake { get; init; }

    /// <summary>Why the check ended early; null if a step says it all.</summary>
    internal string? Reason { get; init; }

    /// <summary>The verdict in words.</summary>
    public string Words => State switch
    {
        VerdictState.NotAttempted => "not attempted yet",
        VerdictState.NotYet => "not yet",
        _ => "right",
    };

    /// <summary>What is wrong, in sentences; empty if nothing is known to be.</summary>
    public string Explanation => string.Join(
        ' ', new[] { Reason, Mistake?.Explanation }.Where(sentences => sentences is not null));

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder(Style.Sheet).Append(Sheet)
            .Append(InvariantText.Format($"<div class=\"course-check course-{Class}\"><p class=\"course-verdict-line\">"))
            .Append(InvariantText.Format($"<span class=\"course-verdict\">{Sign} {Words}</span> "))
            .Append("Exercise ").Append(WebUtility.HtmlEncode(Heading)).Append("</p>");
        if (State == VerdictState.NotAttempted)
        {
            html.Append("<p>").Append(Prose.ToHtml(Exercise.Task)).Append("</p>");
        }

        AppendSteps(html);
        if (Explanation.Length > 0)
        {
            html.Append("<p class=\"course-why\">").Append(Prose.ToHtml(Explanation)).Append("</p>");
        }

        AppendHelp(html);
        return html.Append("</div>").ToString();
    }

    /// <summary>The verdict, the steps and the explanation as text.</summary>
    public override string ToText()
    {
        var text = new StringBuilder().Append('[').Append(Words).Append("] Exercise ").AppendLine(Heading);
        if (State == VerdictState.NotAttempted)
        {
            text.AppendLine(Exercise.Task);
        }

        foreach (var (number, step) in Shown())
        {
            text.AppendLine(step is null ? $"   … {number} more steps, all right" : LineOf(number, step));
        }

        if (Explanation.Length > 0)
        {
            text.AppendLine(Explanation);
        }

        if (State != VerdictState.Right)
        {
            text.Append(InvariantText.Format($"Hints: Exercises.{Exercise.Name}.Hint(1)"))
                .AppendLine(Exercise.Hints > 1 ? InvariantText.Format($" to Hint({Exercise.Hints})") : "");
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>The verdict in one line.</summary>
    public override string ToString() => $"Exercise {Heading}: {Words}";

    private string Heading => InvariantText.Format($"{Exercise.Lesson}, {Exercise.Number} · {Exercise.Title}");

    private string Class => State switch
    {
        VerdictState.NotAttempted => "open",
        VerdictState.NotYet => "wrong",
        _ => "right",
    };

    private string Sign => State switch
    {
        VerdictState.NotAttempted => "○",
        VerdictState.NotYet => "✗",
        _ => "✓",
    };

    private static string LineOf(int number, Step step)
    {
        var outcome = (step.Expected, step.Actual, step.Right) switch
        {
            (Said { Text: "" }, _, true) => "",
            (_, _, true) => $" → {Present.Line(step.Actual)}",
            _ => $"\n      expected: {Present.Line(step.Expected)}\n      actual:   {Present.Line(step.Actual)}"
                + (Present.Difference(step.Expected, step.Actual) is { } difference ? $"\n      {difference}" : ""),
        };
        return InvariantText.Format($"{number,4}. {step.What}{outcome}");
    }

    // The steps with their numbers; one without a step stands for that many right ones.
    private IEnumerable<(int Number, Step? Step)> Shown()
    {
        var last = State == VerdictState.NotYet ? LastStepsOfAWrongAnswer : LastSteps;
        var left = _steps.Count > FirstSteps + last + 1 ? _steps.Count - FirstSteps - last : 0;
        for (var i = 0; i < _steps.Count; i++)
        {
            if (left > 0 && i == FirstSteps)
            {
                yield return (left, null);
                i += left;
            }

            yield return (i + 1, _steps[i]);
        }
    }

    private void AppendSteps(StringBuilder html)
    {
        // What was prepared for an answer that is not there tells nothing.
        if (_steps.Count == 0 || State == VerdictState.NotAttempted)
        {
            return;
        }

        html.Append("<ol class=\"course-steps\">");
        foreach (var (number, step) in Shown())
        {
            if (step is null)
            {
                html.Append(InvariantText.Format($"<li class=\"course-more-steps\">… {number} more steps, all right</li>"));
                continue;
            }

            html.Append(InvariantText.Format($"<li value=\"{number}\"{(step.Right ? "" : " class=\"course-wrong-step\"")}>"))
                .Append(Prose.ToHtml(step.What));
            if (!step.Right)
            {
                html.Append("<div class=\"course-compared\"><div><b>expected</b>").Append(Present.ToHtml(step.Expected))
                    .Append("</div><div><b>actual</b>").Append(Present.ToHtml(step.Actual)).Append("</div></div>")
                    .Append(Prose.ToHtml(Present.Difference(step.Expected, step.Actual) ?? ""));
            }
            else if (step.Expected is not Said { Text: "" })
            {
                html.Append(" → ").Append(step.Actual is Said said
                    ? Prose.ToHtml(said.Text)
                    : $"<code>{WebUtility.HtmlEncode(Present.Line(step.Actual))}</code>");
            }

            html.Append("</li>");
        }

        html.Append("</ol>");
    }

    private void AppendHelp(StringBuilder html)
    {
        if (State == VerdictState.Right)
        {
            html.Append(InvariantText.Format(
                $"<p class=\"course-note\">{InvariantText.Count(_steps.Count, "step")}, with random values of seed {Seed}.</p>"));
            return;
        }

        for (var number = 1; number <= Exercise.Hints; number++)
        {
            html.Append(InvariantText.Format($"<details><summary>{(number == 1 ? "Hint" : "A bigger hint")}</summary><p>"))
                .Append(Prose.ToHtml(Exercise.Hint(number))).Append("</p></details>");
        }

        html.Append(InvariantText.Format(
            $"<p class=\"course-note\">The solution is in <code>solutions/{WebUtility.HtmlEncode(Exercise.Notebook)}</code>."))
            .Append(State == VerdictState.NotYet ? InvariantText.Format($" Random values of seed {Seed}.</p>") : "</p>");
    }

    // Each verdict has its own background, so that its contrast is the same on a light page, on a dark page and on paper.
    private const string Sheet =
        """
        <style>
        .course-check { border-left: 4px solid; padding: .2em .9em; margin: .4em 0; max-width: 60em; }
        .course-check p { margin: .4em 0; }
        .course-check .course-verdict { padding: .05em .6em; border-radius: .8em; color: #ffffff; font-weight: 600; }
        .course-check .course-verdict { print-color-adjust: exact; -webkit-print-color-adjust: exact; margin-right: .4em; }
        .course-check.course-open { border-color: #57606a; } .course-open .course-verdict { background: #57606a; }
        .course-check.course-wrong { border-color: #b42318; } .course-wrong .course-verdict { background: #b42318; }
        .course-check.course-right { border-color: #1a7f37; } .course-right .course-verdict { background: #1a7f37; }
        .course-steps { margin: .4em 0; padding-left: 2.2em; } .course-steps li { margin: .1em 0; overflow-wrap: anywhere; }
        .course-steps .course-more-steps { list-style: none; opacity: .9; }
        .course-compared { display: flex; flex-wrap: wrap; gap: .2em 1.6em; margin: .3em 0; }
        .course-compared > div { flex: 1 1 18em; min-width: 0; } .course-compared > div:has(svg) { flex-basis: 100%; }
        .course-compared b { display: block; font-weight: 600; }
        .course-why { font-size: 1.05em; }
        .course-check summary { cursor: pointer; display: list-item; }
        </style>
        """;
}
