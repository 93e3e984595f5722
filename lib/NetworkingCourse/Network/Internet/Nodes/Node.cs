namespace NetworkingCourse.Network;

/// <summary>A machine of a simulated internet, with ports.</summary>
internal abstract class Node(Internet internet, string name, int number)
{
    private readonly List<Port> _ports = [];

    public Internet Internet { get; } = internet;

    public string Name { get; } = name;

    /// <summary>Its number, from 1; a part of the addresses of its ports.</summary>
    public int Number { get; } = number;

    public IReadOnlyList<Port> Ports => _ports;

    public abstract DiagramNodeKind Kind { get; }

    public Port AddPort()
    {
        _ports.Add(new Port(this, _ports.Count + 1));
        return _ports[^1];
    }

    /// <summary>Takes a frame, which is its own from here on.</summary>
    public abstract void Receive(Port port, Frame frame);

    /// <summary>A cable that is plugged in was cut, or mended.</summary>
    public virtual void CableChanged(Port port)
    {
    }

    /// <summary>Something ends here before its time.</summary>
    /// <param name="trace">Whoever follows it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="on">The port on whose cable it was lost; null if it was dropped in the node.</param>
    public void Drop(PacketTrace? trace, string reason, Port? on = null) => Internet.Dropped(this, trace, reason, on);
}
