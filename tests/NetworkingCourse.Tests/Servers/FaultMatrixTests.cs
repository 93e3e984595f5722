using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Servers;

/// <summary>Every architecture against every fault. A new one of either joins by its name.</summary>
public class FaultMatrixTests
{
    // Long enough for a polite client on a machine whose cores are all busy with other tests.
    private static readonly ServerOptions Impatient = new() { Workers = 2, QuestionDeadline = TimeSpan.FromMilliseconds(1500) };

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

    public static TheoryData<string, Fault> LastingFaultsAtServersForMany()
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
    public async Task A_fault_is_named_in_the_log_others_are_served_and_nothing_is_left(string architecture, Fault fault)
    {
        await using var server = TestServers.Start(architecture, Impatient);
        var rude = RudeClient.CommitAsync(server, fault);
        await server.Log.WaitForAsync(ServerEventKind.Accepted);

        Assert.Equal("Is anybody there.", await Client.AskAsync(server, "Is anybody there?"));
        var outcome = await rude;
        Assert.Equal("And afterwards.", await Client.AskAsync(server, "And afterwards?"));

        await AssertLogNamesItAsync(server, fault, outcome);
        await AssertNothingIsLeftAsync(server);
    }

    [Theory]
    [MemberData(nameof(LastingFaultsAtServersForMany))]
    public async Task While_a_client_holds_its_connection_others_are_served(string architecture, Fault fault)
    {
        // The default deadline: this rude one is not got rid of before the server stops.
        await using var server = TestServers.Start(architecture, Impatient with { QuestionDeadline = ServerOptions.DefaultQuestionDeadline });
        var rude = RudeClient.CommitAsync(server, fault);
        var port = (await server.Log.WaitForAsync(ServerEventKind.Accepted)).ClientPort;

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("Me.", await Client.AskAsync(server, "Me?"));
        }

        Assert.DoesNotContain(server.Log.Events, entry => entry.ClientPort == port && entry.EndsConversation);
        await server.StopAsync(TimeSpan.Zero);
        await rude;
        Assert.Equal(ServerEventKind.Ended, Assert.Single(server.Log.Events, entry => entry.ClientPort == port && entry.EndsConversation).Kind);
    }

    [Theory]
    [MemberData(nameof(TestServers.AllNames), MemberType = typeof(TestServers))]
    public async Task Rude_clients_of_all_kinds_at_once_do_not_keep_polite_ones_from_their_answers(string architecture)
    {
        await using var server = TestServers.Start(architecture, Impatient with { Workers = 4 });
        var rude = Enum.GetValues<Fault>().Concat(Enum.GetValues<Fault>()).Select(fault => RudeClient.CommitAsync(server, fault)).ToList();
        var polite = Enumerable.Range(1, 20).Select(i => Client.AskAsync(server, $"Polite {i}?")).ToList();

        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"Polite {i}."), await Task.WhenAll(polite));
        foreach (var outcome in await Task.WhenAll(rude))
        {
            await AssertLogNamesItAsync(server, outcome.Fault, outcome);
        }

        await AssertNothingIsLeftAsync(server);
    }

    private static async Task AssertLogNamesItAsync(Server server, Fault fault, FaultOutcome outcome)
    {
        var events = await ConversationAsync(server, outcome.ClientPort);

        Assert.Equal(ServerEventKind.Accepted, events[0].Kind);
        Assert.True(FaultExpectations.Ending(fault) == events[^1].Kind, $"{outcome}, but the log ends with: {events[^1]}");
        if (FaultExpectations.Answers(fault) is { } answers)
        {
            Assert.Equal(answers, events.Count(entry => entry.Kind == ServerEventKind.Question));
            Assert.Equal(answers, events.Count(entry => entry.Kind == ServerEventKind.Answered));
        }
        else
        {
            Assert.Contains(events, entry => entry.Kind == ServerEventKind.Answered);
        }

        if (FaultExpectations.Owed(fault) is { } owed)
        {
            Assert.Equal((owed, "closed by the server"), (FaultExpectations.Text(outcome.Received), outcome.Ending));
        }

        if (events[^1].Kind == ServerEventKind.CutOff && fault == Fault.CutOff)
        {
            Assert.Equal(RudeClient.PartOfAQuestion.Length, events[^1].Bytes);
        }
    }

    /// <summary>All events of one client, once its conversation has ended.</summary>
    private static async Task<List<ServerEvent>> ConversationAsync(Server server, int port)
    {
        var events = new List<ServerEvent>();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var entry in server.Log.FollowAsync(0, deadline.Token))
        {
            if (entry.ClientPort == port)
            {
                events.Add(entry);
                if (entry.EndsConversation)
                {
                    break;
                }
            }
        }

        return events;
    }

    private static async Task AssertNothingIsLeftAsync(Server server)
    {
        await server.StopAsync();

        Assert.Equal(0, server.OpenConnections);
        var events = server.Log.Events;
        Assert.Equal(ServerEventKind.Stopped, events[^1].Kind);
        Assert.Equal(events.Count(entry => entry.Kind == ServerEventKind.Accepted), events.Count(entry => entry.EndsConversation));
        Assert.DoesNotContain(events, entry => entry.Kind is ServerEventKind.Failed or ServerEventKind.AcceptFailed or ServerEventKind.WorkerFailed);
        var refused = await Assert.ThrowsAsync<SocketException>(() => Client.ConnectAsync(server.EndPoint));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }
}
