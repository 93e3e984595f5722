using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Runs alone because it would stop the servers of other tests too.</summary>
[Collection(Alone.Name)]
public class StopAllTests
{
    [Fact]
    public async Task Stopping_all_stops_all_and_shows_which_they_were()
    {
        var servers = Architecture.All.Select(architecture => TestServers.Start(architecture.Name)).ToList();

        var status = RunningServers.Status();
        Assert.All(servers, server => Assert.Contains(
            status.Rows,
            row => row[0] == server.Name
                && row[1] == server.EndPoint.ToString()
                && TimeOnly.TryParseExact(row[2], "HH:mm:ss", out _)));

        var table = await RunningServers.StopAllAsync();

        Assert.Empty(RunningServers.All);
        Assert.All(servers, server => Assert.Contains(
            table.Rows,
            row => row[0] == server.Name && row[1] == server.EndPoint.ToString()));
        Assert.All(servers, server => Assert.Equal(ServerEventKind.Stopped, server.Log.Events[^1].Kind));
        Assert.Equal("No server is running.", RunningServers.Status().Note);
        Assert.Equal("No server was running.", (await RunningServers.StopAllAsync()).Note);
    }
}
