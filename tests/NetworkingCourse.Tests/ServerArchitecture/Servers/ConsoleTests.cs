using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Runs alone because the whole process has one console.</summary>
[Collection(Alone.Name)]
public class ConsoleTests
{
    [Fact]
    public Task The_library_never_prints() => Printing.IsNothingAsync(async () =>
    {
        foreach (var architecture in Architecture.All)
        {
            await using var server = TestServers.Start(
                architecture.Name,
                new ServerOptions { QuestionDeadline = TimeSpan.FromMilliseconds(200) });
            var run = await Load.ClosedLoopAsync(server, 3);
            _ = run.Chart().ToHtml();
            _ = run.ToHtml();
            foreach (var fault in Enum.GetValues<Fault>())
            {
                _ = await FaultyClient.InjectAsync(server, fault);
            }

            _ = server.Log.ToHtml();
        }
    });
}
