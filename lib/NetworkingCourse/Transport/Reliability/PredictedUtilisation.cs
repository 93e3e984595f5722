namespace NetworkingCourse.Transport;

/// <summary>
/// The theoretical utilisation of a link by a reliable protocol, if acknowledgments are never lost. T is the transmission time
/// of a segment, C the time from the start of its transmission until its acknowledgment arrives, W the window, p the probability
/// that a segment is lost, R the timeout.
/// </summary>
public static class PredictedUtilisation
{
    /// <summary>The predicted utilisation of a transfer; null if there is no exact prediction.</summary>
    public static double? Of(Transfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        return transfer.Protocol.Like != ReliableProtocol.SelectiveRepeat || transfer.Options.Forward.Loss == 0
            ? GoBackN(transfer.Options, transfer.Options.Window)
            : null;
    }

    /// <summary>
    /// The utilisation of Go-Back-N and, with a window of 1, of stop-and-wait. Without loss a segment costs T if the window
    /// fills the path, and C/W if it does not: the utilisation is min(1, W·T/C). A loss costs R, counted from the
    /// acknowledgment of the segment before it, plus whatever the sender had already sent after it: on average (1 −
    /// 1/W)·C, where W is capped at C/T.
    /// </summary>
    /// <param name="options">The link, the loss and the timeout.</param>
    /// <param name="window">The window.</param>
    public static double GoBackN(TransferOptions options, double window)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (segment, cycle) = (options.SegmentTime.TotalSeconds, options.Cycle.TotalSeconds);
        var (loss, timeout) = (options.Forward.Loss, options.Timeout.TotalSeconds);
        var filled = Math.Min(window, cycle / segment);
        // The cost of losing a first transmission. Losing a retransmission costs only a timeout, since nothing follows it.
        var firstLoss = timeout + ((1 - (1 / filled)) * cycle);
        return segment / ((cycle / filled) + (loss * firstLoss) + (loss * loss / (1 - loss) * timeout));
    }

    /// <summary>
    /// The upper bound for any protocol: min(1, W·T/C)·(1 − p), since every segment has to be sent 1/(1 − p) times on average.
    /// </summary>
    /// <param name="options">The link and the loss.</param>
    /// <param name="window">The window.</param>
    public static double Bound(TransferOptions options, double window)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Math.Min(1, window * options.SegmentTime / options.Cycle) * (1 - options.Forward.Loss);
    }
}
