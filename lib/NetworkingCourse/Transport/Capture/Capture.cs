using System.Globalization;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Captured packets: of loopback, around a block of code, or read from a capture file, whatever that holds. Where nothing can be
/// captured the file that came with the lesson is shown instead, and says so.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Capture : IShown
{
    private const int MaxRows = 60;
    private const int MaxConversations = 12;
    private const int MaxRead = 200_000;
    private static readonly TimeSpan DefaultSettling = TimeSpan.FromSeconds(0.3);

    private readonly Lazy<IReadOnlyList<CaptureConversation>> _conversations;
    private readonly bool _isWhole;

    internal Capture(IReadOnlyList<RawPacket> packets, string note, bool isLive)
        : this([.. packets.Select((raw, i) => new CapturedPacket(i + 1, raw, packets[0].Timestamp))], note, isLive, isWhole: true)
    {
        var conversations = new TcpConversations();
        foreach (var packet in Packets)
        {
            packet.Position = conversations.Follow(packet);
        }
    }

    private Capture(IReadOnlyList<CapturedPacket> packets, string note, bool isLive, bool isWhole)
    {
        (Packets, Note, IsLive, _isWhole) = (packets, note, isLive, isWhole);
        _conversations = new Lazy<IReadOnlyList<CaptureConversation>>(() => CaptureConversations.Of(Packets));
    }

    /// <summary>The packets, in the order in which they came.</summary>
    public IReadOnlyList<CapturedPacket> Packets { get; }

    /// <summary>A packet by its number.</summary>
    /// <param name="number">As the ladder and the table count them, from 1. A part of a capture has the whole's numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such packet.</exception>
    public CapturedPacket this[int number] =>
        (_isWhole ? Packets.ElementAtOrDefault(number - 1) : Packets.FirstOrDefault(one => one.Number == number))
        ?? throw new ArgumentOutOfRangeException(nameof(number), number, Packets.Count == 0 ? "There are no packets."
            : InvariantText.Format($"There are {(_isWhole ? "" : "some of ")}packets {Packets[0].Number} to {Packets[^1].Number}."));

    /// <summary>Whether they were captured here and now, and not read from a file.</summary>
    public bool IsLive { get; }

    /// <summary>Where the packets come from, in one line.</summary>
    public string Note { get; }

    /// <summary>Captures what goes to and from a port of loopback while a block of code runs.</summary>
    /// <param name="port">The port, for instance a server's.</param>
    /// <param name="block">What is to be watched. It is run whether or not packets can be captured.</param>
    /// <param name="otherwise">The capture file to show where packets cannot be captured, by its name in <see cref="Shipped"/>; null for none.</param>
    /// <param name="cancellation">Ends the waiting for packets.</param>
    /// <returns>The packets: from before the block began until all is said that its TCP conversations still owed.</returns>
    public static Task<Capture> AroundAsync(int port, Func<Task> block, string? otherwise = null, CancellationToken cancellation = default) =>
        AroundAsync([port], block, otherwise, cancellation);

    /// <summary>Captures what goes to and from some ports of loopback while a block of code runs.</summary>
    /// <inheritdoc cref="AroundAsync(int, Func{Task}, string?, CancellationToken)"/>
    /// <param name="ports">The ports.</param>
    /// <param name="block">What is to be watched.</param>
    /// <param name="otherwise">The capture file to show where packets cannot be captured.</param>
    /// <param name="cancellation">Ends the waiting for packets.</param>
    public static async Task<Capture> AroundAsync(IReadOnlyCollection<int> ports, Func<Task> block, string? otherwise = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentNullException.ThrowIfNull(block);
        var hasRun = false;
        try
        {
            using var run = new CaptureRun(ports);
            await run.BeginAsync(cancellation).ConfigureAwait(false);
            hasRun = true;
            await block().ConfigureAwait(false);
            await run.EndAsync(DefaultSettling, cancellation).ConfigureAwait(false);
            var (packets, lost) = run.Finish();
            return new Capture(packets, NoteOf(packets.Count, ports, lost), isLive: true);
        }
        catch (CaptureUnavailableException unavailable)
        {
            if (!hasRun)
            {
                await block().ConfigureAwait(false);
            }

            var shipped = otherwise is null ? null : Shipped(otherwise);
            return new Capture(
                [.. shipped?.Packets.Select(packet => packet.Raw) ?? []],
                shipped is null ? unavailable.Message : $"{unavailable.Message} These packets are from the file {shipped.Note}", isLive: false);
        }
    }

    /// <summary>Whether packets can be captured here; if not, why.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        try
        {
            using var run = new CaptureRun([]);
            await run.BeginAsync(CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (CaptureUnavailableException unavailable)
        {
            return unavailable.Message;
        }
    }

    /// <summary>Reads a capture file: pcapng, which Wireshark writes, or pcap, which tcpdump writes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">How many packets are read at the most. Each takes about a kilobyte of memory.</param>
    /// <returns>The packets; of a file that is damaged or cut off, those before that, and the note says so.</returns>
    /// <exception cref="FormatException">It is not a capture file.</exception>
    /// <exception cref="IOException">It cannot be read, or has more than 2 GB.</exception>
    public static Capture Read(string path, int most = MaxRead)
    {
        // The program that captures may still be writing to it.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var name = Path.GetFileName(path);
        return !file.CanSeek || file.Length <= Array.MaxLength ? Read(file, name, most) : throw new IOException(
            $"{name} has {Octets.Count(file.Length)}, and up to 2 GB are read. To cut: editcap -r {name} part.pcapng 1-100000");
    }

    /// <summary>A capture that came with the course; the files lie in the folder <c>captures</c> of the lessons.</summary>
    /// <param name="name">The file's name without <c>.pcap</c>.</param>
    /// <exception cref="ArgumentException">There is none of this name; the message lists those there are.</exception>
    public static Capture Shipped(string name)
    {
        var library = typeof(Capture).Assembly;
        using var stream = library.GetManifestResourceStream(name + ".pcap");
        if (stream is null)
        {
            var files = library.GetManifestResourceNames().Where(file => file.EndsWith(".pcap", StringComparison.Ordinal)).Select(file => file[..^".pcap".Length]).Order();
            throw new ArgumentException($"There is no capture '{name}'. There is: {string.Join(", ", files)}.", nameof(name));
        }

        return Read(stream, name + ".pcap", MaxRead);
    }

    /// <summary>A part of the capture: the packets for which something holds. They keep their numbers and times.</summary>
    /// <param name="condition">What must hold, for instance <c>packet => packet.Udp is not null</c>.</param>
    public Capture Where(Func<CapturedPacket, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Part([.. Packets.Where(condition)], "");
    }

    /// <summary>
    /// What went between two ends by one protocol: for each such conversation a row, up to the 12 with the most packets.
    /// </summary>
    /// <param name="most">How many rows at the most.</param>
    public Table Conversations(int most = MaxConversations) => CaptureConversations.Table(_conversations.Value, most);

    /// <summary>One conversation of the capture.</summary>
    /// <param name="number">Its number in the table of <see cref="Conversations"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such conversation.</exception>
    public Capture Conversation(int number)
    {
        var all = _conversations.Value;
        return number >= 1 && number <= all.Count
            ? Part(all[number - 1].Packets, InvariantText.Format($"Conversation {number}, {all[number - 1]}: "))
            : throw new ArgumentOutOfRangeException(
                nameof(number), number, InvariantText.Format($"There are the conversations 1 to {all.Count}."));
    }

    /// <summary>Writes the packets to a file that Wireshark, tshark and tcpdump open.</summary>
    /// <param name="path">The file, <c>.pcap</c> by custom; one that is there is overwritten.</param>
    /// <returns>What was written, in one line.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The packets come from links of several kinds.</exception>
    public string Write(string path)
    {
        SingleLink(); // before there is a file
        using var stream = File.Create(path);
        Write(stream);
        return InvariantText.Format($"{Path.GetFileName(path)}: {CountOf(Packets.Count)}, {Octets.Count(stream.Length)}");
    }

    internal void Write(Stream stream) => PcapFile.Write(stream, SingleLink(), Packets.Select(packet => packet.Raw));

    /// <summary>Who sent what to whom: a ladder with flags, relative sequence numbers and lengths.</summary>
    /// <param name="states">Whether the states of both ends are written beside it, as RFC 9293 derives them from the segments.</param>
    public LadderDiagram Ladder(bool states = false) => CaptureLadder.Of(this, states);

    /// <summary>The packets as a table, a row each.</summary>
    /// <param name="last">How many at the most; the last ones are shown.</param>
    public Table Table(int last = MaxRows) => new(
        ["packet", "time (ms)", "from", "to", "what", "seq", "ack", "window", "data (bytes)", "data"],
        Packets.Skip(Math.Max(0, Packets.Count - last)).Select(IReadOnlyList<object?> (packet) =>
        [
            packet.Number, packet.Time.TotalMilliseconds.ToString("F3", CultureInfo.InvariantCulture),
            packet.Ends?.From, packet.Ends?.To, packet.Kind, packet.Position?.Sequence,
            packet.Tcp?.Has(ControlBits.Ack) == true ? packet.Position?.Acknowledgment : null, packet.Position?.Window,
            packet.Payload.Length < packet.PayloadLength ? packet.DataLength : packet.PayloadLength, packet.Text,
        ]),
        Packets.Count > last ? InvariantText.Format($"The last {last} of {Packets.Count:N0} packets. {Note}") : Note);

    /// <summary>
    /// The ladder; of a capture of which it cannot draw all, the conversations before it; of packets that do not say between whom
    /// they went, the table.
    /// </summary>
    public string ToHtml() => Show($"<div><b>{WebUtility.HtmlEncode(Note)}</b></div>", one => one.ToHtml(), "");

    /// <inheritdoc cref="ToHtml"/>
    public override string ToString() => Show(Note, one => one.ToString()!, "\n\n");

    private string Show(string note, Func<IShown, string> show, string between)
    {
        var ladder = Ladder();
        var isAll = ladder.Messages.Count == Packets.Count && ladder.Messages.Count <= ladder.MaxMessages;
        return Packets.Count == 0 ? note
            : ladder.Messages.Count == 0 ? show(Table())
            : isAll || _conversations.Value.Count == 1 ? show(ladder)
            : string.Join(between, note, show(Conversations()), show(ladder with { Title = "The packets" }));
    }

    // A file of the format that is written says once, at its beginning, what all its packets begin with.
    private LinkType SingleLink()
    {
        var links = Packets.Select(packet => packet.Link).Distinct().ToList();
        return links.Count <= 1 ? links.FirstOrDefault(LinkType.Ethernet) : throw new InvalidOperationException(
            $"A pcap file holds packets of one kind of link; here are several: {string.Join(", ", links)}. Select with Where.");
    }

    private static string CountOf(int packets) => InvariantText.Format($"{packets:N0} packet{(packets == 1 ? "" : "s")}");

    private Capture Part(IReadOnlyList<CapturedPacket> packets, string what) =>
        new(packets, InvariantText.Format($"{what}{packets.Count:N0} of {CountOf(Packets.Count)}. {Note}"), IsLive, isWhole: false);

    private static Capture Read(Stream stream, string name, int most)
    {
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var (packets, ending) = CaptureFile.Read(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), most);
        var date = packets.Count == 0 ? "" : InvariantText.Format($", captured {DateTime.UnixEpoch.AddSeconds(packets[0].Timestamp / 1_000_000_000):yyyy-MM-dd}");
        return new Capture(packets, $"{name}: {CountOf(packets.Count)}{date}. {ending}".TrimEnd(), isLive: false);
    }

    private static string NoteOf(int count, IEnumerable<int> ports, long lost)
    {
        var more = lost == 0 ? "" : InvariantText.Format($" {lost:N0} more were not kept.");
        return InvariantText.Format($"Captured on loopback just now: {CountOf(count)}, port {string.Join(" and ", ports)}.{more}");
    }
}
