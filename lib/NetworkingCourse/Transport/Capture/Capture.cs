using System.Globalization;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Packets of loopback, really captured: around a block of code, or read from a capture file. Where nothing can be captured the file that came with
/// the lesson is shown instead, and says so.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Capture : IShown
{
    private const int MostRows = 60;
    private static readonly TimeSpan DefaultSettling = TimeSpan.FromSeconds(0.3);

    internal Capture(LinkType link, IReadOnlyList<RawPacket> packets, string note, bool isLive)
    {
        (Link, Note, IsLive) = (link, note, isLive);
        var conversations = new TcpConversations();
        Packets = [.. packets.Select((raw, i) => new CapturedPacket(i + 1, link, raw, packets[0].Timestamp))];
        foreach (var packet in Packets)
        {
            packet.Position = conversations.Follow(packet);
        }
    }

    /// <summary>The packets, in the order in which they came.</summary>
    public IReadOnlyList<CapturedPacket> Packets { get; }

    /// <summary>A packet by its number.</summary>
    /// <param name="number">As the ladder and the table count them, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such packet.</exception>
    public CapturedPacket this[int number] => number >= 1 && number <= Packets.Count ? Packets[number - 1]
        : throw new ArgumentOutOfRangeException(nameof(number), number, Words.Invariant($"There are the packets 1 to {Packets.Count}."));

    /// <summary>What stands before the IP header in each.</summary>
    public LinkType Link { get; }

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
            var (link, packets, dropped) = run.Finish();
            return new Capture(link, packets, NoteOf(packets.Count, ports, dropped), isLive: true);
        }
        catch (CaptureUnavailableException unavailable)
        {
            if (!hasRun)
            {
                await block().ConfigureAwait(false);
            }

            var shipped = otherwise is null ? null : Shipped(otherwise);
            return new Capture(
                shipped?.Link ?? LinkType.Raw, [.. shipped?.Packets.Select(packet => packet.Raw) ?? []],
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

    /// <summary>Reads a capture file of the format pcap, as tcpdump writes it, and Wireshark if told to.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">It is no such file, or it ends inside a packet.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Capture Read(string path) => Read(File.ReadAllBytes(path), Path.GetFileName(path));

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

        var file = new MemoryStream();
        stream.CopyTo(file);
        return Read(file.ToArray(), name + ".pcap");
    }

    /// <summary>Writes the packets to a file that Wireshark, tshark and tcpdump open.</summary>
    /// <param name="path">The file, <c>.pcap</c> by custom; one that is there is overwritten.</param>
    /// <returns>What was written, in one line.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public string Write(string path)
    {
        using var stream = File.Create(path);
        Write(stream);
        return Words.Invariant($"{Path.GetFileName(path)}: {Packets.Count} packets, {Octets.Count(stream.Length)}");
    }

    internal void Write(Stream stream) => PcapFile.Write(stream, Link, Packets.Select(packet => packet.Raw));

    /// <summary>Who sent what to whom: a ladder with flags, relative sequence numbers and lengths.</summary>
    /// <param name="states">Whether the states of both ends are written beside it, as RFC 9293 derives them from the segments.</param>
    public LadderDiagram Ladder(bool states = false) => CaptureLadder.Of(this, states);

    /// <summary>The packets as a table, a row each.</summary>
    /// <param name="last">How many at the most; the last ones are shown.</param>
    public Table Table(int last = MostRows) => new(
        ["packet", "time (ms)", "from", "to", "what", "seq", "ack", "window", "data (bytes)", "data"],
        Packets.Skip(Math.Max(0, Packets.Count - last)).Select(IReadOnlyList<object?> (packet) =>
        [
            packet.Number, packet.Time.TotalMilliseconds.ToString("F3", CultureInfo.InvariantCulture), packet.Source, packet.Destination, CaptureLadder.Kind(packet),
            packet.Position?.Sequence, packet.Tcp?.Has(ControlBits.Ack) == true ? packet.Position?.Acknowledgment : null, packet.Position?.Window, packet.Payload.Length, packet.Text,
        ]),
        Packets.Count > last ? Words.Invariant($"The last {last} of {Packets.Count:N0} packets. {Note}") : Note);

    /// <inheritdoc/>
    public string ToHtml() => $"{Style.Sheet}<p class=\"course-note\">{WebUtility.HtmlEncode(Note)}</p>{(Packets.Count == 0 ? "" : Ladder().ToHtml())}";

    /// <inheritdoc/>
    public override string ToString() => Packets.Count == 0 ? Note : $"{Note}\n{Ladder()}";

    private static Capture Read(byte[] bytes, string name)
    {
        var (link, packets) = PcapFile.Read(bytes);
        var date = packets.Count == 0 ? "" : Words.Invariant($", captured {DateTime.UnixEpoch.AddSeconds(packets[0].Timestamp / 1_000_000_000):yyyy-MM-dd}");
        return new Capture(link, packets, Words.Invariant($"{name}: {packets.Count} packets{date}."), isLive: false);
    }

    private static string NoteOf(int count, IEnumerable<int> ports, long dropped)
    {
        var lost = dropped == 0 ? "" : Words.Invariant($" {dropped} came too fast to be captured.");
        return Words.Invariant($"Captured on loopback just now: {count} packets, port {string.Join(" and ", ports)}.{lost}");
    }
}
