using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Every architecture that serves many clients at once, against every client that does not go away.</summary>
public class LastingFaultTests
{
    public static TheoryData<string, Fault> Matrix()
    {
        var matrix = new TheoryData<string, Fault>();
        foreach (var architecture in Architecture.All.Where(architecture => !TestServers.ServesOneAtATime(architecture.Name)))
        {
            foreach (var fault in Enum.GetValues<Fault>().Where(FaultExpectations.Lasts))
            {
                matrix.Add(architecture.Name, fault);
            }
        }

        return matrix;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task While_a_client_holds_its_connection_others_are_served(string architecture, Fault fault)
    {
        // With the default deadline, the rude client stays until the server stops.
        await using var server = TestServers.Start(
            architecture,
            FaultChecks.Impatient with { QuestionDeadline = ServerOptions.DefaultQuestionDeadline });
        var rude = FaultyClient.InjectAsync(server, fault);
        var port = (await server.Log.WaitForAsync(ServerEventKind.Accepted)).ClientPort;

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("Me.", await Client.AskAsync(server, "Me?"));
        }

        Assert.DoesNotContain(server.Log.Events, entry => entry.ClientPort == port && entry.EndsConversation);
        await server.StopAsync(TimeSpan.Zero);
        await rude;
        var ending = Assert.Single(server.Log.Events, entry => entry.ClientPort == port && entry.EndsConversation);
        Assert.Equal(ServerEventKind.Ended, ending.Kind);
    }
}
