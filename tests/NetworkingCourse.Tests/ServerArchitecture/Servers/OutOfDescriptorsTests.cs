using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>
/// More clients than the server's process has descriptors for. Then accept fails with EMFILE and the connection stays in the
/// accept queue, so that the next accept fails at once, too. The runtime needs descriptors as well: it ends the process if it
/// cannot start a thread.
/// </summary>
[Collection(Alone.Name)]
public sealed class OutOfDescriptorsTests
{
    private const int Clients = 60;

    // Beyond those that are open before the clients come: fewer than there are clients, and more than a server leaves free.
    private const int Further = 45;

    /// <summary>The architectures in which no number of workers limits the connections.</summary>
    public static TheoryData<string> Unlimited =>
        [.. Architecture.All.Where(a => a.Waiting is Parallelism.Connections or Parallelism.Unlimited).Select(a => a.Name)];

    [NeedsTheory(Need.Linux)]
    [MemberData(nameof(Unlimited))]
    public async Task A_server_out_of_descriptors_neither_spins_nor_dies_and_serves_everybody_in_the_end(string architecture)
    {
        await using var server = await StandaloneServer.StartAsync(Architecture.Find(architecture));
        await using (var warmUp = await Client.ConnectAsync(server.EndPoint))
        {
            Assert.Equal("Before.", await warmUp.AskAsync("Before?"));
        }

        ProcessLimits.AllowDescriptors(server.ProcessId, Further);
        var clients = new List<Client>();
        for (var i = 0; i < Clients; i++)
        {
            clients.Add(await Client.ConnectAsync(server.EndPoint)); // the system completes the handshake by itself
        }

        var asking = clients.ToDictionary(client => client.AskAsync("Me too?"));
        await Task.WhenAny(asking.Keys);
        Assert.False(await ProcessorUse.SpinsAsync(server.ProcessId, CancellationToken.None));
        Assert.True(ProcessState.IsRunning(server.ProcessId));
        Assert.Contains(asking.Keys, answer => !answer.IsCompleted);

        while (asking.Count > 0)
        {
            var answer = await Task.WhenAny(asking.Keys);
            Assert.Equal("Me too.", await answer);
            asking.Remove(answer, out var client);
            await client!.DisposeAsync(); // makes room for another
        }
    }
}
