using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class IdleConnectionsTests
{
    public static TheoryData<string> ForMany =>
        [.. Architecture.All.Where(a => a.Waiting is Parallelism.Connections or Parallelism.Unlimited).Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(ForMany))]
    public async Task Hundreds_are_held_answered_and_given_back(string architecture)
    {
        await using var server = TestServers.Start(architecture);
        await using (var idle = await IdleConnections.OpenAsync(server, 300))
        {
            Assert.Equal(300, server.OpenConnections);
            Assert.Equal("Somebody else.", await Client.AskAsync(server, "Somebody else?"));
            Assert.Equal(300, await idle.CountAliveAsync());
        }

        await Eventually.IsTrueAsync(
            () => server.OpenConnections == 0,
            () => $"{server.OpenConnections} connections are still open");
    }

    [Fact]
    public async Task Where_nobody_listens_none_is_left_behind()
    {
        var server = TestServers.Start("async");
        await server.StopAsync();

        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => IdleConnections.OpenAsync(server, 10));
    }
}
