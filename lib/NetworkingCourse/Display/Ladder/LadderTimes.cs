using System.Globalization;

namespace NetworkingCourse.Display;

/// <summary>Maps moments to heights in the drawing: a piecewise linear function that never decreases.</summary>
internal sealed class LadderTimes
{
    /// <summary>The distance between moments with even spacing, in pixels.</summary>
    public const double EvenStep = 30;

    /// <summary>The same distance when some labels have two lines, one on each side of their arrow.</summary>
    public const double WideStep = 38;

    private const double FoldHeight = 46;
    private const double MinBetweenTicks = 44;
    private const int FewestDecimals = 2;
    private const int MaxDecimals = 6; // of a second, which is one microsecond

    private static readonly int[] Factors = [1, 2, 5, 10];

    private readonly List<(double Time, double Y)> _knots = [];
    private readonly IReadOnlyList<TimeSpan> _moments;
    private readonly IReadOnlyList<LadderFold.Gap> _gaps;
    private readonly bool _even;
    private readonly double _step;

    /// <param name="fold">The part of the ladder that is drawn.</param>
    /// <param name="spacing">How moments are spaced.</param>
    /// <param name="height">The height of a drawing to scale, in pixels, without folds.</param>
    /// <param name="step">The distance between moments with even spacing, in pixels.</param>
    public LadderTimes(LadderFold fold, LadderSpacing spacing, double height, double step = EvenStep)
    {
        (_moments, _gaps, _even, _step) = (fold.Moments, fold.Gaps, spacing == LadderSpacing.Even, step);
        if (_moments.Count == 0)
        {
            _knots.Add((0, 0));
        }
        else if (_even)
        {
            Spread();
        }
        else
        {
            Scale(height);
        }
    }

    /// <summary>The height at which the last moment is drawn.</summary>
    public double Height => _knots[^1].Y;

    /// <summary>The middle of each fold.</summary>
    public IEnumerable<(double Y, LadderFold.Gap Gap)> Folds => _gaps.Select(gap => (MiddleOf(gap), gap));

    public double Y(TimeSpan at)
    {
        var time = at.TotalSeconds;
        var next = _knots.FindIndex(knot => knot.Time >= time);
        if (next <= 0)
        {
            return next == 0 ? _knots[0].Y : _knots[^1].Y;
        }

        var (before, after) = (_knots[next - 1], _knots[next]);
        return before.Y + (time - before.Time) / (after.Time - before.Time) * (after.Y - before.Y);
    }

    /// <summary>The times written along the left side, as heights and texts.</summary>
    public IEnumerable<(double Y, string Text)> Ticks()
    {
        if (_moments.Count == 0)
        {
            return [];
        }

        if (_even)
        {
            var written = Written(_moments);
            return _moments.Select(at => (Y(at), written(at)));
        }

        var (scale, unit) = Unit(_moments[^1] - _moments[0]);
        var step = Step(scale);
        var first = Math.Ceiling(_moments[0].TotalSeconds * scale / step - 1e-9);
        return Enumerable.Range(0, 1000).Select(i => (first + i) * step)
            .TakeWhile(value => value <= _moments[^1].TotalSeconds * scale * (1 + 1e-9))
            .Select(value => (
                At: TimeSpan.FromSeconds(value / scale),
                Text: value.ToString("0.####", CultureInfo.InvariantCulture) + unit))
            .Where(tick => !_gaps.Any(gap => tick.At > gap.From && tick.At < gap.Until))
            .Select(tick => (Y(tick.At), tick.Text));
    }

    /// <summary>A suitable unit for a time span: the number of units per second, and its name.</summary>
    public static (double PerSecond, string Name) Unit(TimeSpan span) => span.TotalSeconds switch
    {
        >= 2 => (1, " s"),
        >= 0.002 => (1e3, " ms"),
        _ => (1e6, " µs"),
    };

    /// <summary>
    /// Returns a function that formats moments: all in a unit that suits their span, with
    /// enough decimals to tell neighbours apart.
    /// </summary>
    /// <param name="moments">The moments, in order, without duplicates.</param>
    public static Func<TimeSpan, string> Written(IReadOnlyList<TimeSpan> moments)
    {
        var (scale, unit) = moments.Count == 0 ? (1, " s") : Unit(moments[^1] - moments[0]);
        var closest = moments.Zip(moments.Skip(1), (one, next) => next - one)
            .Where(apart => apart > TimeSpan.FromTicks(1)).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(closest.TotalSeconds * scale)), FewestDecimals, MaxDecimals);
        var format = "F" + decimals.ToString(CultureInfo.InvariantCulture);
        return at => (at.TotalSeconds * scale).ToString(format, CultureInfo.InvariantCulture) + unit;
    }

    private double MiddleOf(LadderFold.Gap gap)
    {
        var end = Y(gap.Until);
        return _even ? end - (_step + FoldHeight) / 2 : (end + Math.Max(Y(gap.From), end - FoldHeight)) / 2;
    }

    private void Spread()
    {
        var y = 0.0;
        foreach (var (i, at) in _moments.Index())
        {
            var folds = i == 0 ? 0 : _gaps.Count(gap => at >= gap.Until && _moments[i - 1] < gap.Until);
            y += i == 0 ? 0 : _step + folds * FoldHeight;
            _knots.Add((at.TotalSeconds, y));
        }
    }

    private void Scale(double height)
    {
        var (first, last) = (_moments[0].TotalSeconds, _moments[^1].TotalSeconds);
        var shown = last - first - Hidden;
        var perSecond = shown > 0 ? height / shown : 0;
        _knots.Add((first, 0));
        foreach (var gap in _gaps)
        {
            var before = _knots[^1].Y + (gap.From.TotalSeconds - _knots[^1].Time) * perSecond;
            _knots.Add((gap.From.TotalSeconds, before));
            _knots.Add((gap.Until.TotalSeconds, before + FoldHeight));
        }

        if (last > _knots[^1].Time)
        {
            _knots.Add((last, _knots[^1].Y + (last - _knots[^1].Time) * perSecond));
        }
    }

    private double Hidden => _gaps.Sum(gap => (gap.Until - gap.From).TotalSeconds);

    // The distance between ticks: 1, 2 or 5 times a power of ten, and large enough for the labels to be readable.
    private double Step(double scale)
    {
        var span = ((_moments[^1] - _moments[0]).TotalSeconds - Hidden) * scale;
        var min = span <= 0 ? 1 : span * MinBetweenTicks / Math.Max(Height, MinBetweenTicks);
        var power = Math.Pow(10, Math.Floor(Math.Log10(min)));
        return Factors.Select(factor => factor * power).First(step => step >= min * (1 - 1e-9));
    }
}
