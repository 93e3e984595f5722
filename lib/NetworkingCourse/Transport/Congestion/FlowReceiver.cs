namespace NetworkingCourse.Transport;

/// <summary>The receiver of a flow: keeps what comes out of order, and answers every segment with the number of the one it wants.</summary>
internal sealed class FlowReceiver
{
    private readonly HashSet<long> _kept = [];
    private long _expected;

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
