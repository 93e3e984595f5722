using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>What a lesson asks of a reader, counted in its cells, and the time that this takes.</summary>
/// <param name="Words">The number of words in its text.</param>
/// <param name="CodeLines">The number of lines of code to read.</param>
/// <param name="Outputs">The number of cells whose output is to be looked at.</param>
/// <param name="Predictions">The number of predictions to make.</param>
/// <param name="ExerciseMinutes">The time for its exercises, as each of them says.</param>
internal sealed partial record ReadingTime(int Words, int CodeLines, int Outputs, int Predictions, int ExerciseMinutes)
{
    // English prose is read at 238 words a minute (Brysbaert 2019, doi:10.1016/j.jml.2019.104047); text that is to be understood,
    // by readers for most of whom English is a second language, at two thirds of that.
    private const double WordsPerMinute = 160;
    private const double MinutesPerLine = 4 / 60.0;
    private const double MinutesPerOutput = 20 / 60.0;
    private const double MinutesPerPrediction = 1;
    private const int Step = 5;

    /// <summary>Counts some cells of a lesson.</summary>
    public static ReadingTime Of(IReadOnlyList<NotebookCell> cells)
    {
        var text = cells.Where(cell => !cell.IsCode).Select(cell => cell.Source).ToList();
        // The stub and the check of an exercise are part of its time.
        var code = cells.Where(cell => cell.IsCode && !Check().IsMatch(cell.Source)).ToList();
        return new ReadingTime(
            text.Sum(source => Word().Count(LinkTarget().Replace(source, "]"))),
            code.Sum(cell => cell.Source.Split('\n').Count(line => line.Trim().Length > 0)),
            code.Count,
            text.Sum(source => Prediction().Count(source)),
            cells.Where(cell => cell.IsCode).SelectMany(cell => Check().Matches(cell.Source))
                .SelectMany(check => Exercises.All.Where(exercise => exercise.Name == check.Groups["name"].Value))
                .Sum(exercise => exercise.Minutes));
    }

    /// <summary>Both together.</summary>
    public static ReadingTime operator +(ReadingTime left, ReadingTime right) => new(
        left.Words + right.Words,
        left.CodeLines + right.CodeLines,
        left.Outputs + right.Outputs,
        left.Predictions + right.Predictions,
        left.ExerciseMinutes + right.ExerciseMinutes);

    /// <summary>The time in minutes, to the nearest five.</summary>
    public int Minutes => Math.Max(Step, Rounded(Exactly));

    /// <summary>The time for the exercises in minutes, to the nearest five.</summary>
    public int MinutesForExercises => Rounded(ExerciseMinutes);

    private double Exactly =>
        (Words / WordsPerMinute)
        + (CodeLines * MinutesPerLine)
        + (Outputs * MinutesPerOutput)
        + (Predictions * MinutesPerPrediction)
        + ExerciseMinutes;

    /// <summary>Minutes to the nearest five.</summary>
    public static int Rounded(double minutes) => Step * (int)Math.Round(minutes / Step, MidpointRounding.AwayFromZero);

    [GeneratedRegex(@"\]\([^)]*\)")]
    private static partial Regex LinkTarget();

    [GeneratedRegex(@"\w[\w'’.-]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\*\*Predict first\.\*\*")]
    private static partial Regex Prediction();

    [GeneratedRegex(@"Exercises\.(?<name>\w+)\.Check\(")]
    private static partial Regex Check();
}
