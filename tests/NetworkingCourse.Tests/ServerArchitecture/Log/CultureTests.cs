using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>
/// The library's texts are the same on every desktop, although a server's threads take their culture from the thread that
/// started it.
/// </summary>
public class CultureTests
{
    [Theory]
    [MemberData(nameof(Cultures.WithAComma), MemberType = typeof(Cultures))]
    public void A_log_is_written_the_same_way_on_every_desktop(string culture) => Cultures.With(culture, () =>
    {
        // Long enough for a client on a busy machine to notice that it is connected.
        using var server = new Disposing(TestServers.Start(
            "sequential",
            new ServerOptions { QuestionDeadline = TimeSpan.FromMilliseconds(1250) }));
        _ = Get(FaultyClient.InjectAsync(server.Server, Fault.StaysIdle));
        _ = Get(FaultyClient.InjectAsync(server.Server, Fault.Floods));

        var late = Get(server.Server.Log.WaitForAsync(ServerEventKind.TimedOut));
        var flood = Get(server.Server.Log.WaitForAsync(ServerEventKind.TooLong));

        Assert.Equal("no complete question within 1.25 s", late.Sentence);
        Assert.Equal("65,536 bytes arrived without a '?'", flood.Sentence);
    });

    [Theory]
    [MemberData(nameof(Cultures.WithAComma), MemberType = typeof(Cultures))]
    public void What_a_deadline_says_is_the_same_on_every_desktop(string culture) => Cultures.With(culture, () =>
    {
        using var server = new Disposing(TestServers.Start("async", new ServerOptions { Think = TimeSpan.FromMinutes(1) }));
        var deadline = TimeSpan.FromMilliseconds(150);

        var run = Get(Load.ClosedLoopAsync(server.Server, 1, deadline: deadline));
        var asked = Assert.Throws<TimeoutException>(() => Get(Client.AskAsync(server.Server, "When?", deadline)));
        var waited = Assert.Throws<TimeoutException>(
            () => Get(server.Server.Log.WaitForAsync(ServerEventKind.Failed, deadline: deadline)));
        var committed = Assert.Throws<TimeoutException>(
            () => Get(FaultyClient.InjectAsync(server.Server, Fault.StaysIdle, deadline)));

        Assert.Equal("no answer within 0.15 s", run.Clients[0].Failure);
        Assert.All(
            [asked, waited, committed],
            exception => Assert.Contains(" 0.15 s", exception.Message, StringComparison.Ordinal));
    });

    // Waits on the thread that has the culture, as a cell would.
    private static T Get<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private sealed class Disposing(Server server) : IDisposable
    {
        public Server Server { get; } = server;

        public void Dispose() => Server.StopAsync(TimeSpan.Zero).GetAwaiter().GetResult();
    }
}
