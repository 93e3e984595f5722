using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>A host: it runs programs and has a single port. Packets for other networks go to its default gateway.</summary>
internal sealed class Host(Internet internet, string name, int number) : IpNode(internet, name, number)
{
    private const int FirstEphemeral = 49_152; // RFC 6335, section 6
    private int _lastEphemeral = FirstEphemeral - 1;

    public override DiagramNodeKind Kind => DiagramNodeKind.Host;

    /// <summary>Picks a UDP port that no program on this host uses.</summary>
    /// <exception cref="InvalidOperationException">All ephemeral ports are in use.</exception>
    public ushort TakePort()
    {
        for (var i = FirstEphemeral; i <= ushort.MaxValue; i++)
        {
            _lastEphemeral = _lastEphemeral >= ushort.MaxValue ? FirstEphemeral : _lastEphemeral + 1;
            if (!HasProgram((ushort)_lastEphemeral))
            {
                return (ushort)_lastEphemeral;
            }
        }

        throw new InvalidOperationException($"All ephemeral ports of {Name} are in use.");
    }

    protected override void Forward(Port port, Frame frame, int length) =>
        Drop(frame.Trace, $"not for this host, and hosts do not forward: it is for {Address.V4(DestinationOf(frame))}");
}
