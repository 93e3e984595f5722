using NetworkingCourse.Simulation;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>What joins two ports: the links of chapter 2, one in each direction, with their queues.</summary>
internal sealed class Cable
{
    private readonly SimulatedLink<Frame> _toA;
    private readonly SimulatedLink<Frame> _toB;

    public Cable(Simulator simulator, Port a, Port b, LinkOptions options, int mtu, int cost)
    {
        (A, B, Mtu, Cost) = (a, b, mtu, cost);
        (_toA, _toB) = (new SimulatedLink<Frame>(simulator, options, a.Arrive), new SimulatedLink<Frame>(simulator, options, b.Arrive));
        (a.Cable, b.Cable) = (this, this);
    }

    public Port A { get; }

    public Port B { get; }

    /// <summary>How many bytes a packet on it may have.</summary>
    public int Mtu { get; }

    /// <summary>What routing counts it for.</summary>
    public int Cost { get; }

    /// <summary>How it is made.</summary>
    public LinkOptions Options => _toB.Options;

    /// <summary>How many times it has been cut: what was sent before the last time does not arrive, even if it is whole again by then.</summary>
    public int Cuts { get; private set; }

    /// <summary>Whether it is whole.</summary>
    public bool IsUp { get; private set; } = true;

    public Port Other(Port port) => port == A ? B : A;

    public SimulatedLink<Frame> From(Port port) => port == A ? _toB : _toA;

    /// <summary>Cuts or mends it. Both ends notice at once; what is on it is lost.</summary>
    public void Set(bool isUp)
    {
        Cuts += IsUp && !isUp ? 1 : 0;
        IsUp = isUp;
        A.Node.CableChanged(A);
        B.Node.CableChanged(B);
    }

    public override string ToString() => $"{A.Node.Name}–{B.Node.Name}";
}
