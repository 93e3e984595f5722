using System.Globalization;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>
/// The places at which the course says how many minutes a lesson takes: the lesson itself, and its chapter's page. The plans for
/// teachers are <see cref="TeachingPlans"/>.
/// </summary>
internal static partial class StatedTimes
{
    /// <summary>
    /// The text of a lesson's file with the right numbers: <c>Allow about 65 minutes, 25 of them for the exercises. You can stop
    /// after about 30 minutes</c>; and at the place to stop <c>after about 30 of the 65 minutes</c>.
    /// </summary>
    /// <returns>The text, unchanged if it is right already or says nothing.</returns>
    public static string InLesson(string text, LessonTime time)
    {
        var (whole, stops) = (time.Whole, time.Stops);
        var stop = 0;
        return AtStop().Replace(
            StopsInText().Replace(
                InText().Replace(text, $"{Number(whole.Minutes)} minutes, {Number(whole.MinutesForExercises)}"),
                InWords(stops)),
            said => stop < stops.Count ? $"{Number(stops[stop++])} of the {Number(whole.Minutes)}" : said.Value);
    }

    /// <summary>
    /// The text of a chapter's page with the right numbers: <c>**[Title](file.ipynb)** (65 min in 2 parts, 25 for exercises)</c>.
    /// </summary>
    /// <param name="text">The page.</param>
    /// <param name="timeOf">The time of the lesson with this link; null if there is none.</param>
    public static string InChapter(string text, Func<string, LessonTime?> timeOf) => InList().Replace(
        text,
        entry => timeOf(entry.Groups["link"].Value) is { } time
            ? entry.Groups["before"].Value
                + $"{Number(time.Whole.Minutes)} min"
                + (time.Parts.Count > 1 ? $" in {Number(time.Parts.Count)} parts" : "")
                + $", {Number(time.Whole.MinutesForExercises)}"
            : entry.Value);

    // "25", "25 and 60", "25, 60 and 90".
    private static string InWords(IReadOnlyList<int> stops) => stops.Count < 2
        ? string.Concat(stops.Select(Number))
        : $"{string.Join(", ", stops.SkipLast(1).Select(Number))} and {Number(stops[^1])}";

    private static string Number(int minutes) => minutes.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<=Allow about )\d+ minutes, \d+(?= of them for the exercises)")]
    private static partial Regex InText();

    [GeneratedRegex(@"(?<=You can stop after about )\d+((, | and )\d+)*(?= minutes)")]
    private static partial Regex StopsInText();

    [GeneratedRegex(@"(?<=A place to stop:\*\* after about )\d+ of the \d+(?= minutes)")]
    private static partial Regex AtStop();

    [GeneratedRegex(
        @"(?<before>\]\((?<link>[^)]+\.ipynb)\)\*\* \()\d+ min( in \d parts)?, \d+(?= for exercises\))")]
    private static partial Regex InList();
}
