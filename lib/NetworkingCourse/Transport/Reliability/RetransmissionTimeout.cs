namespace NetworkingCourse.Transport;

/// <summary>A measured round-trip time and its effect.</summary>
/// <param name="At">The time of the measurement.</param>
/// <param name="RoundTrip">The round-trip time.</param>
/// <param name="Smoothed">
/// The smoothed round-trip time after the measurement; null if it is not known, in a timeout of the learner's own.
/// </param>
/// <param name="Timeout">The timeout after the measurement.</param>
public readonly record struct RttSample(TimeSpan At, TimeSpan RoundTrip, TimeSpan? Smoothed, TimeSpan Timeout);

/// <summary>The retransmission timeout of a protocol, either fixed or adaptive.</summary>
public sealed class RetransmissionTimeout
{
    private readonly List<RttSample> _samples = [];
    private readonly List<(TimeSpan At, TimeSpan Timeout)> _backedOff = [];
    private readonly RttEstimator? _estimator;
    private readonly OwnTimeout? _own;
    private readonly ProtocolOptions _options;

    internal RetransmissionTimeout(ProtocolOptions options)
    {
        _options = options;
        _own = options.OwnTimeout?.Invoke(options.Timeout, options.MinTimeout);
        _estimator = options.AdaptiveTimeout && _own is null
            ? new RttEstimator(options.Timeout, options.MinTimeout)
            : null;
    }

    /// <summary>The current timeout.</summary>
    public TimeSpan Current => _estimator?.Timeout ?? _own?.Timeout ?? _options.Timeout;

    /// <summary>The measurements, in order.</summary>
    public IReadOnlyList<RttSample> Samples => _samples;

    /// <summary>When the timeout was doubled, and to what value.</summary>
    public IReadOnlyList<(TimeSpan At, TimeSpan Timeout)> BackedOff => _backedOff;

    /// <summary>Processes the acknowledgment of data.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="sent">When the data was last sent.</param>
    /// <param name="tries">
    /// The number of times the data was sent. After a retransmission it is unknown which copy was acknowledged,
    /// so a measurement could be wrong.
    /// </param>
    internal void Acknowledged(TimeSpan now, TimeSpan sent, int tries)
    {
        if (_own is not null)
        {
            _own.Acknowledged(now - sent, tries);
            if (tries == 1)
            {
                _samples.Add(new RttSample(now, now - sent, null, Current));
            }
        }
        else if (_estimator is not null && (tries == 1 || !_options.KarnsRule))
        {
            _estimator.Sample(now - sent);
            _samples.Add(new RttSample(now, now - sent, _estimator.Smoothed, _estimator.Timeout));
        }
    }

    /// <summary>Processes the expiry of a timer.</summary>
    internal void BackOff(TimeSpan now)
    {
        if (_own is null && _estimator is null)
        {
            return;
        }

        _estimator?.BackOff();
        _own?.Expired();
        _backedOff.Add((now, Current));
    }
}
