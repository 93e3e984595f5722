using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Every architecture against all faults at the same time.</summary>
public class AllFaultsAtOnceTests
{
    [Theory]
    [MemberData(nameof(TestServers.AllNames), MemberType = typeof(TestServers))]
    public async Task Rude_clients_of_all_kinds_at_once_do_not_keep_polite_ones_from_their_answers(string architecture)
    {
        await using var server = TestServers.Start(architecture, FaultChecks.Impatient with { Workers = 4 });
        var rude = Enum.GetValues<Fault>()
            .Concat(Enum.GetValues<Fault>())
            .Select(fault => FaultyClient.InjectAsync(server, fault))
            .ToList();
        var polite = Enumerable.Range(1, 20).Select(i => Client.AskAsync(server, $"Polite {i}?")).ToList();

        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"Polite {i}."), await Task.WhenAll(polite));
        foreach (var outcome in await Task.WhenAll(rude))
        {
            await FaultChecks.AssertLogNamesItAsync(server, outcome.Fault, outcome);
        }

        await FaultChecks.AssertNothingIsLeftAsync(server);
    }
}
