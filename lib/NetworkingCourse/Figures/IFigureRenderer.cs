namespace NetworkingCourse.Figures;

/// <summary>
/// Draws figures. The only implementation lives in its own load context; only types of this library and
/// of the framework cross the boundary.
/// </summary>
public interface IFigureRenderer
{
    /// <summary>The source text of the JavaScript charting library.</summary>
    string Script { get; }

    /// <summary>
    /// Converts a figure to the library's input: a JSON object with <c>data</c>, <c>layout</c> and <c>config</c>.
    /// </summary>
    string ToSpecification(Figure figure);
}
