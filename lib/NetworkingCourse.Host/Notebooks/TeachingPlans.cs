using System.Globalization;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>
/// The plans for teachers: tables whose rows name a lesson and give its minutes, those of them in class and those at home. The
/// exercises that a plan leaves for home stand below its table; what a lesson takes in class is the rest.
/// </summary>
internal static partial class TeachingPlans
{
    private const int MinutesOfAWeek = 90;
    private const string Together = "together";

    /// <summary>The text of a page with plans, with the right numbers.</summary>
    /// <param name="text">The page.</param>
    /// <param name="minutesOf">The minutes of the lesson with this link; null if there is none.</param>
    /// <param name="minutesOfExercise">The minutes of the exercise with this name; null if there is none.</param>
    public static string WithTimes(string text, Func<string, int?> minutesOf, Func<string, int?> minutesOfExercise)
    {
        return Plan().Replace(text, table =>
        {
            var end = table.NextMatch() is { Success: true, Index: var next } ? next : text.Length;
            var home = AtHome(text[(table.Index + table.Length)..end], minutesOfExercise);
            return Update(table.Value.TrimEnd('\n').Split('\n'), minutesOf, home) + "\n";
        });
    }

    // Minutes at home, by the number of the lesson.
    private static Dictionary<string, int> AtHome(string text, Func<string, int?> minutesOfExercise)
    {
        var minutes = new Dictionary<string, int>();
        var lesson = "";
        foreach (Match item in Item().Matches(List().Match(text).Value))
        {
            lesson = item.Groups["lesson"] is { Success: true, Value: var number } ? number : lesson;
            var exercise = item.Groups["name"].Value;
            minutes[lesson] = minutes.GetValueOrDefault(lesson)
                + (minutesOfExercise(exercise) ?? throw new NotebookException($"A plan names an unknown exercise: {exercise}."));
        }

        return minutes;
    }

    private static string Update(string[] lines, Func<string, int?> minutesOf, Dictionary<string, int> home)
    {
        var rows = lines.Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray()).ToList();
        var (week, left) = (Array.IndexOf(rows[0], "Week"), Array.IndexOf(rows[0], "Left"));
        var (sums, weeks) = (new int[3], new Dictionary<string, (int Used, string[] Last)>());
        foreach (var row in rows.Skip(2))
        {
            if (Lesson().Match(row[1]) is { Success: true, Groups: var lesson } && minutesOf(lesson["link"].Value) is { } minutes)
            {
                var atHome = ReadingTime.Rounded(home.GetValueOrDefault(lesson["number"].Value));
                (row[2], row[3], row[4]) = (Number(minutes), Number(minutes - atHome), Number(atHome));
            }
            else if (row[1] == Together)
            {
                (row[2], row[3], row[4]) = (Number(sums[0]), Number(sums[1]), Number(sums[2]));
            }

            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += int.TryParse(row[i + 2], out var number) ? number : 0;
            }

            if (week > 0 && row[week].Length > 0)
            {
                row[left] = "";
                var used = weeks.GetValueOrDefault(row[week]).Used;
                weeks[row[week]] = (used + int.Parse(row[3], CultureInfo.InvariantCulture), row);
            }
        }

        foreach (var each in weeks.Values)
        {
            each.Last[left] = Number(MinutesOfAWeek - each.Used);
        }

        if (left > 0)
        {
            rows.Single(row => row[1] == Together)[left] = Number(weeks.Values.Sum(each => MinutesOfAWeek - each.Used));
        }

        return string.Join('\n', lines.Take(2).Concat(rows.Skip(2).Select(row =>
            "|" + string.Concat(row[1..^1].Select(cell => cell.Length > 0 ? $" {cell} |" : " |")))));
    }

    private static string Number(int minutes) => minutes.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\|[^\n]*\| Minutes \| In class \| At home \|[^\n]*\n(\|[^\n]*(\n|$))+", RegexOptions.Multiline)]
    private static partial Regex Plan();

    [GeneratedRegex(@"\*\*Exercises at home:\*\*.*?(?=\n\*|\n\n|$)", RegexOptions.Singleline)]
    private static partial Regex List();

    [GeneratedRegex(@"(?:(?<lesson>\d+\.\d+)\s+)?`(?<name>\w+)`\s+\(\d+\)")]
    private static partial Regex Item();

    [GeneratedRegex(@"^\[(?:(?<number>\d+\.\d+) )?[^\]]+\]\((?<link>[^)]+\.ipynb)\)$")]
    private static partial Regex Lesson();
}
