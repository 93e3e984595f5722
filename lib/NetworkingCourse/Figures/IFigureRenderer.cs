namespace NetworkingCourse.Figures;

/// <summary>
/// Draws figures. The only implementation lives in its own load context; only types of this library and
/// of the framework cross the boundary.
/// </summary>
public interface IFigureRenderer
{
    /// <summary>Reads the source text of the JavaScript charting library, compressed by gzip (RFC 1952).</summary>
    byte[] ReadPackedScript();

    /// <summary>
    /// Converts a figure to the library's input: a JSON object with <c>data</c>, <c>layout</c> and <c>config</c>.
    /// </summary>
    string ToSpecification(Figure figure);

    /// <summary>Draws a figure as a picture in a file of its own (SVG 1.1).</summary>
    string ToSvg(Figure figure);
}
