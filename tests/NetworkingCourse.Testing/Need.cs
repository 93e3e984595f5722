namespace NetworkingCourse.Testing;

/// <summary>What a test needs and a machine may lack.</summary>
public enum Need
{
    /// <summary>Linux: its <c>/proc</c>, its signals, or what its TCP does.</summary>
    Linux,

    /// <summary>Signals between processes, which Windows does not have.</summary>
    Signals,

    /// <summary>Any system but macOS, which closes a connection in a different order.</summary>
    NotMacOS,

    /// <summary>IPv6 on loopback.</summary>
    IPv6,

    /// <summary>A broadcast address on the loopback interface.</summary>
    LoopbackBroadcast,

    /// <summary>A loopback interface that covers the whole of 127.0.0.0/8.</summary>
    WholeLoopbackNetwork,

    /// <summary>The system's table of services, <c>/etc/services</c>.</summary>
    ServicesFile,

    /// <summary>The right to capture packets, and the library for it.</summary>
    Capture,

    /// <summary>Root's rights, and setpriv(1) to run a program without some of them.</summary>
    RightsToGiveUp,

    /// <summary>The right to a network of its own, with unshare(1), and ip(8) to set it up.</summary>
    OwnNetwork,

    /// <summary>The packages of .NET's runtime for this system, which bundles contain.</summary>
    RuntimePackages,

    /// <summary>Chromium, which renders charts.</summary>
    Chromium,

    /// <summary>curl, a client of the proxy.</summary>
    Curl,

    /// <summary>dig, a client of the name servers.</summary>
    Dig,

    /// <summary>BIND's named, a name server to compare ours with.</summary>
    Named,

    /// <summary>tshark, Wireshark's parser of packets.</summary>
    Tshark,

    /// <summary>bubblewrap, the sandbox of notebooks that are graded.</summary>
    Bubblewrap,

    /// <summary>Python 3, a client in another language.</summary>
    Python,

    /// <summary>Python with nbformat, Jupyter's validator of notebooks.</summary>
    Nbformat,

    /// <summary>Python with Jupyter's clients, which drive the kernel as front ends do.</summary>
    Jupyter,

    /// <summary>The classic Notebook.</summary>
    ClassicNotebook,

    /// <summary>The genuine .NET Interactive, as the tool manifest pins it.</summary>
    DotnetInteractive,
}
