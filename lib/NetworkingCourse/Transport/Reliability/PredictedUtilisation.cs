namespace NetworkingCourse.Transport;

/// <summary>
/// What theory says of how busy a protocol keeps a link whose acknowledgements are never lost. T is the time that a segment takes to send, C the time from the beginning of that until its acknowledgement is
/// there, W the window, p the probability that a segment is lost, R the timeout.
/// </summary>
public static class PredictedUtilisation
{
    /// <summary>What theory says of this transfer; null if it has nothing exact to say.</summary>
    public static double? Of(Transfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        return transfer.Protocol != ReliableProtocol.SelectiveRepeat || transfer.Options.There.Loss == 0 ? GoBackN(transfer.Options, transfer.Options.Window) : null;
    }

    /// <summary>
    /// Go-Back-N; and, with a window of 1, stop-and-wait. Without loss a segment costs T if the window fills the way, and C/W if it does not: the utilisation is min(1, W·T/C). A loss
    /// costs R, counted from the acknowledgement of the segment before it, and what the sender had already sent behind it: on average (1 − 1/W)·C, with no more than C/T for W.
    /// </summary>
    /// <param name="options">The link, the loss and the timeout.</param>
    /// <param name="window">The window.</param>
    public static double GoBackN(TransferOptions options, double window)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (segment, cycle, loss, timeout) = (options.SegmentTime.TotalSeconds, options.Cycle.TotalSeconds, options.There.Loss, options.Timeout.TotalSeconds);
        var filled = Math.Min(window, cycle / segment);
        // The first try that is lost costs this; a repetition that is lost again costs a timeout, and nothing is behind it.
        var firstLoss = timeout + ((1 - (1 / filled)) * cycle);
        return segment / ((cycle / filled) + (loss * firstLoss) + (loss * loss / (1 - loss) * timeout));
    }

    /// <summary>What no protocol can surpass: min(1, W·T/C)·(1 − p). Every segment has to be sent 1/(1 − p) times on average.</summary>
    /// <param name="options">The link and the loss.</param>
    /// <param name="window">The window.</param>
    public static double Bound(TransferOptions options, double window)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Math.Min(1, window * options.SegmentTime / options.Cycle) * (1 - options.There.Loss);
    }
}
