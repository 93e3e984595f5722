namespace NetworkingCourse.Transport;

/// <summary>
/// The receiver of a flow: keeps out-of-order segments, and acknowledges every segment with the number of the next one expected.
/// </summary>
internal sealed class FlowReceiver
{
    private readonly HashSet<long> _kept = [];
    private long _expected;

    /// <summary>The number of distinct segments received.</summary>
    public long Received => _expected + _kept.Count;

    public long Receive(long segment)
    {
        if (segment >= _expected)
        {
            _kept.Add(segment);
        }

        while (_kept.Remove(_expected))
        {
            _expected++;
        }

        return _expected;
    }
}
