using System.Globalization;
using NetworkingCourse.Figures;
using static NetworkingCourse.Charts.MarkSizes;

namespace NetworkingCourse.Charts.Svg;

/// <summary>Maps the values of an axis to pixels, and chooses the values that are written along it.</summary>
internal sealed class Scale
{
    /// <summary>The part of the range of the data by which an axis continues beyond them.</summary>
    private const double Headroom = 0.05;

    private static readonly double[] Steps = [1, 2, 5, 10];

    private readonly double _low;
    private readonly double _high;
    private readonly double _from;
    private readonly double _to;

    private Scale(Axis axis, double low, double high, double from, double to)
    {
        (Axis, _low, _high) = (axis, low, high);
        (_from, _to) = axis.Reversed ? (to, from) : (from, to);
    }

    /// <summary>The axis whose values this maps.</summary>
    public Axis Axis { get; }

    /// <summary>Creates the scale of an axis between two pixels.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="values">The values on it.</param>
    /// <param name="from">The pixel where the scale begins.</param>
    /// <param name="to">The pixel where it ends.</param>
    public static Scale Of(Axis axis, IEnumerable<double> values, double from, double to)
    {
        if (axis.Names is { } names)
        {
            return new Scale(axis, 0.5, names.Count + 0.5, from, to);
        }

        double[] finite = [.. values.Where(value => double.IsFinite(value) && (!axis.Logarithmic || value > 0))];
        if (axis.Logarithmic)
        {
            return finite.Length == 0
                ? new Scale(axis, 0, 1, from, to)
                : new Scale(
                    axis, Math.Log10(finite.Min()) - LogarithmicMargin, Math.Log10(finite.Max()) + LogarithmicMargin, from, to);
        }

        // Without bounds of its own, the scale contains zero.
        var (low, high) = (Math.Min(0, finite.DefaultIfEmpty().Min()), Math.Max(0, finite.DefaultIfEmpty().Max()));
        var room = (high - low) * Headroom;
        low = axis.Min ?? (low < 0 ? low - room : low);
        high = axis.Max ?? (high > 0 ? high + room : high);
        return new Scale(axis, low, high > low ? high : low + 1, from, to);
    }

    /// <summary>The pixel of a value; null if the scale does not contain the value.</summary>
    public double? At(double value)
    {
        var place = Place(value);
        return place >= _low - 1e-9 && place <= _high + 1e-9 ? Pixel(place) : null;
    }

    /// <summary>The pixel of a value, or of the nearer end of the scale.</summary>
    public double Nearest(double value) => Pixel(Math.Clamp(Place(value), _low, _high));

    /// <summary>The pixel of a value, within the scale or beyond it; null if a logarithmic scale has no place for it.</summary>
    public double? Beyond(double value) => Place(value) is var place && double.IsFinite(place) ? Pixel(place) : null;

    /// <summary>The number of pixels between two values that differ by one.</summary>
    public double Unit => Math.Abs(_to - _from) / (_high - _low);

    /// <summary>The values that are written along the axis, with their texts.</summary>
    /// <param name="max">The maximum number of values.</param>
    public IReadOnlyList<(double Value, string Text)> Ticks(int max)
    {
        if (Axis.Names is { } names)
        {
            var step = Math.Max(1, (int)Math.Ceiling((double)names.Count / max));
            return [.. Enumerable.Range(0, names.Count).Where(row => row % step == 0).Select(row => (row + 1.0, names[row]))];
        }

        if (Axis.Logarithmic)
        {
            double[] ends = [Math.Pow(10, _low + LogarithmicMargin), Math.Pow(10, _high - LogarithmicMargin)];
            return [.. Layouts.LogarithmicTicks(ends, max).Select(Written)];
        }

        var interval = Interval((_high - _low) / max);
        var first = Math.Ceiling(_low / interval - 1e-9);
        var count = (int)Math.Floor(_high / interval + 1e-9 - first) + 1;
        // Computed by multiplication: repeated addition would collect rounding errors.
        return [.. Enumerable.Range(0, count).Select(i => Written((first + i) * interval))];
    }

    // The next larger of 1, 2 and 5 times a power of ten.
    private double Interval(double min)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(min)));
        var interval = power * Steps.First(step => step * power >= min * (1 - 1e-9));
        return Axis.Whole ? Math.Max(1, interval) : interval;
    }

    private static (double, string) Written(double value) =>
        (value, Math.Round(value, 9).ToString("#,0.#########", CultureInfo.InvariantCulture));

    private double Place(double value) => Axis.Logarithmic ? Math.Log10(value) : value;

    private double Pixel(double place) => _from + (place - _low) / (_high - _low) * (_to - _from);
}
