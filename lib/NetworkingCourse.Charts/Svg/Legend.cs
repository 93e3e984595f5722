using System.Xml.Linq;
using NetworkingCourse.Figures;
using static NetworkingCourse.Charts.Svg.Drawing;

namespace NetworkingCourse.Charts.Svg;

/// <summary>The legend below a figure: every series once, in as many rows as they need.</summary>
internal sealed class Legend
{
    private const double Row = 23;
    private const double SampleWidth = 30;
    private const double AfterSample = 7;
    private const double AfterName = 20;

    private readonly List<(Series Series, double Left, double Middle)> _entries = [];

    /// <summary>Places the series of a figure.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="left">The pixel from the left at which the rows begin.</param>
    /// <param name="right">The pixel from the left at which they end.</param>
    /// <param name="top">The pixel from the top at which the first row begins.</param>
    public Legend(Figure figure, double left, double right, double top)
    {
        var (at, middle) = (left, top + Row / 2);
        foreach (var series in figure.Panels.SelectMany(panel => panel.Series).DistinctBy(series => series.Name))
        {
            var width = SampleWidth + AfterSample + WidthOf(series.Name);
            if (at > left && at + width > right)
            {
                (at, middle) = (left, middle + Row);
            }

            _entries.Add((series, at, middle));
            at += width + AfterName;
        }

        Bottom = middle + Row / 2;
    }

    /// <summary>The pixel from the top at which the last row ends.</summary>
    public double Bottom { get; }

    /// <summary>The samples and the names of the series.</summary>
    public IEnumerable<XElement> Elements() => _entries.SelectMany(entry =>
        Marks.Sample(entry.Series, entry.Left, entry.Middle, SampleWidth)
            .Append(Text(entry.Left + SampleWidth + AfterSample, entry.Middle + 4.5, entry.Series.Name)));
}
