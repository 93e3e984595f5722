namespace NetworkingCourse.Transport;

/// <summary>
/// CUBIC's function of your own: how large the window should be, by the time since the last loss (RFC 9438, section 4.2). The
/// learner derives a class from this one; see <see cref="FlowOptions.Cubic"/>.
/// </summary>
public abstract class OwnCubic
{
    /// <summary>A segment was lost.</summary>
    /// <param name="window">The window at that moment, in segments.</param>
    public abstract void Lost(double window);

    /// <summary>The size that the window should have. Called after the first loss only.</summary>
    /// <param name="seconds">The time since growth began again after the loss, in seconds.</param>
    /// <returns>The size in segments.</returns>
    public abstract double Target(double seconds);
}

/// <summary>
/// The function of RFC 9438. After a loss it starts at 0.7 of the window, rises steeply, flattens out where the loss was, and
/// then rises ever faster, to look for more.
/// </summary>
public sealed class CubicFunction : OwnCubic
{
    private const double C = 0.4;
    private const double Beta = 0.7;
    private double _max; // W_max: where the curve is flat
    private double _flatAfter; // K, in seconds

    /// <inheritdoc/>
    public override void Lost(double window)
    {
        // Fast convergence: a loss below the last plateau means that there is a new flow. Leave it some room.
        _max = window < _max ? window * (1 + Beta) / 2 : window;
        _flatAfter = Math.Cbrt((_max - Beta * window) / C);
    }

    /// <inheritdoc/>
    public override double Target(double seconds) => C * Math.Pow(seconds - _flatAfter, 3) + _max;
}
