using System.Net;
using System.Net.NetworkInformation;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.6: the states of both ends while a connection closes.</summary>
    public static TcpStatesExercise TcpStates { get; } = new();
}

/// <summary>A segment of an open connection, as a ladder shows it.</summary>
/// <param name="IsFromClient">Whether the client sent it; otherwise the server did.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="Sequence">Its sequence number, relative to the sender's initial one.</param>
/// <param name="Acknowledgment">Its acknowledgment number, relative to the other side's initial number.</param>
/// <param name="Length">The number of bytes of data.</param>
public sealed record TcpSegment(bool IsFromClient, ControlBits Flags, long Sequence, long Acknowledgment, int Length)
{
    /// <summary>Whether its sender will send no more.</summary>
    public bool IsFin => (Flags & ControlBits.Fin) != 0;

    /// <summary>Whether it resets the connection.</summary>
    public bool IsReset => (Flags & ControlBits.Rst) != 0;

    /// <summary>The number after its last one: what acknowledges it. A FIN counts as one.</summary>
    public long Next => Sequence + Length + (IsFin ? 1 : 0);

    /// <summary>The segment in a few words: <c>client: FIN, ACK · seq 17 · ack 17</c>.</summary>
    public override string ToString() => $"{Sender}: {Label}";

    internal string Sender => IsFromClient ? "client" : "server";

    internal string Label
    {
        get
        {
            var flags = string.Join(", ", ((ControlBits[])[ControlBits.Fin, ControlBits.Rst, ControlBits.Ack])
                .Where(flag => (Flags & flag) != 0)
                .Select(flag => flag.ToString().ToUpperInvariant()));
            var data = Length == 0 ? "" : " · " + Octets.Count(Length);
            return InvariantText.Format($"{flags} · seq {Sequence}{(IsReset ? "" : $" · ack {Acknowledgment}")}{data}");
        }
    }
}

/// <summary>The learner derives the states of both ends from the segments that a capture shows.</summary>
public sealed class TcpStatesExercise : CaseExercise<TcpStatesExercise.Answer, IReadOnlyList<TcpSegment>>
{
    private const int RandomScripts = 25;

    internal TcpStatesExercise()
        : base(new ExerciseText(
            "2-transport/6-tcp-packet-by-packet.ipynb", "2.6", 2, nameof(Exercises.TcpStates),
            "The states of both ends",
            "A connection is open: both ends are `Established`. `segments` are the segments of a capture from here on, in "
                + "order; each counts as received as soon as it is in the list. Return the states of both ends after the "
                + "last of them, as `TcpState` values. After a reset, both are `Closed`. If the second `FIN` does not "
                + "acknowledge the first one, the two have crossed: both ends closed at the same time, and both go through "
                + "`Closing`.",
            [
                "Keep a state for each end, and the number after its `FIN`, once it has sent one. A segment does three "
                    + "things: a `FIN` changes the state of its sender; its acknowledgment number, and then its `FIN`, "
                    + "change that of its receiver.",
                "Sender of a `FIN`: `Established` → `FinWait1`; `CloseWait` → `LastAck`, or `Closing` if they crossed. "
                    + "Receiver, if its own `FIN` is acknowledged: `FinWait1` → `FinWait2`, `Closing` → `TimeWait`, "
                    + "`LastAck` → `Closed`. Receiver of a `FIN`: `Established` → `CloseWait`, `FinWait1` → `Closing`, "
                    + "`FinWait2` → `TimeWait`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="segments">The segments of an open connection, in the order of a capture; at least one.</param>
    /// <returns>The states of the client and of the server after the last segment.</returns>
    public delegate (TcpState Client, TcpState Server) Answer(IReadOnlyList<TcpSegment> segments);

    // What a wrong answer does differently.
    private enum Slip
    {
        None,
        TimeWaitAtTheWrongEnd,
        TimeWaitAtBothEnds,
        AnyAckIsForTheFin,
        NoCrossing,
        ResetAtOneEnd,
        FinClosesBothWays,
        ClientClosesFirst,
        OneThingPerSegment,
        NoTimeWait,
        CountsRepeatedFins,
        ClosingAtOneEnd,
        FinAcknowledgesNothing,
        NoFinWait2,
        ResetAtTheSender,
    }

    /// <inheritdoc/>
    public override int Minutes => 20;

    internal override Answer Reference { get; } = segments =>
    {
        var (client, server) = (
            new TcpStateTrace.End { State = TcpState.Established }, new TcpStateTrace.End { State = TcpState.Established });
        foreach (var segment in segments)
        {
            var (sender, receiver) = segment.IsFromClient ? (client, server) : (server, client);
            TcpStateTrace.Send(sender, receiver, segment.Flags, segment.Next, segment.Acknowledgment);
            TcpStateTrace.Receive(receiver, segment.Flags, segment.Acknowledgment);
        }

        return (client.State, server.State);
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "TIME-WAIT at the wrong end",
            "Your method puts the end that closed *last* into `TIME-WAIT`. Its own `FIN` has been acknowledged, so it knows "
                + "that everything is over, and may forget the connection. The end that closed first sent the last `ACK`. "
                + "It cannot know whether it arrived, and must stay to answer a repeated `FIN`.",
            segments => Follow(segments, Slip.TimeWaitAtTheWrongEnd)),
        new(
            "TIME-WAIT at both ends",
            "Your method puts both ends into `TIME-WAIT`. Only the end that sends the last `ACK` has to wait. The other end "
                + "has its `FIN` acknowledged in `LAST-ACK`, and is `CLOSED` from then on. (If both close at the same time, "
                + "both do send a last `ACK`, and both wait.)",
            segments => Follow(segments, Slip.TimeWaitAtBothEnds)),
        new(
            "no TIME-WAIT",
            "Your method closes the end that closed first as soon as the other `FIN` has arrived. If its last `ACK` is "
                + "lost, the other end repeats its `FIN`, and is answered with a reset: a connection that ended well is "
                + "reported as broken. That is what `TIME-WAIT` is there for.",
            segments => Follow(segments, Slip.NoTimeWait)),
        new(
            "takes any ACK for that of the FIN",
            "Your method takes the next `ACK` for the acknowledgment of the `FIN`. Almost every segment has the flag; what "
                + "counts is its number. An `ACK` that was sent before the `FIN` arrived only acknowledges data. The `FIN` "
                + "is acknowledged when the number is the one after it, `Next`, or higher.",
            segments => Follow(segments, Slip.AnyAckIsForTheFin)),
        new(
            "knows no simultaneous close",
            "Here both ends sent a `FIN` before they had received the other's. Your method takes the second `FIN` for an "
                + "answer to the first. Compare its acknowledgment number with the first `FIN`: if it is lower, the two "
                + "have crossed, both ends are `CLOSING`, and both wait in `TIME-WAIT` in the end.",
            segments => Follow(segments, Slip.NoCrossing)),
        new(
            "resets only one end",
            "Your method closes only one end on a reset. The one that sends it has given up already and keeps nothing; the "
                + "one that receives it gives up at once, without an answer. No state is left at either end, and no "
                + "`TIME-WAIT`.",
            segments => Follow(segments, Slip.ResetAtOneEnd)),
        new(
            "one FIN closes both directions",
            "Your method takes the first `FIN` for the end of the whole connection. It closes one direction: *I will send "
                + "no more*. The other end is in `CLOSE-WAIT`, and may go on sending for as long as it likes, until it "
                + "sends a `FIN` of its own.",
            segments => Follow(segments, Slip.FinClosesBothWays)),
        new(
            "assumes that the client closes first",
            "Your method works if the client closes first. Here the server does, as HTTP servers do, and the sixteen-octet "
                + "server too. TCP has no roles once a connection is open: the same rules hold for either end. Let the "
                + "sender and the receiver of each segment change state, not the client and the server.",
            segments => Follow(segments, Slip.ClientClosesFirst)),
        new(
            "looks at one thing in each segment",
            "Your method looks at the `FIN` *or* at the acknowledgment number of a segment. One segment often brings both: "
                + "`FIN, ACK` is the other end's `FIN`, and acknowledges yours. Handle the acknowledgment first, then the "
                + "`FIN`.",
            segments => Follow(segments, Slip.OneThingPerSegment)),
        new(
            "takes a repeated FIN for a new one",
            "Your method counts a `FIN` that was sent again. If a `FIN`, or its acknowledgment, is lost, the same `FIN` "
                + "comes a second time, from the same end. It means nothing new, and no state changes. (It does restart the "
                + "time in `TIME-WAIT`.)",
            segments => Follow(segments, Slip.CountsRepeatedFins)),
        new(
            "CLOSING at one end only",
            "Both `FIN`s have crossed, and your method puts only one end into `CLOSING`, and the other into `LAST-ACK`. The "
                + "end that sent the second `FIN` had not received the first one yet, although the list has it before: the "
                + "second does not acknowledge it. So that end was not in `CLOSE-WAIT` when it closed. Look at the "
                + "acknowledgment number of the second `FIN`: if it is too low for the first, both ends are in `CLOSING`.",
            segments => Follow(segments, Slip.ClosingAtOneEnd)),
        new(
            "takes no acknowledgment from a FIN",
            "Your method ignores the acknowledgment number of a segment with a `FIN`. `FIN, ACK` often does two things: it "
                + "says *I will send no more*, and acknowledges the other end's `FIN`. That end goes to `FIN-WAIT-2` first and "
                + "then, in the same segment, to `TIME-WAIT`. Handle the acknowledgment of every segment, and then its `FIN`.",
            segments => Follow(segments, Slip.FinAcknowledgesNothing)),
        new(
            "no FIN-WAIT-2",
            "Your method leaves an end in `FIN-WAIT-1` when its `FIN` has been acknowledged. In `FIN-WAIT-1` the end may have to "
                + "send its `FIN` again. In `FIN-WAIT-2` that is done, and it only waits for the `FIN` of the other end.",
            segments => Follow(segments, Slip.NoFinWait2)),
        new(
            "resets only the end that sends the reset",
            "Your method closes the end that sends the reset, and leaves the other as it was. To receive a reset means to give "
                + "up at once, without an answer and without `TIME-WAIT`. Both ends are `CLOSED`.",
            segments => Follow(segments, Slip.ResetAtTheSender)),
    ];

    /// <summary>Runs the learner's method on a capture, packet by packet, beside the states that the course derives.</summary>
    /// <param name="capture">A capture with one TCP conversation, from its handshake on.</param>
    /// <param name="answer">The learner's method.</param>
    /// <returns>A table with a row for each packet after the handshake.</returns>
    public Table Beside(Capture capture, Answer answer)
    {
        ArgumentNullException.ThrowIfNull(capture);
        ArgumentNullException.ThrowIfNull(answer);
        var client = capture.Packets.FirstOrDefault(packet => packet.Tcp is { IsCall: true })?.Source;
        var segments = new List<TcpSegment>();
        var rows = new List<IReadOnlyList<object?>>();
        foreach (var packet in capture.Packets)
        {
            if (packet is { Tcp: { } tcp, Position: { } position } && !tcp.Has(ControlBits.Syn))
            {
                segments.Add(new TcpSegment(
                    Equals(packet.Source, client), tcp.Flags, position.Sequence, position.Acknowledgment, packet.PayloadLength));
                rows.Add(
                [
                    packet.Number, segments[^1].ToString(), Named(Reference([.. segments])), Tried(answer, [.. segments]),
                ]);
            }
        }

        return new Table(["packet", "segment", "client, server", "yours"], rows);
    }

    private protected override IEnumerable<IReadOnlyList<TcpSegment>> Cases(Random random)
    {
        var talk = new Talk().Client(data: 16).Server(data: 16).Client();
        // The server closes first, as in the lesson.
        foreach (var part in EachEnd(talk.Copy().ServerFin().Client().ClientFin().Server(), from: 2))
        {
            yield return part;
        }

        // The client closes first, and the server has more to say: its first piece was under way when the FIN was sent.
        foreach (var part in EachEnd(
            talk.Copy().ClientFin().Server(data: 10, hasSeenAll: false).Client().Server().Server(data: 10).Client().ServerFin()
                .Client(),
            from: 4))
        {
            yield return part;
        }

        foreach (var script in (Talk[])
            [
                // FIN and ACK in one segment: three segments are enough.
                new Talk().ClientFin().ServerFin().Client(),
                new Talk().ServerFin(data: 20).ClientFin().Server(),
                // Both FINs cross.
                new Talk().ClientFin().ServerFin(hasSeenAll: false),
                new Talk().ClientFin().ServerFin(hasSeenAll: false).Client(),
                new Talk().ClientFin().ServerFin(hasSeenAll: false).Client().Server(),
                new Talk().ServerFin().ClientFin(hasSeenAll: false).Server(),
                // Resets.
                talk.Copy().ClientReset(),
                talk.Copy().ClientFin().Server().ServerReset(),
                new Talk().ServerFin().Client().Client(data: 5).ServerReset(),
                // A FIN is lost, or its ACK is.
                new Talk().ServerFin().Again(),
                new Talk().ServerFin().Again().Client().ClientFin(),
                new Talk().ServerFin().Client().ClientFin().Again().Server(),
                new Talk().ServerFin().Client().ClientFin().Server().Again(back: 1).Server(),
            ])
        {
            yield return script.Segments;
        }

        for (var i = 0; i < RandomScripts; i++)
        {
            yield return Talk.Of(random).Segments;
        }
    }

    private protected override object? Apply(Answer answer, IReadOnlyList<TcpSegment> arguments)
    {
        var states = answer([.. arguments]);
        return new Outcome(states.Client, states.Server, ReferenceEquals(answer, Reference) ? StepsOf(arguments) : null);
    }

    private protected override string Describe(IReadOnlyList<TcpSegment> arguments) =>
        "a capture showed " + string.Join("; ", arguments.Select(segment => $"`{segment}`"));

    private static IEnumerable<IReadOnlyList<TcpSegment>> EachEnd(Talk talk, int from) =>
        Enumerable.Range(from, talk.Segments.Count - from + 1).Select(IReadOnlyList<TcpSegment> (count) =>
            [.. talk.Segments.Take(count)]);

    // The right states after each segment.
    private Table StepsOf(IReadOnlyList<TcpSegment> segments) => new(
        ["segment", "client, server"],
        segments.Select(IReadOnlyList<object?> (segment, i) =>
        {
            var (client, server) = Reference([.. segments.Take(i + 1)]);
            return [segment.ToString(), $"{TcpTable.Name(client)}, {TcpTable.Name(server)}"];
        }));

    private static string Named((TcpState Client, TcpState Server) states) =>
        $"client {TcpTable.Name(states.Client)}, server {TcpTable.Name(states.Server)}";

    private static string Tried(Answer answer, IReadOnlyList<TcpSegment> segments)
    {
        try
        {
            return Named(answer(segments));
        }
        catch (NotImplementedException)
        {
            return "not written yet";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return exception.GetType().Name;
        }
    }

    // The state machine of the reference answer, with one slip.
    private static (TcpState Client, TcpState Server) Follow(IReadOnlyList<TcpSegment> segments, Slip slip)
    {
        var states = new[] { TcpState.Established, TcpState.Established };
        var afterFin = new[] { long.MaxValue, long.MaxValue };
        foreach (var segment in segments)
        {
            var (sender, receiver) = segment.IsFromClient ? (0, 1) : (1, 0);
            if (segment.IsReset)
            {
                states[receiver] = slip == Slip.ResetAtTheSender ? states[receiver] : TcpState.Closed;
                states[sender] = slip == Slip.ResetAtOneEnd ? states[sender] : TcpState.Closed;
                continue;
            }

            var isNew = afterFin[sender] == long.MaxValue || slip == Slip.CountsRepeatedFins;
            if (segment.IsFin && isNew)
            {
                var crossed = segment.Acknowledgment < afterFin[receiver]
                    && slip is not (Slip.NoCrossing or Slip.ClosingAtOneEnd);
                afterFin[sender] = segment.Next;
                states[sender] = Sent(states[sender], crossed, segment.IsFromClient, slip);
            }

            if ((segment.Acknowledgment >= afterFin[receiver] && !(slip == Slip.FinAcknowledgesNothing && segment.IsFin))
                || (slip == Slip.AnyAckIsForTheFin && afterFin[receiver] < long.MaxValue))
            {
                states[receiver] = Acknowledged(states[receiver], slip);
                if (slip == Slip.OneThingPerSegment)
                {
                    continue;
                }
            }

            if (segment.IsFin && isNew)
            {
                states[receiver] = Received(states[receiver], segment.IsFromClient, slip);
            }
        }

        return (states[0], states[1]);
    }

    private static TcpState Sent(TcpState state, bool crossed, bool byClient, Slip slip) => (state, slip) switch
    {
        (TcpState.Established, Slip.ClientClosesFirst) when !byClient => TcpState.LastAck,
        (TcpState.Established, _) => TcpState.FinWait1,
        (TcpState.CloseWait, _) => crossed ? TcpState.Closing : TcpState.LastAck,
        (TcpState.FinWait1, Slip.CountsRepeatedFins) => TcpState.FinWait2,
        (TcpState.LastAck, Slip.CountsRepeatedFins) => TcpState.TimeWait,
        _ => state,
    };

    private static TcpState Acknowledged(TcpState state, Slip slip) => (state, slip) switch
    {
        (TcpState.FinWait1, Slip.NoFinWait2) => TcpState.FinWait1,
        (TcpState.FinWait1, _) => TcpState.FinWait2,
        (TcpState.Closing, _) => TcpState.TimeWait,
        (TcpState.LastAck, Slip.TimeWaitAtTheWrongEnd or Slip.TimeWaitAtBothEnds) => TcpState.TimeWait,
        (TcpState.LastAck, _) => TcpState.Closed,
        _ => state,
    };

    private static TcpState Received(TcpState state, bool fromClient, Slip slip) => (state, slip) switch
    {
        (TcpState.Established, Slip.FinClosesBothWays) => TcpState.LastAck,
        (TcpState.Established, Slip.ClientClosesFirst) when !fromClient => TcpState.TimeWait,
        (TcpState.Established, _) => TcpState.CloseWait,
        (TcpState.FinWait1, Slip.NoCrossing or Slip.NoFinWait2) => TcpState.TimeWait,
        (TcpState.FinWait1, _) => TcpState.Closing,
        (TcpState.FinWait2, Slip.NoTimeWait or Slip.TimeWaitAtTheWrongEnd) => TcpState.Closed,
        (TcpState.FinWait2, _) => TcpState.TimeWait,
        (TcpState.CloseWait, Slip.CountsRepeatedFins) => TcpState.Closing,
        (TcpState.TimeWait, Slip.CountsRepeatedFins) => TcpState.Closed,
        _ => state,
    };

    // Two states; the right ones with the steps that lead to them.
    private sealed record Outcome(TcpState Client, TcpState Server, Table? Steps) : ShownRecord
    {
        public bool Equals(Outcome? other) => other is not null && (Client, Server) == (other.Client, other.Server);

        public override int GetHashCode() => HashCode.Combine(Client, Server);

        public override string ToString() => Named((Client, Server));

        public override string ToHtml() =>
            InvariantText.Format($"<p>{WebUtility.HtmlEncode(ToString())}</p>{Steps?.ToHtml()}");
    }

    // Builds the segments of a conversation that was open before.
    private sealed class Talk
    {
        private readonly long[] _next = [1, 1];
        private readonly long[] _seen = [1, 1];

        public List<TcpSegment> Segments { get; } = [];

        public Talk Client(int data = 0) => Add(true, ControlBits.Ack, data);

        public Talk Server(int data = 0, bool hasSeenAll = true) => Add(false, ControlBits.Ack, data, hasSeenAll);

        public Talk ClientFin(int data = 0, bool hasSeenAll = true) =>
            Add(true, ControlBits.Fin | ControlBits.Ack, data, hasSeenAll);

        public Talk ServerFin(int data = 0, bool hasSeenAll = true) =>
            Add(false, ControlBits.Fin | ControlBits.Ack, data, hasSeenAll);

        public Talk ClientReset() => Add(true, ControlBits.Rst, 0);

        public Talk ServerReset() => Add(false, ControlBits.Rst | ControlBits.Ack, 0);

        // A segment is sent again, as it was.
        public Talk Again(int back = 0)
        {
            Segments.Add(Segments[^(1 + back)]);
            return this;
        }

        public Talk Copy()
        {
            var copy = new Talk();
            copy.Segments.AddRange(Segments);
            _next.CopyTo(copy._next, 0);
            _seen.CopyTo(copy._seen, 0);
            return copy;
        }

        // A conversation that ends in one of several ways, and perhaps not entirely.
        public static Talk Of(Random random)
        {
            var talk = new Talk();
            for (var count = random.Next(3); count > 0; count--)
            {
                talk.Add(random.Next(2) == 0, ControlBits.Ack, random.Next(1, 1000));
            }

            var first = random.Next(2) == 0;
            const ControlBits fin = ControlBits.Fin | ControlBits.Ack;
            talk.Add(first, fin, random.Next(2) * random.Next(1000));
            switch (random.Next(5))
            {
                case 0: // half-closed for a while
                    talk.Add(!first, ControlBits.Ack, random.Next(1, 1000), hasSeenAll: random.Next(2) == 0);
                    talk.Add(first, ControlBits.Ack, 0);
                    talk.Add(!first, ControlBits.Ack, 0);
                    break;
                case 1:
                    talk.Add(!first, ControlBits.Ack, 0);
                    break;
                case 2: // the FINs cross
                    talk.Add(!first, fin, random.Next(2) * 7, hasSeenAll: false);
                    talk.Add(first, ControlBits.Ack, 0);
                    talk.Add(!first, ControlBits.Ack, 0);
                    return talk;
                case 3:
                    talk.Add(!first, ControlBits.Ack, 0);
                    talk.Add(random.Next(2) == 0, ControlBits.Rst, 0);
                    return talk;
            }

            talk.Add(!first, fin, random.Next(2) * random.Next(1000));
            return random.Next(4) == 0 ? talk : talk.Add(first, ControlBits.Ack, 0);
        }

        private Talk Add(bool isFromClient, ControlBits flags, int data, bool hasSeenAll = true)
        {
            var (own, other) = isFromClient ? (0, 1) : (1, 0);
            _seen[own] = hasSeenAll ? _next[other] : _seen[own];
            var segment = new TcpSegment(isFromClient, flags, _next[own], _seen[own], data);
            _next[own] = segment.Next;
            Segments.Add(segment);
            return this;
        }
    }
}
