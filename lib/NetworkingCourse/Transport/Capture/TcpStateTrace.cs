using System.Net;
using System.Net.NetworkInformation;

namespace NetworkingCourse.Transport;

/// <summary>
/// The states of both ends of TCP conversations, told from their packets alone, by the diagram of RFC 9293, section 3.3.2: what a segment does to
/// the end that sends it, and to the end that receives it.
/// </summary>
internal sealed class TcpStateTrace
{
    private readonly Dictionary<(IPEndPoint Own, IPEndPoint Other), End> _ends = [];

    private sealed class End
    {
        public TcpState State { get; set; } = TcpState.Closed;

        /// <summary>The number after its own FIN, once that was sent: who acknowledges it has seen the FIN.</summary>
        public long? AfterFin { get; set; }
    }

    /// <summary>One end's entering a state.</summary>
    /// <param name="Own">The end.</param>
    /// <param name="State">The state that it is in from now on.</param>
    public readonly record struct Change(IPEndPoint Own, TcpState State);

    /// <summary>What the next packet of the capture changes: first at its sender, then at its receiver.</summary>
    public IReadOnlyList<Change> Follow(CapturedPacket packet)
    {
        if (packet is not { Tcp: { } tcp, Position: { } position, Source: { } source, Destination: { } destination })
        {
            return [];
        }

        // Of a conversation that was under way when the capture began no states are told.
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

        return _ends.TryGetValue((own, other), out var end) ? end : tcp.Has(ControlBits.Syn) ? _ends[(own, other)] = new End() : null;
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
            (TcpState.SynSent, true, true) => TcpState.SynReceived, // both have begun at once
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
            // If it does not acknowledge the other's FIN, it had not come yet: the two have crossed.
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
