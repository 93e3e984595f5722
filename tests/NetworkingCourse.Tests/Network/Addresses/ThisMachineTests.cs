using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network.Addresses;

public sealed class ThisMachineTests
{
    [Fact]
    public void A_route_of_proc_net_route_is_read()
    {
        // The file shows each number as this machine reads four bytes of memory: on a little-endian one, the last byte first.
        string AsNumber(string address) => BitConverter.ToUInt32(Address.Parse(address).ToBytes()).ToString("X8", null);
        var line = $"eth0\t{AsNumber("192.0.2.0")}\t{AsNumber("0.0.0.0")}\t0001\t0\t0\t100\t{AsNumber("255.255.255.0")}\t0\t0\t0";
        var gateway = $"eth0\t{AsNumber("0.0.0.0")}\t{AsNumber("192.0.2.254")}\t0003\t0\t0\t20\t{AsNumber("0.0.0.0")}\t0\t0\t0";

        Assert.Equal(new MachineRoute(Prefix.Parse("192.0.2.0/24"), null, "eth0", 100), MachineRoute.ParseIpv4(line));
        Assert.Equal(
            new MachineRoute(Prefix.Parse("0.0.0.0/0"), Address.Parse("192.0.2.254"), "eth0", 20),
            MachineRoute.ParseIpv4(gateway));
        Assert.Null(MachineRoute.ParseIpv4(line.Replace("\t0001\t", "\t0000\t", StringComparison.Ordinal))); // down
        Assert.Null(MachineRoute.ParseIpv4(line.Replace("\t0001\t", "\t0201\t", StringComparison.Ordinal))); // rejects packets
    }

    [Theory]
    [InlineData(
        "20010db8000000000000000000000000 20 00000000000000000000000000000000 00 "
        + "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0",
        "2001:db8::/32",
        "fe80::1")]
    [InlineData(
        "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
        + "00000000000000000000000000000000 00000400 00000001 00000000 00000001     eth0",
        "fe80::/64",
        null)]
    public void A_route_of_proc_net_ipv6_route_is_read(string line, string destination, string? hop) =>
        Assert.Equal(
            new MachineRoute(Prefix.Parse(destination), hop is null ? null : Address.Parse(hop), "eth0", 1024),
            MachineRoute.ParseIpv6(line));

    [Theory]
    [InlineData(
        "00000000000000000000000000000001 80 00000000000000000000000000000000 00 "
        + "00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo")]
    [InlineData(
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
        + "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo")]
    [InlineData("")]
    public void Those_to_the_machine_itself_and_those_that_are_down_are_left_out(string line) =>
        Assert.Null(MachineRoute.ParseIpv6(line));

    [Fact]
    public void It_has_loopback()
    {
        Assert.Contains(ThisMachine.Interfaces().Rows, row =>
            row[2] == "127.0.0.1"
            && row[3] == "127.0.0.0/8"
            && row[4].StartsWith("Loopback", StringComparison.Ordinal));
        Assert.Equal(4, ThisMachine.Routes().Columns.Count); // there may be none
    }
}
