using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A protocol that makes a reliable channel of a link that is not: what is sent arrives once and in order, or the sender is told that it does not.</summary>
public sealed class ReliableProtocol
{
    private readonly Func<ProtocolOptions, ReliableSender> _sender;
    private readonly Func<ProtocolOptions, ReliableReceiver> _receiver;
    private readonly Func<SequenceNumbers, int> _largestWindow;

    private ReliableProtocol(
        string name, int style, Func<ProtocolOptions, ReliableSender> sender, Func<ProtocolOptions, ReliableReceiver> receiver, Func<SequenceNumbers, int> largestWindow) =>
        (Name, Style, _sender, _receiver, _largestWindow) = (name, style, sender, receiver, largestWindow);

    /// <summary>One segment at a time.</summary>
    public static ReliableProtocol StopAndWait { get; } = new(
        "stop-and-wait", 1, options => new StopAndWaitSender(options), options => new InOrderReceiver(options), _ => 1);

    /// <summary>A window of segments, acknowledged together; after a loss all of them are sent again.</summary>
    public static ReliableProtocol GoBackN { get; } = new(
        "Go-Back-N", 0, options => new GoBackNSender(options), options => new InOrderReceiver(options), numbers => numbers.Count - 1);

    /// <summary>A window of segments, acknowledged one by one; after a loss only the lost one is sent again.</summary>
    public static ReliableProtocol SelectiveRepeat { get; } = new(
        "selective repeat", 2, options => new SelectiveRepeatSender(options), options => new SelectiveRepeatReceiver(options), numbers => numbers.Count / 2);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReliableProtocol> All { get; } = [StopAndWait, GoBackN, SelectiveRepeat];

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Its place in the palette.</summary>
    internal int Style { get; }

    /// <summary>The largest window that numbers of so many bits allow: a receiver must never take an old segment for a new one of the same number.</summary>
    public int LargestWindow(int sequenceBits) => _largestWindow(new SequenceNumbers(sequenceBits));

    /// <summary>Sends segments over a link, in simulated time, until all of them are acknowledged or the sender gives up.</summary>
    /// <param name="segments">How many; 1 or more.</param>
    /// <param name="options">What can be set.</param>
    /// <exception cref="ArgumentException">An option makes no sense, or the window is too large for the sequence numbers.</exception>
    public Transfer Send(int segments, TransferOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(segments, 1);
        var size = (options ?? new TransferOptions()).SegmentBytes;
        return Send(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, segments).Select(i => InvariantText.Format($"{i} ").PadRight(size, '.')[..size]))), options);
    }

    /// <summary>Sends bytes over a link, in simulated time, until all of them are acknowledged or the sender gives up.</summary>
    /// <param name="data">The bytes; they are cut into segments of <see cref="TransferOptions.SegmentBytes"/>.</param>
    /// <param name="options">What can be set.</param>
    /// <exception cref="ArgumentException">An option makes no sense, or the window is too large for the sequence numbers.</exception>
    public Transfer Send(ReadOnlyMemory<byte> data, TransferOptions? options = null)
    {
        options ??= new TransferOptions();
        options.Validate();
        if (this == StopAndWait)
        {
            options = options with { Window = 1 };
        }

        var largest = options.CheckWindow ? LargestWindow(options.SequenceBits) : options.Numbers.Count - 1;
        if (options.Window > largest)
        {
            throw new ArgumentException(InvariantText.Format(
                $"{Name} with sequence numbers of {options.SequenceBits} bit{(options.SequenceBits == 1 ? "" : "s")} allows a window of at most {largest}, not {options.Window}: an old segment could be taken for a new one of the same number."));
        }

        return new TransferRun(this, options, _sender(options), _receiver(options), data).Run();
    }

    /// <summary>The state machine of the sending half.</summary>
    internal ReliableSender NewSender(ProtocolOptions options) => _sender(Checked(options));

    /// <summary>The state machine of the receiving half.</summary>
    internal ReliableReceiver NewReceiver(ProtocolOptions options) => _receiver(Checked(options));

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static ProtocolOptions Checked(ProtocolOptions options)
    {
        options.Validate();
        return options;
    }
}
