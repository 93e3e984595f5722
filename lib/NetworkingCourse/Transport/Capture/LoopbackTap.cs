using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace NetworkingCourse.Transport;

/// <summary>
/// A tap on the loopback interface, by libpcap (Npcap on Windows). A thread of its own takes packets as they come and hands them to a
/// <see cref="CaptureRun"/>, until that has had enough.
/// </summary>
internal sealed class LoopbackTap : IDisposable
{
    // How long libpcap may keep packets together before it hands them over, in milliseconds: it is also the longest that anybody waits for one.
    private const int HoldBack = 2;
    private const int BufferBytes = 16 << 20;
    private const int SnapLength = 262_144;
    private static readonly string[] LoopbackNames = ["lo", "lo0", @"\Device\NPF_Loopback"];

    private readonly LibPcapLiveDevice _device;
    private readonly Thread _thread;
    private readonly CaptureRun _run;
    private readonly LinkType _link;
    private volatile bool _closing;

    /// <param name="filter">Which packets, in the language of pcap-filter(7).</param>
    /// <param name="run">Who takes them.</param>
    /// <exception cref="CaptureUnavailableException">The library is missing, or this user may not capture.</exception>
    public LoopbackTap(string filter, CaptureRun run)
    {
        _run = run;
        _device = Open(filter);
        _link = _device.LinkType switch
        {
            LinkLayers.Ethernet => LinkType.Ethernet,
            LinkLayers.Null or LinkLayers.Loop => LinkType.Null,
            LinkLayers.Raw or LinkLayers.RawLegacy => LinkType.Raw,
            var other => (LinkType)other,
        };
        _thread = new Thread(Read) { IsBackground = true, Name = "capture" };
        using (Detached.Begin())
        {
            _thread.Start();
        }
    }

    /// <summary>How many packets the system could not hand over because they came too fast.</summary>
    public long Dropped { get; private set; }

    /// <summary>Says that no packet is wanted after the next one. The one that wakes its thread is for the caller to send: else it may sleep for half a second more.</summary>
    public void Close() => _closing = true;

    /// <summary>Ends it, and waits for its thread.</summary>
    public void Dispose()
    {
        _closing = true;
        _thread.Join();
        _device.Dispose();
    }

    private static LibPcapLiveDevice Open(string filter)
    {
        LibPcapLiveDevice? device = null;
        try
        {
            RequireCapturing();
            var devices = LibPcapLiveDeviceList.New();
            device = devices.FirstOrDefault(each => LoopbackNames.Contains(each.Name)) ?? devices.FirstOrDefault(each => each.Loopback)
                ?? throw new CaptureUnavailableException(NotAllowed);
            var configuration = new DeviceConfiguration { Snaplen = SnapLength, ReadTimeout = HoldBack, BufferSize = BufferBytes, TimestampResolution = TimestampResolution.Nanosecond };
            configuration.ConfigurationFailed += (_, _) => { }; // a system without nanoseconds has microseconds
            device.Open(configuration);
            device.Filter = filter;
            return device;
        }
        catch (Exception exception) when (Reason(exception) is { } reason)
        {
            device?.Dispose();
            throw new CaptureUnavailableException(reason, exception);
        }
    }

    private static void RequireCapturing()
    {
        if (!SystemFeatures.CaptureLibrary)
        {
            throw new DllNotFoundException();
        }

        if (!SystemFeatures.CaptureRight)
        {
            throw new UnauthorizedAccessException();
        }
    }

    private static string? Reason(Exception exception) => exception switch
    {
        DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException => NotInstalled,
        PcapException { Error: PcapError.PermissionDenied } or UnauthorizedAccessException => NotAllowed,
        PcapException => $"The loopback interface cannot be captured from: {exception.Message.TrimEnd('.')}.",
        PlatformNotSupportedException or NotSupportedException => "This system cannot capture from loopback.",
        _ => null,
    };

    private static string NotInstalled => OperatingSystem.IsWindows()
        ? "Npcap is not installed, by which packets are captured on Windows (npcap.com)."
        : "libpcap is not installed, by which packets are captured (Debian and Ubuntu: libpcap0.8).";

    private static string NotAllowed => OperatingSystem.IsLinux() ? "This user may not capture packets: on Linux that takes root, or the capability CAP_NET_RAW."
        : OperatingSystem.IsWindows() ? "This user may not capture packets: Npcap was installed for administrators only."
        : "This user may not capture packets: on this system that takes read access to the devices /dev/bpf*.";

    private void Read()
    {
        try
        {
            while (!_closing)
            {
                switch (_device.GetNextPacket(out var packet))
                {
                    case GetPacketStatus.PacketRead:
                        var time = packet.Header.Timeval;
                        var length = packet.Header is PcapHeader header ? (int)header.PacketLength : packet.Data.Length;
                        _run.Take(new RawPacket(_link, (long)(time.Value * 1_000_000_000m), packet.Data.ToArray(), length));
                        break;
                    case GetPacketStatus.Error or GetPacketStatus.NoRemainingPackets:
                        throw new CaptureUnavailableException($"The capture broke off: {_device.LastError}");
                }
            }

            Dropped = _device.Statistics.DroppedPackets;
        }
        catch (Exception exception)
        {
            // On a thread of its own; whoever waits for packets is told.
            _run.Fail(exception as CaptureUnavailableException ?? new CaptureUnavailableException($"The capture broke off: {exception.Message}", exception));
        }
    }
}
