using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Checks after a fault.</summary>
internal static class FaultChecks
{
    // Long enough for a polite client on a machine whose cores are all busy with other tests.
    public static readonly ServerOptions Impatient = new() { Workers = 2, QuestionDeadline = TimeSpan.FromMilliseconds(1500) };

    /// <summary>Checks that the log reports the conversation as it should, and that the client got what it is owed.</summary>
    public static async Task AssertLogNamesItAsync(Server server, Fault fault, FaultOutcome outcome)
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

        if (Faults.ExpectedAnswers(fault) is { } owed)
        {
            Assert.Equal((owed, "closed by the server"), (FaultExpectations.Text(outcome.Received), outcome.Ending));
        }

        if (events[^1].Kind == ServerEventKind.CutOff && fault == Fault.CutOff)
        {
            Assert.Equal(FaultyClient.PartOfAQuestion.Length, events[^1].Bytes);
        }
    }

    /// <summary>Returns all events of one client, once its conversation has ended.</summary>
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

    /// <summary>Stops the server; then nothing is open, every conversation has ended in the log, and nobody listens.</summary>
    public static async Task AssertNothingIsLeftAsync(Server server)
    {
        await server.StopAsync();

        Assert.Equal(0, server.OpenConnections);
        var events = server.Log.Events;
        Assert.Equal(ServerEventKind.Stopped, events[^1].Kind);
        Assert.Equal(
            events.Count(entry => entry.Kind == ServerEventKind.Accepted),
            events.Count(entry => entry.EndsConversation));
        Assert.DoesNotContain(
            events,
            entry => entry.Kind is ServerEventKind.Failed or ServerEventKind.AcceptFailed or ServerEventKind.WorkerFailed);
        var refused = await Assert.ThrowsAsync<SocketException>(() => Client.ConnectAsync(server.EndPoint));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }
}
