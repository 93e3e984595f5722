using System.Globalization;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>
/// The places at which the course says how many minutes a lesson takes: the lesson itself, its chapter's page, and the plans for
/// teachers.
/// </summary>
internal static partial class StatedTimes
{
    /// <summary>The text of a lesson's file with the right number: <c>Allow about 35 minutes</c>.</summary>
    /// <returns>The text, unchanged if it is right already or says nothing.</returns>
    public static string InLesson(string text, int minutes) => InText().Replace(text, Number(minutes));

    /// <summary>The text of a chapter's page with the right numbers: <c>**[Title](file.ipynb)** (35 min</c>.</summary>
    /// <param name="text">The page.</param>
    /// <param name="minutesOf">The minutes of the lesson with this link; null if there is none.</param>
    public static string InChapter(string text, Func<string, int?> minutesOf) => InList().Replace(
        text,
        entry => minutesOf(entry.Groups["link"].Value) is { } minutes
            ? entry.Groups["before"].Value + Number(minutes)
            : entry.Value);

    /// <summary>
    /// The text of a page with plans: tables of lessons, each row <c>| [Title](link.ipynb) | 35 |</c>, and their sum in a row
    /// <c>| together | 95 |</c>.
    /// </summary>
    /// <param name="text">The page.</param>
    /// <param name="minutesOf">The minutes of the lesson with this link; null if there is none.</param>
    public static string InPlans(string text, Func<string, int?> minutesOf)
    {
        var sum = 0;
        return InPlan().Replace(text, row =>
        {
            if (row.Groups["link"] is { Success: true, Value: var link })
            {
                var minutes = minutesOf(link) ?? int.Parse(row.Groups["number"].Value, CultureInfo.InvariantCulture);
                sum += minutes;
                return row.Groups["before"].Value + Number(minutes);
            }

            var together = Number(sum);
            sum = 0;
            return row.Groups["before"].Value + together;
        });
    }

    private static string Number(int minutes) => minutes.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<=Allow about )\d+(?= minutes)")]
    private static partial Regex InText();

    [GeneratedRegex(@"(?<before>\]\((?<link>[^)]+\.ipynb)\)\*\* \()\d+(?= min)")]
    private static partial Regex InList();

    [GeneratedRegex(
        @"(?<before>^\| (?:\[[^\]]+\]\((?<link>[^)]+\.ipynb)\)|together) \| )(?<number>\d+)(?= \|)", RegexOptions.Multiline)]
    private static partial Regex InPlan();
}
