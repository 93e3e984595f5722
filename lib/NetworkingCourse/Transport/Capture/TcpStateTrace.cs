using System.Net;
using System.Net.NetworkInformation;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>
/// Derives the states of both endpoints of TCP conversations from the packets alone, following the state diagram of RFC 9293,
/// section 3.3.2: how a segment changes the state of its sender and of its receiver.
/// </summary>
internal sealed class TcpStateTrace
{
    private readonly Dictionary<(IPEndPoint Own, IPEndPoint Other), End> _ends = [];

    /// <summary>One endpoint of a conversation.</summary>
    internal sealed class End
    {
        public TcpState State { get; set; } = TcpState.Closed;

        /// <summary>
        /// The number after this endpoint's FIN, once sent. An acknowledgment of it means that the other side has seen the FIN.
        /// </summary>
        public long? AfterFin { get; set; }
    }

    /// <summary>A change of state at one endpoint.</summary>
    /// <param name="Own">The endpoint.</param>
    /// <param name="State">The state that it has entered.</param>
    public readonly record struct Change(IPEndPoint Own, TcpState State);

    /// <summary>
    /// Processes the next packet of the capture. Returns the changes it causes, first at its sender, then at its receiver.
    /// </summary>
    public IReadOnlyList<Change> Follow(CapturedPacket packet)
    {
        if (packet is not { Tcp: { } tcp, Position: { } position, Source: { } source, Destination: { } destination })
        {
            return [];
        }

        // No states are derived for a conversation that was already under way when the capture began.
        var sender = Known(source, destination, tcp);
        var receiver = Known(destination, source, tcp);
        if (sender is null || receiver is null)
        {
            return [];
        }

        var before = (sender.State, receiver.State);
        Send(sender, receiver, tcp.Flags, position.Next, position.Acknowledgment);
        Receive(receiver, tcp.Flags, position.Acknowledgment);
        return
        [
            .. sender.State != before.Item1 ? [new Change(source, sender.State)] : (Change[])[],
            .. receiver.State != before.Item2 ? [new Change(destination, receiver.State)] : (Change[])[],
        ];
    }

    private End? Known(IPEndPoint own, IPEndPoint other, TcpHeader tcp)
    {
        if (tcp.IsCall && _ends.TryGetValue((own, other), out var old) && old.State is TcpState.Closed or TcpState.TimeWait)
        {
            _ends.Remove((own, other));
        }

        return _ends.TryGetValue((own, other), out var end) ? end
            : tcp.Has(ControlBits.Syn) ? _ends[(own, other)] = new End()
            : null;
    }

    /// <summary>How a segment changes the state of the endpoint that sends it.</summary>
    /// <param name="end">The endpoint.</param>
    /// <param name="other">The endpoint to which it sends.</param>
    /// <param name="flags">The segment's flags.</param>
    /// <param name="next">The number after the segment's last one; SYN and FIN count as one each.</param>
    /// <param name="acknowledgment">The segment's acknowledgment number.</param>
    internal static void Send(End end, End other, ControlBits flags, long next, long acknowledgment)
    {
        if ((flags & ControlBits.Rst) != 0)
        {
            end.State = TcpState.Closed;
            return;
        }

        end.State = (end.State, (flags & ControlBits.Syn) != 0, (flags & ControlBits.Ack) != 0) switch
        {
            (TcpState.Closed, true, false) => TcpState.SynSent,
            (TcpState.Closed or TcpState.Listen, true, true) => TcpState.SynReceived,
            (TcpState.SynSent, true, true) => TcpState.SynReceived, // simultaneous open
            (TcpState.SynSent, false, true) => TcpState.Established,
            _ => end.State,
        };
        if ((flags & ControlBits.Fin) == 0)
        {
            return;
        }

        end.AfterFin = next;
        end.State = end.State switch
        {
            TcpState.SynReceived or TcpState.Established => TcpState.FinWait1,
            // If it does not acknowledge the other side's FIN, the two FINs have crossed.
            TcpState.CloseWait => acknowledgment >= other.AfterFin ? TcpState.LastAck : TcpState.Closing,
            _ => end.State,
        };
    }

    /// <summary>How a segment changes the state of the endpoint that receives it.</summary>
    /// <param name="end">The endpoint.</param>
    /// <param name="flags">The segment's flags.</param>
    /// <param name="acknowledgment">The segment's acknowledgment number.</param>
    internal static void Receive(End end, ControlBits flags, long acknowledgment)
    {
        if ((flags & ControlBits.Rst) != 0)
        {
            end.State = TcpState.Closed;
            return;
        }

        if ((flags & ControlBits.Ack) != 0)
        {
            var seesFin = end.AfterFin is { } after && acknowledgment >= after;
            end.State = (end.State, seesFin) switch
            {
                (TcpState.SynReceived, _) => TcpState.Established,
                (TcpState.FinWait1, true) => TcpState.FinWait2,
                (TcpState.Closing, true) => TcpState.TimeWait,
                (TcpState.LastAck, true) => TcpState.Closed,
                _ => end.State,
            };
        }

        if ((flags & ControlBits.Fin) != 0)
        {
            end.State = end.State switch
            {
                TcpState.SynReceived or TcpState.Established => TcpState.CloseWait,
                TcpState.FinWait1 => TcpState.Closing,
                TcpState.FinWait2 => TcpState.TimeWait,
                _ => end.State,
            };
        }
    }
}
