namespace NetworkingCourse.Network;

/// <summary>A machine that programs run on: one port, and a router to which it gives all that is not on its own link.</summary>
internal sealed class Host(Internet internet, string name, int number) : IpNode(internet, name, number)
{
    private const int FirstEphemeral = 49_152; // RFC 6335, section 6
    private int _lastEphemeral = FirstEphemeral - 1;

    public override DiagramNodeKind Kind => DiagramNodeKind.Host;

    /// <summary>A UDP port that no program of this host uses.</summary>
    /// <exception cref="InvalidOperationException">All are taken.</exception>
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

        throw new InvalidOperationException($"All ephemeral ports of {Name} are taken.");
    }

    protected override void Forward(Port port, Frame frame, int length) =>
        Drop(frame.Trace, $"not for this host, and hosts forward nothing: it is for {Address.V4(DestinationOf(frame))}");
}
