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

    private sealed class End
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
        Send(sender, receiver, tcp, position);
        Receive(receiver, tcp, position);
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

    private static void Send(End end, End other, TcpHeader tcp, TcpPosition position)
    {
        if (tcp.Has(ControlBits.Rst))
        {
            end.State = TcpState.Closed;
            return;
        }

        end.State = (end.State, tcp.Has(ControlBits.Syn), tcp.Has(ControlBits.Ack)) switch
        {
            (TcpState.Closed, true, false) => TcpState.SynSent,
            (TcpState.Closed or TcpState.Listen, true, true) => TcpState.SynReceived,
            (TcpState.SynSent, true, true) => TcpState.SynReceived, // simultaneous open
            (TcpState.SynSent, false, true) => TcpState.Established,
            _ => end.State,
        };
        if (!tcp.Has(ControlBits.Fin))
        {
            return;
        }

        end.AfterFin = position.Next;
        end.State = end.State switch
        {
            TcpState.SynReceived or TcpState.Established => TcpState.FinWait1,
            // If it does not acknowledge the other side's FIN, the two FINs have crossed.
            TcpState.CloseWait => position.Acknowledgment >= other.AfterFin ? TcpState.LastAck : TcpState.Closing,
            _ => end.State,
        };
    }

    private static void Receive(End end, TcpHeader tcp, TcpPosition position)
    {
        if (tcp.Has(ControlBits.Rst))
        {
            end.State = TcpState.Closed;
            return;
        }

        if (tcp.Has(ControlBits.Ack))
        {
            var seesFin = end.AfterFin is { } after && position.Acknowledgment >= after;
            end.State = (end.State, seesFin) switch
            {
                (TcpState.SynReceived, _) => TcpState.Established,
                (TcpState.FinWait1, true) => TcpState.FinWait2,
                (TcpState.Closing, true) => TcpState.TimeWait,
                (TcpState.LastAck, true) => TcpState.Closed,
                _ => end.State,
            };
        }

        if (tcp.Has(ControlBits.Fin))
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
