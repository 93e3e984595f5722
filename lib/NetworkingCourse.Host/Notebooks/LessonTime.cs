namespace NetworkingCourse.Host.Notebooks;

/// <summary>The time that a lesson takes. A long lesson has places to stop, which cut it into parts.</summary>
/// <param name="Parts">The times of its parts, in order; one if it has no place to stop.</param>
internal sealed record LessonTime(IReadOnlyList<ReadingTime> Parts)
{
    /// <summary>How the text of a place to stop begins.</summary>
    public const string PlaceToStop = "**A place to stop:**";

    /// <summary>Counts the cells of a lesson.</summary>
    public static LessonTime Of(Notebook notebook)
    {
        List<ReadingTime> parts = [];
        List<NotebookCell> cells = [];
        foreach (var cell in notebook.Cells)
        {
            cells.Add(cell);
            if (!cell.IsCode && cell.Source.StartsWith(PlaceToStop, StringComparison.Ordinal))
            {
                parts.Add(ReadingTime.Of(cells));
                cells = [];
            }
        }

        return new LessonTime([.. parts, ReadingTime.Of(cells)]);
    }

    /// <summary>The time of all parts together.</summary>
    public ReadingTime Whole => Parts.Aggregate((sum, part) => sum + part);

    /// <summary>For each place to stop, the minutes up to it.</summary>
    public IReadOnlyList<int> Stops =>
        [.. Enumerable.Range(1, Parts.Count - 1).Select(count => new LessonTime([.. Parts.Take(count)]).Whole.Minutes)];
}
