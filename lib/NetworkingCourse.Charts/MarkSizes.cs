using NetworkingCourse.Figures;

namespace NetworkingCourse.Charts;

/// <summary>The sizes and forms of marks that the interactive chart and the picture have in common.</summary>
internal static class MarkSizes
{
    /// <summary>The height of a span, as a share of its row.</summary>
    public const double SpanHeight = 0.62;

    /// <summary>The length of a tick, in pixels.</summary>
    public const double TickLength = 26;

    /// <summary>The thickness of a tick, in pixels.</summary>
    public const double TickThickness = 3;

    /// <summary>How far a logarithmic axis continues beyond the data on each side, in powers of ten.</summary>
    public const double LogarithmicMargin = 0.12;

    /// <summary>The thickness of a series' line, in pixels.</summary>
    public static double LineThickness(Series series) => IsDashed(series) ? 1.6 : 2;

    /// <summary>Whether the line of a series is dashed: only what was measured is solid.</summary>
    public static bool IsDashed(Series series) => series.Role != Role.Measured;

    /// <summary>Whether the ticks of a series are vertical: they then mark the ends of spans.</summary>
    public static bool AreTicksVertical(Series series) => series.Points.Any(point => point.XEnd is not null);
}
