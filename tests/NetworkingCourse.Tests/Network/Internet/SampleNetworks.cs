namespace NetworkingCourse.Tests.Network;

internal static class SampleNetworks
{
    public const string TwoLans =
        """
        host   h1 10.0.1.10/24 via 10.0.1.1
        host   h2 10.0.1.11/24 via 10.0.1.1
        host   h3 10.0.2.10/24 via 10.0.2.1
        switch s1
        router r1
        router r2
        link   h1 s1
        link   h2 s1
        link   s1 r1=10.0.1.1/24
        link   r1=10.0.12.1/30 r2=10.0.12.2/30 delay 5ms
        link   r2=10.0.2.1/24 h3
        """;

    // Two ways from r1 to r3: directly, and through r2.
    public const string Ring =
        """
        host   h1 10.0.1.10/24 via 10.0.1.1
        host   h3 10.0.3.10/24 via 10.0.3.1
        router r1 rip
        router r2 rip
        router r3 rip
        link   h1 r1=10.0.1.1/24
        link   h3 r3=10.0.3.1/24
        link   r1=10.0.12.1/30 r2=10.0.12.2/30 delay 1ms
        link   r2=10.0.23.1/30 r3=10.0.23.2/30 delay 1ms
        link   r1=10.0.13.1/30 r3=10.0.13.2/30 delay 1ms
        """;

    public const string Home =
        """
        host   pc     192.168.1.10/24 via 192.168.1.1
        host   phone  192.168.1.11/24 via 192.168.1.1
        host   server 203.0.113.10/24 via 203.0.113.1
        switch s1
        router home nat 198.51.100.2
        router isp
        router far
        link   pc s1
        link   phone s1
        link   s1 home=192.168.1.1/24
        link   home=198.51.100.2/30 isp=198.51.100.1/30
        link   isp=198.51.100.5/30 far=198.51.100.6/30 mtu 1000
        link   far=203.0.113.1/24 server
        """;
}
