using NetworkingCourse.Simulation;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>A cable between two ports: two of the links of chapter 2, one in each direction, with their queues.</summary>
internal sealed class Cable
{
    private readonly SimulatedLink<Frame> _toA;
    private readonly SimulatedLink<Frame> _toB;

    public Cable(Simulator simulator, Port a, Port b, LinkOptions options, int mtu, int cost)
    {
        (A, B, Mtu, Cost) = (a, b, mtu, cost);
        (_toA, _toB) = (
            new SimulatedLink<Frame>(simulator, options, a.Arrive),
            new SimulatedLink<Frame>(simulator, options, b.Arrive));
        (a.Cable, b.Cable) = (this, this);
    }

    public Port A { get; }

    public Port B { get; }

    /// <summary>The maximum length of a packet on the cable, in bytes.</summary>
    public int Mtu { get; }

    /// <summary>The cost of the cable in routing.</summary>
    public int Cost { get; }

    /// <summary>The properties of the links, the same in both directions.</summary>
    public LinkOptions Options => _toB.Options;

    /// <summary>
    /// How many times the cable has been cut. A frame sent before the last cut does not arrive, even if the cable has been
    /// repaired by then.
    /// </summary>
    public int Cuts { get; private set; }

    /// <summary>Whether the cable is up, that is not cut.</summary>
    public bool IsUp { get; private set; } = true;

    public Port Other(Port port) => port == A ? B : A;

    public SimulatedLink<Frame> From(Port port) => port == A ? _toB : _toA;

    /// <summary>Cuts or repairs the cable. Both ends notice at once; frames on it are lost.</summary>
    public void Set(bool isUp)
    {
        Cuts += IsUp && !isUp ? 1 : 0;
        IsUp = isUp;
        A.Node.CableChanged(A);
        B.Node.CableChanged(B);
    }

    public override string ToString() => $"{A.Node.Name}–{B.Node.Name}";
}
