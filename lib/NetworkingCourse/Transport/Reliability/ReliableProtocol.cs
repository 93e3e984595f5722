using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// A protocol that builds a reliable channel on an unreliable link: everything sent arrives once and in order, or
/// the sender is told of the failure.
/// </summary>
public sealed class ReliableProtocol
{
    private const int OwnStyle = 3;

    private readonly Func<ProtocolOptions, ReliableSender> _sender;
    private readonly Func<ProtocolOptions, ReliableReceiver> _receiver;
    private readonly Func<SequenceNumbers, int> _largestWindow;
    private readonly ReliableProtocol? _like;

    private ReliableProtocol(
        string name,
        int style,
        Func<ProtocolOptions, ReliableSender> sender,
        Func<ProtocolOptions, ReliableReceiver> receiver,
        Func<SequenceNumbers, int> largestWindow,
        ReliableProtocol? like = null) =>
        (Name, Style, _sender, _receiver, _largestWindow, _like) = (name, style, sender, receiver, largestWindow, like);

    /// <summary>One segment at a time.</summary>
    public static ReliableProtocol StopAndWait { get; } = new(
        "stop-and-wait", 1, options => new StopAndWaitSender(options), options => new InOrderReceiver(options), _ => 1);

    /// <summary>A window of segments, acknowledged cumulatively; after a loss all of them are sent again.</summary>
    public static ReliableProtocol GoBackN { get; } = new(
        "Go-Back-N",
        0,
        options => new GoBackNSender(options),
        options => new InOrderReceiver(options),
        numbers => numbers.Count - 1);

    /// <summary>A window of segments, acknowledged individually; after a loss only the lost one is sent again.</summary>
    public static ReliableProtocol SelectiveRepeat { get; } = new(
        "selective repeat",
        2,
        options => new SelectiveRepeatSender(options),
        options => new SelectiveRepeatReceiver(options),
        numbers => numbers.Count / 2);

    /// <summary>
    /// A stream of bytes as in TCP: numbers count bytes, acknowledgments are cumulative, and a retransmission is cut at other
    /// places than the first time. The reassembler puts the stream together again.
    /// </summary>
    /// <param name="reassembler">Creates the reassembler from its capacity in bytes, anew for every transfer.</param>
    /// <param name="name">The name, in tables and diagrams.</param>
    public static ReliableProtocol ByteStream(Func<int, OwnReassembler> reassembler, string name = "byte stream")
    {
        ArgumentNullException.ThrowIfNull(reassembler);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new ReliableProtocol(
            name,
            OwnStyle,
            options => new ByteStreamSender(options),
            options => new ByteStreamReceiver(options, reassembler),
            numbers => numbers.Count / 2)
        {
            CountsBytes = true,
        };
    }

    /// <summary>All protocols that count segments.</summary>
    public static IReadOnlyList<ReliableProtocol> All { get; } = [StopAndWait, GoBackN, SelectiveRepeat];

    /// <summary>The name of the protocol.</summary>
    public string Name { get; }

    /// <summary>The protocol's index in the palette.</summary>
    internal int Style { get; }

    /// <summary>The course's protocol whose receiver it uses; for a protocol of the course, itself.</summary>
    internal ReliableProtocol Like => _like ?? this;

    /// <summary>Whether its numbers count bytes instead of segments.</summary>
    internal bool CountsBytes { get; private init; }

    /// <summary>Whether its sender or its receiver is the learner's own.</summary>
    internal bool IsOwn => _like is not null;

    /// <summary>
    /// The largest window for sequence numbers of a given length: a receiver must never take an old segment
    /// for a new one of the same number.
    /// </summary>
    public int LargestWindow(int sequenceBits) => _largestWindow(new SequenceNumbers(sequenceBits));

    /// <summary>The same protocol with a sender of your own. It runs wherever the course's own does.</summary>
    /// <param name="sender">Creates the sender, anew for every transfer.</param>
    /// <param name="name">The name, in tables and diagrams.</param>
    public ReliableProtocol WithSender(Func<ProtocolOptions, ReliableSender> sender, string name = "your sender")
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new ReliableProtocol(name, OwnStyle, sender, _receiver, _largestWindow, Like) { CountsBytes = CountsBytes };
    }

    /// <summary>The same protocol with a receiver of your own. It runs wherever the course's own does.</summary>
    /// <param name="receiver">Creates the receiver, anew for every transfer.</param>
    /// <param name="name">The name, in tables and diagrams.</param>
    public ReliableProtocol WithReceiver(Func<ProtocolOptions, ReliableReceiver> receiver, string name = "your receiver")
    {
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new ReliableProtocol(name, OwnStyle, _sender, receiver, _largestWindow, Like) { CountsBytes = CountsBytes };
    }

    /// <summary>
    /// Sends segments over a link in simulated time, until all of them are acknowledged or the sender gives up.
    /// </summary>
    /// <param name="segments">The number of segments; 1 or more.</param>
    /// <param name="options">The transfer options.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the window is too large for the sequence numbers.</exception>
    public Transfer Send(int segments, TransferOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(segments, 1);
        var size = (options ?? new TransferOptions()).SegmentBytes;
        var data = string.Concat(
            Enumerable.Range(0, segments).Select(i => InvariantText.Format($"{i} ").PadRight(size, '.')[..size]));
        return Send(Encoding.ASCII.GetBytes(data), options);
    }

    /// <summary>Sends bytes over a link in simulated time, until all of them are acknowledged or the sender gives up.</summary>
    /// <param name="data">The bytes; they are split into segments of <see cref="TransferOptions.SegmentBytes"/>.</param>
    /// <param name="options">The transfer options.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the window is too large for the sequence numbers.</exception>
    public Transfer Send(ReadOnlyMemory<byte> data, TransferOptions? options = null)
    {
        options ??= new TransferOptions();
        options.Validate();
        if (Like == StopAndWait)
        {
            options = options with { Window = 1 };
        }

        var largest = options.CheckWindow ? LargestWindow(options.SequenceBits) : options.Numbers.Count - 1;
        if (options.Window > largest)
        {
            var bits = InvariantText.Count(options.SequenceBits, "bit");
            throw new ArgumentException(
                InvariantText.Format($"{Name} with sequence numbers of {bits} allows a window of at most {largest}, ")
                + InvariantText.Format($"not {options.Window}: an old segment could be taken for a new one of the same number."));
        }

        return new TransferRun(this, options, _sender(options), _receiver(options), data).Run();
    }

    /// <summary>Creates the state machine of the sending side.</summary>
    internal ReliableSender NewSender(ProtocolOptions options) => _sender(Checked(options));

    /// <summary>Creates the state machine of the receiving side.</summary>
    internal ReliableReceiver NewReceiver(ProtocolOptions options) => _receiver(Checked(options));

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static ProtocolOptions Checked(ProtocolOptions options)
    {
        options.Validate();
        return options;
    }
}
