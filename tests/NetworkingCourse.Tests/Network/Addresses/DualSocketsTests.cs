using System.Net.Sockets;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network.Addresses;

public sealed class DualSocketsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task An_IPv4_client_is_seen_as_itself_and_by_a_dual_socket_mapped()
    {
        Assert.Equal("127.0.0.1", await SendAsync("127.0.0.1", isDual: false, "127.0.0.1", Long));
        if (Socket.OSSupportsIPv6)
        {
            Assert.Equal("::1", await SendAsync("::1", isDual: false, "::1", Long));
            Assert.Equal("::ffff:127.0.0.1", await SendAsync("::ffff:127.0.0.1", isDual: true, "127.0.0.1", Long));
        }
    }

    [Fact]
    public async Task A_port_of_one_version_is_not_the_port_of_the_other()
    {
        Assert.StartsWith(
            "nothing",
            await SendAsync("127.0.0.1", isDual: false, "::1", TimeSpan.FromSeconds(0.05)),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "nothing",
            await SendAsync("::1", isDual: false, "127.0.0.1", TimeSpan.FromSeconds(0.05)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", false, "::1", "belongs to the other IP version")]
    [InlineData("::1", false, "127.0.0.1", "belongs to the other IP version")]
    [InlineData("::ffff:127.0.0.1", true, "::1", "bound to one IPv4 address, it receives only what is sent to 127.0.0.1")]
    [InlineData("::ffff:127.0.0.1", true, "127.0.0.2", "bound to one IPv4 address, it receives only what is sent to 127.0.0.1")]
    [InlineData("127.0.0.1", false, "127.0.0.2", "nothing within 50.0 ms")]
    public async Task Why_nothing_came_is_said_of_the_addresses_in_question(
        string boundTo,
        bool isDual,
        string sendTo,
        string reason)
    {
        if (Socket.OSSupportsIPv6 && (OperatingSystem.IsLinux() || sendTo != "127.0.0.2"))
        {
            Assert.Contains(reason, await SendAsync(boundTo, isDual, sendTo, TimeSpan.FromSeconds(0.05)));
        }
    }

    [Fact]
    public async Task Nothing_is_sent_off_this_machine()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => SendAsync("127.0.0.1", isDual: false, "192.0.2.1", Long));
        await Assert.ThrowsAsync<ArgumentException>(() => SendAsync("::", isDual: true, "127.0.0.1", Long));
    }

    [Fact]
    public async Task All_of_it_is_a_table_of_three_servers_and_two_clients() =>
        Assert.Equal(6, (await DualSockets.TryAllAsync(TimeSpan.FromSeconds(0.05))).Rows.Count);

    private static Task<string> SendAsync(string boundTo, bool isDual, string sendTo, TimeSpan deadline) =>
        DualSockets.SendAsync(Address.Parse(boundTo), isDual, Address.Parse(sendTo), deadline);
}
