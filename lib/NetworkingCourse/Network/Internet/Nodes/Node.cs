namespace NetworkingCourse.Network;

/// <summary>A node of a simulated internet, with ports.</summary>
internal abstract class Node(Internet internet, string name, int number)
{
    private readonly List<Port> _ports = [];

    public Internet Internet { get; } = internet;

    public string Name { get; } = name;

    /// <summary>The number of the node, from 1. It is part of the link-layer addresses of its ports.</summary>
    public int Number { get; } = number;

    public IReadOnlyList<Port> Ports => _ports;

    public abstract DiagramNodeKind Kind { get; }

    public Port AddPort()
    {
        _ports.Add(new Port(this, _ports.Count + 1));
        return _ports[^1];
    }

    /// <summary>Receives a frame; from here on the node owns it.</summary>
    public abstract void Receive(Port port, Frame frame);

    /// <summary>Called when the cable of a port has been cut or repaired.</summary>
    public virtual void CableChanged(Port port)
    {
    }

    /// <summary>Counts a frame or packet as dropped at this node, and records the drop in its trace.</summary>
    /// <param name="trace">The trace that follows the packet.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="on">The port on whose cable the frame was lost; null if it was dropped inside the node.</param>
    public void Drop(PacketTrace? trace, string reason, Port? on = null) => Internet.Dropped(this, trace, reason, on);
}
