using System.Globalization;
using System.Net;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>
/// Captured packets: those on loopback while a block of code ran, or those read from a capture file. Where capturing is not
/// possible, a relay reads the conversation, or a file shipped with the lesson takes its place, and <see cref="Note"/> says so.
/// </summary>
public sealed class Capture : Shown
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

    /// <summary>The packets, in order of capture.</summary>
    public IReadOnlyList<CapturedPacket> Packets { get; }

    /// <summary>Gets a packet by its number.</summary>
    /// <param name="number">
    /// The packet's number in the ladder and the table, counted from 1. A part of a capture keeps the numbers of the whole.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such packet.</exception>
    public CapturedPacket this[int number] =>
        (_isWhole ? Packets.ElementAtOrDefault(number - 1) : Packets.FirstOrDefault(one => one.Number == number))
        ?? throw new ArgumentOutOfRangeException(
            nameof(number),
            number,
            Packets.Count == 0
                ? "There are no packets."
                : InvariantText.Format(
                    $"There are {(_isWhole ? "" : "some of ")}packets {Packets[0].Number} to {Packets[^1].Number}."));

    /// <summary>Whether the packets are those of a block of code that has just run, rather than read from a file.</summary>
    public bool IsLive { get; }

    /// <summary>The origin of the packets, in one line.</summary>
    public string Note { get; }

    /// <summary>Captures the traffic to and from a loopback port while a block of code runs.</summary>
    /// <param name="port">The port, for instance a server's.</param>
    /// <param name="block">The code to observe. It runs whether or not packets can be captured.</param>
    /// <param name="otherwise">
    /// The capture file to show where packets cannot be captured, by its name in <see cref="Shipped"/>; null for none.
    /// </param>
    /// <param name="cancellation">Cancels waiting for packets.</param>
    /// <returns>The packets, from before the block began until its TCP conversations have settled.</returns>
    public static Task<Capture> AroundAsync(
        int port, Func<Task> block, string? otherwise = null, CancellationToken cancellation = default) =>
        AroundAsync([port], block, otherwise, cancellation);

    /// <summary>Captures the traffic to and from several loopback ports while a block of code runs.</summary>
    /// <inheritdoc cref="AroundAsync(int, Func{Task}, string?, CancellationToken)"/>
    /// <param name="ports">The ports.</param>
    /// <param name="block">The code to observe.</param>
    /// <param name="otherwise">The capture file to show where packets cannot be captured.</param>
    /// <param name="cancellation">Cancels waiting for packets.</param>
    public static Task<Capture> AroundAsync(
        IReadOnlyCollection<int> ports,
        Func<Task> block,
        string? otherwise = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentNullException.ThrowIfNull(block);
        return AroundAsync(ports, block, otherwise, relayAsync: null, cancellation);
    }

    /// <summary>
    /// Captures the traffic to and from a server while a block of code runs. Where this process may not capture, a relay carries
    /// the traffic and reads it: the data and their times are still those of this run. <see cref="Note"/> says which it was.
    /// </summary>
    /// <param name="server">The server, on loopback.</param>
    /// <param name="block">The code to observe. It gets the address to send to: the server's, or the relay's.</param>
    /// <param name="cancellation">Cancels waiting for packets.</param>
    public static Task<Capture> AroundAsync(
        NetworkService server, Func<IPEndPoint, Task> block, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(block);
        return AroundAsync(
            [server.EndPoint.Port],
            () => block(server.EndPoint),
            otherwise: null,
            reason => RelayedCapture.RunAsync(server, block, reason, cancellation),
            cancellation);
    }

    /// <summary>Captures the traffic of a pair while a block of code runs, which may connect it.</summary>
    /// <inheritdoc cref="AroundAsync(NetworkService, Func{IPEndPoint, Task}, CancellationToken)"/>
    /// <param name="pair">The pair.</param>
    /// <param name="block">The code to observe.</param>
    /// <param name="cancellation">Cancels waiting for packets.</param>
    public static Task<Capture> AroundAsync(TcpPair pair, Func<Task> block, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(block);
        return AroundAsync(pair, _ => block(), cancellation);
    }

    /// <summary>Returns the reason why packets cannot be captured here, or null if they can.</summary>
    public static async Task<string?> UnavailableReasonAsync()
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
        catch (System.Net.Sockets.SocketException exception)
        {
            return $"no connection over loopback can be made: {exception.Message}";
        }
    }

    /// <summary>Reads a capture file in pcapng, Wireshark's format, or pcap, tcpdump's.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxPackets">The maximum number of packets to read. Each takes about a kilobyte of memory.</param>
    /// <returns>The packets. If the file is damaged or truncated, those before the damage; the note says so.</returns>
    /// <exception cref="FormatException">It is not a capture file.</exception>
    /// <exception cref="IOException">The file cannot be read, or is larger than 2 GB.</exception>
    public static Capture Read(string path, int maxPackets = MaxRead)
    {
        // The capturing program may still be writing to it.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var name = Path.GetFileName(path);
        return !file.CanSeek || file.Length <= Array.MaxLength ? Read(file, name, maxPackets) : throw new IOException(
            $"{name} has {Octets.Count(file.Length)}; the limit is 2 GB. To cut it: editcap -r {name} part.pcapng 1-100000");
    }

    /// <summary>Reads a capture shipped with the course, from the folder <c>captures</c> of the lessons.</summary>
    /// <param name="name">The file's name without <c>.pcap</c>.</param>
    /// <exception cref="ArgumentException">There is no such capture; the message lists the available ones.</exception>
    public static Capture Shipped(string name)
    {
        var library = typeof(Capture).Assembly;
        using var stream = library.GetManifestResourceStream(name + ".pcap");
        if (stream is null)
        {
            var files = library.GetManifestResourceNames()
                .Where(file => file.EndsWith(".pcap", StringComparison.Ordinal))
                .Select(file => file[..^".pcap".Length])
                .Order();
            throw new ArgumentException($"There is no capture '{name}'. Available: {string.Join(", ", files)}.", nameof(name));
        }

        return Read(stream, name + ".pcap", MaxRead);
    }

    /// <summary>Selects the packets that meet a condition. They keep their numbers and times.</summary>
    /// <param name="condition">The condition, for instance <c>packet => packet.Udp is not null</c>.</param>
    public Capture Where(Func<CapturedPacket, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Part([.. Packets.Where(condition)], "");
    }

    /// <summary>
    /// Lists the conversations, each being the traffic between two endpoints by one protocol: one row each, by default for up to
    /// the 12 with the most packets.
    /// </summary>
    /// <param name="maxRows">The maximum number of rows.</param>
    public Table Conversations(int maxRows = MaxConversations) => CaptureConversations.Table(_conversations.Value, maxRows);

    /// <summary>Selects one conversation of the capture.</summary>
    /// <param name="number">Its number in the table of <see cref="Conversations"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such conversation.</exception>
    public Capture Conversation(int number)
    {
        var all = _conversations.Value;
        return number >= 1 && number <= all.Count
            ? Part(all[number - 1].Packets, InvariantText.Format($"Conversation {number}, {all[number - 1]}: "))
            : throw new ArgumentOutOfRangeException(
                nameof(number), number, InvariantText.Format($"The conversations are numbered 1 to {all.Count}."));
    }

    /// <summary>Writes the packets to a file that Wireshark, tshark and tcpdump can open.</summary>
    /// <param name="path">The file, conventionally named <c>.pcap</c>. An existing file is overwritten.</param>
    /// <returns>A one-line summary of what was written.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The packets come from links of several types.</exception>
    public string Write(string path)
    {
        SingleLink(); // throws before the file is created
        using var stream = File.Create(path);
        Write(stream);
        return $"{Path.GetFileName(path)}: {InvariantText.Count(Packets.Count, "packet")}, {Octets.Count(stream.Length)}";
    }

    internal void Write(Stream stream) => PcapFile.Write(stream, SingleLink(), Packets.Select(packet => packet.Raw));

    /// <summary>Draws the packets as a ladder diagram with flags, relative sequence numbers and lengths.</summary>
    /// <param name="states">Whether to add the TCP states of both endpoints, derived from the segments as in RFC 9293.</param>
    public LadderDiagram Ladder(bool states = false) => CaptureLadder.Of(this, states);

    /// <summary>Lists the packets in a table, one row each.</summary>
    /// <param name="last">The maximum number of rows; the last packets are shown.</param>
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
    /// Renders the capture: as a ladder; with the conversations before it if the ladder cannot draw every packet; or as a table
    /// if the packets do not name their endpoints.
    /// </summary>
    public override string ToHtml() => Show($"<div><b>{WebUtility.HtmlEncode(Note)}</b></div>", one => one.ToHtml(), "");

    /// <inheritdoc cref="ToHtml"/>
    public override string ToString() => Show(Note, one => one.ToString()!, "\n\n");

    // Where the capture does not begin, relayAsync runs the block, given the reason; or a file takes its place, if there is one.
    private static async Task<Capture> AroundAsync(
        IReadOnlyCollection<int> ports,
        Func<Task> block,
        string? otherwise,
        Func<string, Task<Capture>>? relayAsync,
        CancellationToken cancellation)
    {
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
            if (!hasRun && relayAsync is not null)
            {
                return await relayAsync(unavailable.Message).ConfigureAwait(false);
            }

            if (!hasRun)
            {
                await block().ConfigureAwait(false);
            }

            var shipped = otherwise is null ? null : Shipped(otherwise);
            return new Capture(
                [.. shipped?.Packets.Select(packet => packet.Raw) ?? []],
                shipped is null ? unavailable.Message : $"{unavailable.Message} These packets are from the file {shipped.Note}",
                isLive: false);
        }
    }

    private string Show(string note, Func<IShown, string> show, string between)
    {
        var ladder = Ladder();
        var isAll = ladder.Messages.Count == Packets.Count && ladder.Messages.Count <= ladder.MaxMessages;
        return Packets.Count == 0 ? note
            : ladder.Messages.Count == 0 ? show(Table())
            : isAll || _conversations.Value.Count == 1 ? show(ladder)
            : string.Join(between, note, show(Conversations()), show(ladder with { Title = "The packets" }));
    }

    // A pcap file states its link type only once, in the file header.
    private LinkType SingleLink()
    {
        var links = Packets.Select(packet => packet.Link).Distinct().ToList();
        return links.Count <= 1 ? links.FirstOrDefault(LinkType.Ethernet) : throw new InvalidOperationException(
            $"A pcap file holds packets of one link type; here are several: {string.Join(", ", links)}. Select with Where.");
    }

    private Capture Part(IReadOnlyList<CapturedPacket> packets, string what) => new(
        packets,
        InvariantText.Format($"{what}{packets.Count:N0} of {InvariantText.Count(Packets.Count, "packet")}. {Note}"),
        IsLive,
        isWhole: false);

    private static Capture Read(Stream stream, string name, int maxPackets)
    {
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var (packets, ending) = CaptureFile.Read(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), maxPackets);
        var date = packets.Count == 0
            ? ""
            : InvariantText.Format(
                $", captured {DateTime.UnixEpoch.AddSeconds(packets[0].Timestamp / 1_000_000_000):yyyy-MM-dd}");
        var note = $"{name}: {InvariantText.Count(packets.Count, "packet")}{date}. {ending}";
        return new Capture(packets, note.TrimEnd(), isLive: false);
    }

    private static string NoteOf(int count, IEnumerable<int> ports, long lost)
    {
        var more = lost == 0 ? "" : InvariantText.Format($" {lost:N0} more were not kept.");
        return InvariantText.Format(
            $"Captured on loopback just now: {InvariantText.Count(count, "packet")}, port {string.Join(" and ", ports)}.{more}");
    }
}
