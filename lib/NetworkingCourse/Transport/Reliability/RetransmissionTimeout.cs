namespace NetworkingCourse.Transport;

/// <summary>What was learnt from one round-trip time.</summary>
/// <param name="At">When.</param>
/// <param name="RoundTrip">The round-trip time.</param>
/// <param name="Smoothed">The smoothed mean afterwards.</param>
/// <param name="Timeout">The timeout afterwards.</param>
public readonly record struct RttSample(TimeSpan At, TimeSpan RoundTrip, TimeSpan Smoothed, TimeSpan Timeout);

/// <summary>How long a protocol waits before it sends again: always the same, or learnt.</summary>
public sealed class RetransmissionTimeout
{
    private readonly List<RttSample> _samples = [];
    private readonly List<(TimeSpan At, TimeSpan Timeout)> _backedOff = [];
    private readonly RttEstimator? _estimator;
    private readonly ProtocolOptions _options;

    internal RetransmissionTimeout(ProtocolOptions options)
    {
        _options = options;
        _estimator = options.AdaptiveTimeout ? new RttEstimator(options.Timeout, options.LeastTimeout) : null;
    }

    /// <summary>How long to wait now.</summary>
    public TimeSpan Current => _estimator?.Timeout ?? _options.Timeout;

    /// <summary>What was learnt, in order.</summary>
    public IReadOnlyList<RttSample> Samples => _samples;

    /// <summary>When the timeout was doubled, and to what.</summary>
    public IReadOnlyList<(TimeSpan At, TimeSpan Timeout)> BackedOff => _backedOff;

    /// <summary>Data was acknowledged.</summary>
    /// <param name="now">When.</param>
    /// <param name="sent">When it was sent, the last time.</param>
    /// <param name="tries">How often it was sent. Of data sent twice nobody knows which of the two was acknowledged; who guesses wrong learns nonsense.</param>
    internal void Acknowledged(TimeSpan now, TimeSpan sent, int tries)
    {
        if (_estimator is not null && (tries == 1 || !_options.KarnsRule))
        {
            _estimator.Sample(now - sent);
            _samples.Add(new RttSample(now, now - sent, _estimator.Smoothed!.Value, _estimator.Timeout));
        }
    }

    /// <summary>A timer has gone off.</summary>
    internal void BackOff(TimeSpan now)
    {
        if (_estimator is not null)
        {
            _estimator.BackOff();
            _backedOff.Add((now, _estimator.Timeout));
        }
    }
}
