using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Servers;

/// <summary>Alone, because the console is one for the whole process.</summary>
[Collection(Alone.Name)]
public class ConsoleTests
{
    [Fact]
    public async Task The_library_never_prints()
    {
        using var spy = new StringWriter();
        var (output, error) = (Console.Out, Console.Error);
        Console.SetOut(spy);
        Console.SetError(spy);
        try
        {
            foreach (var architecture in Architecture.All)
            {
                await using var server = TestServers.Start(architecture.Name, new ServerOptions { QuestionDeadline = TimeSpan.FromMilliseconds(200) });
                var run = await Load.ClosedLoopAsync(server, 3);
                _ = run.Chart().ToHtml();
                _ = run.ToHtml();
                foreach (var fault in Enum.GetValues<Fault>())
                {
                    _ = await RudeClient.CommitAsync(server, fault);
                }

                _ = server.Log.ToHtml();
            }

            Console.Write("the spy listens");
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }

        Assert.Equal("the spy listens", spy.ToString());
    }
}
