namespace NetworkingCourse.Figures;

/// <summary>
/// What draws figures. Its one implementation lives behind a load context of its own; only types of this library and of the framework
/// cross the border.
/// </summary>
public interface IFigureRenderer
{
    /// <summary>The JavaScript library that draws, as text.</summary>
    string Script { get; }

    /// <summary>A figure as that library wants it: a JSON object with <c>data</c>, <c>layout</c> and <c>config</c>.</summary>
    string ToSpecification(Figure figure);
}
