using System.Net.Sockets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Upkeep;

public class CongestionControlTests
{
    [NeedsFact(Need.Linux)]
    public async Task A_socket_names_its_algorithm_and_can_choose_another()
    {
        await using var pair = await TcpPair.Create("choosing").ConnectAsync();
        Assert.Contains(CongestionControl.Of(pair.Client.Socket)!, CongestionControl.Available);

        // Every Linux has it.
        CongestionControl.Choose(pair.Client.Socket, "reno");

        Assert.Equal("reno", CongestionControl.Of(pair.Client.Socket));
    }

    [NeedsFact(Need.Linux)]
    public async Task One_that_the_system_does_not_have_is_refused()
    {
        await using var pair = await TcpPair.Create("choosing wrongly").ConnectAsync();
        Assert.ThrowsAny<SocketException>(() => CongestionControl.Choose(pair.Client.Socket, "no-such-one"));
    }
}
