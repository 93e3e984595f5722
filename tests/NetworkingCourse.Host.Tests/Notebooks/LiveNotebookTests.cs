using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// The lessons that can go to the real internet, where there is none: the system's proxy is a dead one on loopback, so that
/// nothing leaves the machine.
/// </summary>
public sealed class LiveNotebookTests
{
    [Fact]
    public async Task A_page_that_cannot_be_fetched_says_so_in_one_line_and_the_lesson_goes_on()
    {
        using var folder = new TemporaryFolder();
        var (exit, output, errors) = await RunAsync("1-application/4-pages-and-encodings.ipynb", folder);
        Assert.True(exit == 0, output + errors);
        var executed = await File.ReadAllTextAsync(
            Path.Combine(folder.Path, "notebooks", "1-application", "4-pages-and-encodings.ipynb"));
        Assert.Contains(
            "\"Course.Live is on, but music.163.com cannot be reached: connection refused. "
            + "Without a network, set Course.Live = false and run the notebook again.\"",
            executed);
    }

    [Fact]
    public async Task Logs_that_stay_empty_stop_nothing()
    {
        using var folder = new TemporaryFolder();
        var (exit, output, errors) = await RunAsync("1-application/5-through-a-proxy.ipynb", folder);
        Assert.True(exit == 0, output + errors);
    }

    [Fact]
    public async Task A_connection_by_hand_that_cannot_be_opened_says_so_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        var (exit, output, errors) = await RunAsync("1-application/6-the-tunnel-and-tls.ipynb", folder);
        Assert.Equal(1, exit);
        // A sentence, wherever its lines break, and no stack trace.
        Assert.Matches(
            @"(?s)NoNetworkException.*www\.python\.org\s+cannot\s+be\s+reached:\s+connection\s+refused",
            output + errors);
        Assert.DoesNotContain("   at ", output + errors);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string notebook, TemporaryFolder folder)
    {
        using var dead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        dead.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // without listening
        var proxy = $"http://{dead.LocalEndPoint}";
        return await CourseProgram.RunAsync(
            Repository.Root,
            [
                (Course.LiveVariable, "1"),
                ("http_proxy", proxy),
                ("https_proxy", proxy),
                ("all_proxy", proxy),
                ("no_proxy", ""),
            ],
            "run",
            Path.Combine(Repository.Notebooks, notebook),
            "--out",
            folder.Path);
    }
}
