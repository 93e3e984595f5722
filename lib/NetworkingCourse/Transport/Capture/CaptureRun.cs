using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// A live capture, from its start to its last packet. It needs no fixed delays and misses nothing, thanks to <i>markers</i>:
/// datagrams that this process sends to itself on loopback, and that the tap sees like any other packet. When the first marker
/// appears, the capture is live. When a marker sent after the end appears, everything sent before it has been captured.
/// </summary>
internal sealed class CaptureRun : IDisposable, IAsyncDisposable
{
    private const int MaxPackets = 50_000;
    private const int MarkerLength = 20; // a 16-byte nonce and the marker's number
    private static readonly TimeSpan MarkerInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LiveWithin = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(16);
    private readonly Socket _marker = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly HashSet<int> _ports;
    private readonly List<RawPacket> _packets = [];
    private readonly TcpConversations _conversations = new();
    private readonly int _maxPackets;
    private readonly LoopbackTap _tap;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CaptureUnavailableException? _failure;
    private int _sent;
    private int _seen;
    private int _closed;
    private long _notKept;

    /// <param name="ports">The ports whose packets are kept, along with any ICMP message about one of them.</param>
    /// <param name="maxPackets">The maximum number of packets to keep.</param>
    /// <exception cref="CaptureUnavailableException">The library is missing, or this user may not capture.</exception>
    public CaptureRun(IEnumerable<int> ports, int maxPackets = MaxPackets)
    {
        (_ports, _maxPackets) = ([.. ports], maxPackets);
        try
        {
            // The socket sends to itself and never reads. Once its buffer is full the system drops the markers, but only
            // after the tap has seen them.
            _marker.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _marker.Connect(_marker.LocalEndPoint!);
            var own = ((IPEndPoint)_marker.LocalEndPoint!).Port;
            var wanted = string.Join(" or ", _ports.Append(own).Select(port => InvariantText.Format($"port {port}")));
            _tap = new LoopbackTap($"((tcp or udp) and ({wanted})) or icmp or icmp6", this);
            RunningServers.StopToo(this);
        }
        catch
        {
            _marker.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the tap sees packets.</summary>
    /// <exception cref="CaptureUnavailableException">The tap sees nothing.</exception>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        if (!await MarkAsync(() => true, LiveWithin, cancellation).ConfigureAwait(false))
        {
            throw new CaptureUnavailableException(InvariantText.Format(
                $"The capture did not begin: nothing sent on loopback was seen within {LiveWithin.TotalSeconds:0} s."));
        }
    }

    /// <summary>
    /// Waits until everything sent before this call has been captured, and then until the captured TCP conversations have
    /// settled, for instance until the last byte has been acknowledged. The second wait lasts no longer than
    /// <paramref name="settling"/>, since some conversations never settle.
    /// </summary>
    public async Task EndAsync(TimeSpan settling, CancellationToken cancellation)
    {
        await MarkAsync(() => true, LiveWithin, cancellation).ConfigureAwait(false);
        await MarkAsync(() => _conversations.AreSettled, settling, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Ends the capture. Returns its packets, and how many were lost because there were too many or they came too fast.
    /// </summary>
    public (IReadOnlyList<RawPacket> Packets, long Lost) Finish()
    {
        CloseTap();
        return (_packets, _tap.Dropped + _notKept);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseTap();
        _marker.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));

    private void CloseTap()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _tap.Close();
            _marker.Send(NextMarker()); // wakes the tap's thread
            _tap.Dispose();
            RunningServers.ForgetOther(this);
        }
    }

    /// <summary>Called on the tap's thread for each packet.</summary>
    internal void Take(RawPacket raw)
    {
        var packet = new CapturedPacket(_packets.Count + 1, raw, raw.Timestamp);
        TaskCompletionSource news;
        lock (_gate)
        {
            if (MarkerNumber(packet) is { } number)
            {
                _seen = Math.Max(_seen, number);
            }
            else if (_ports.Any(packet.Concerns))
            {
                packet.Position = _conversations.Follow(packet);
                if (_packets.Count < _maxPackets)
                {
                    _packets.Add(raw);
                }
                else
                {
                    _notKept++;
                }
            }

            (news, _news) = (_news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        news.TrySetResult();
    }

    /// <summary>Called on the tap's thread when it cannot go on.</summary>
    internal void Fail(CaptureUnavailableException failure)
    {
        lock (_gate)
        {
            _failure = failure;
            _news.TrySetResult();
        }
    }

    /// <summary>Sends markers until one sent after this call has been seen and the condition holds.</summary>
    /// <returns>Whether that happened within the limit.</returns>
    private async Task<bool> MarkAsync(Func<bool> condition, TimeSpan limit, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        var first = _sent + 1;
        try
        {
            while (true)
            {
                // Repeated, since a marker may be lost, and the condition may become true without any further packet.
                await _marker.SendAsync(NextMarker(), SocketFlags.None, timer.Token).ConfigureAwait(false);
                using var again = CancellationTokenSource.CreateLinkedTokenSource(timer.Token);
                again.CancelAfter(MarkerInterval);
                while (!again.IsCancellationRequested)
                {
                    Task news;
                    lock (_gate)
                    {
                        if (_failure is not null)
                        {
                            throw _failure;
                        }

                        if (_seen >= first && condition())
                        {
                            return true;
                        }

                        news = _news.Task;
                    }

                    await news.WaitAsync(again.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                timer.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private byte[] NextMarker()
    {
        var marker = new byte[MarkerLength];
        _nonce.CopyTo(marker, 0);
        BinaryPrimitives.WriteInt32BigEndian(marker.AsSpan(_nonce.Length), ++_sent);
        return marker;
    }

    private int? MarkerNumber(CapturedPacket packet) =>
        packet is { Udp: not null, Payload: { Length: MarkerLength } payload } && payload.Span.StartsWith(_nonce)
            ? BinaryPrimitives.ReadInt32BigEndian(payload.Span[_nonce.Length..]) : null;
}
