using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Every architecture against every fault. A new one of either joins by its name.</summary>
public class FaultMatrixTests
{
    public static TheoryData<string, Fault> Matrix()
    {
        var matrix = new TheoryData<string, Fault>();
        foreach (var architecture in Architecture.All)
        {
            foreach (var fault in Enum.GetValues<Fault>())
            {
                matrix.Add(architecture.Name, fault);
            }
        }

        return matrix;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task A_fault_is_named_in_the_log_others_are_served_and_nothing_is_left(string architecture, Fault fault)
    {
        await using var server = TestServers.Start(architecture, FaultChecks.Impatient);
        var rude = FaultyClient.InjectAsync(server, fault);
        await server.Log.WaitForAsync(ServerEventKind.Accepted);

        Assert.Equal("Is anybody there.", await Client.AskAsync(server, "Is anybody there?"));
        var outcome = await rude;
        Assert.Equal("And afterwards.", await Client.AskAsync(server, "And afterwards?"));

        await FaultChecks.AssertLogNamesItAsync(server, fault, outcome);
        await FaultChecks.AssertNothingIsLeftAsync(server);
    }
}
