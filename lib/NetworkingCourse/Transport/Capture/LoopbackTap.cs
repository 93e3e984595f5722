using NetworkingCourse.Packets;
using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace NetworkingCourse.Transport;

/// <summary>
/// A tap on the loopback interface, based on libpcap (Npcap on Windows). It reads packets on its own thread and hands them to a
/// <see cref="CaptureRun"/> until it is closed.
/// </summary>
internal sealed class LoopbackTap : IDisposable
{
    // How long libpcap may hold packets back to batch them, in milliseconds. It is also the longest delay for a single packet.
    private const int HoldBack = 2;
    private const int BufferBytes = 16 << 20;
    private const int SnapLength = 262_144;
    private static readonly string[] LoopbackNames = ["lo", "lo0", @"\Device\NPF_Loopback"];

    private readonly LibPcapLiveDevice _device;
    private readonly Thread _thread;
    private readonly CaptureRun _run;
    private readonly LinkType _link;
    private volatile bool _closing;

    /// <param name="filter">The packets to capture, in the syntax of pcap-filter(7).</param>
    /// <param name="run">The capture that receives the packets.</param>
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

    /// <summary>The number of packets that the system dropped because they came too fast.</summary>
    public long Dropped { get; private set; }

    /// <summary>
    /// Tells the tap to stop after the next packet. The caller must send that packet to wake the tap's thread, which may
    /// otherwise sleep for up to half a second.
    /// </summary>
    public void Close() => _closing = true;

    /// <summary>Closes the tap and waits for its thread.</summary>
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
            device = devices.FirstOrDefault(each => LoopbackNames.Contains(each.Name))
                ?? devices.FirstOrDefault(each => each.Loopback)
                ?? throw new CaptureUnavailableException(NotAllowed);
            var configuration = new DeviceConfiguration
            {
                Snaplen = SnapLength,
                ReadTimeout = HoldBack,
                BufferSize = BufferBytes,
                TimestampResolution = TimestampResolution.Nanosecond,
            };
            configuration.ConfigurationFailed += (_, _) => { }; // a system without nanoseconds falls back to microseconds
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
        DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException =>
            NotInstalled,
        PcapException { Error: PcapError.PermissionDenied } or UnauthorizedAccessException => NotAllowed,
        PcapException => $"Cannot capture from the loopback interface: {exception.Message.TrimEnd('.')}.",
        PlatformNotSupportedException or NotSupportedException => "This system cannot capture from loopback.",
        _ => null,
    };

    private static string NotInstalled => OperatingSystem.IsWindows()
        ? "Npcap is not installed; it is needed to capture packets on Windows (npcap.com)."
        : "libpcap is not installed; it is needed to capture packets (Debian and Ubuntu: libpcap0.8).";

    private static string NotAllowed => OperatingSystem.IsLinux()
        ? "This user may not capture packets: on Linux that takes root, or the capability CAP_NET_RAW."
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
                        throw new CaptureUnavailableException($"The capture failed: {_device.LastError}");
                }
            }

            Dropped = _device.Statistics.DroppedPackets;
        }
        catch (Exception exception)
        {
            // No one would catch an exception on this thread; the run passes it on to those waiting for packets.
            _run.Fail(exception as CaptureUnavailableException
                ?? new CaptureUnavailableException($"The capture failed: {exception.Message}", exception));
        }
    }
}
