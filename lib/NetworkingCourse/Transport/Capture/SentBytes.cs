namespace NetworkingCourse.Transport;

/// <summary>
/// Tracks which bytes of one side of a conversation have been seen: all up to the highest number, except for the gaps before it.
/// A capture may miss packets, or hold them out of order.
/// </summary>
/// <param name="first">The lowest possible number; <see cref="long.MinValue"/> if the beginning was not captured.</param>
/// <param name="next">The number after the last byte seen.</param>
internal sealed class SentBytes(long first, long next)
{
    // In ascending order and disjoint: each gap ends before the next begins.
    private readonly List<(long From, long To)> _gaps = first < next ? [(first, next)] : [];

    /// <summary>The number after the last byte seen.</summary>
    public long Next { get; private set; } = next;

    /// <summary>Records that these bytes have been seen.</summary>
    /// <returns>Whether at least one of them is new.</returns>
    public bool Add(long from, long to)
    {
        if (from >= to)
        {
            return false;
        }

        var isNew = to > Next;
        for (var i = FirstGapEndingAfter(from); i < _gaps.Count && _gaps[i].From < to;)
        {
            var gap = _gaps[i];
            isNew = true;
            _gaps.RemoveAt(i);
            if (to < gap.To)
            {
                _gaps.Insert(i, (to, gap.To));
            }

            if (gap.From < from)
            {
                _gaps.Insert(i++, (gap.From, from));
            }
        }

        if (from > Next)
        {
            _gaps.Add((Next, from));
        }

        Next = Math.Max(Next, to);
        return isNew;
    }

    private int FirstGapEndingAfter(long number)
    {
        var (low, high) = (0, _gaps.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _gaps[middle].To > number ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
