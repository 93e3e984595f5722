using System.Diagnostics;

namespace NetworkingCourse.Host.Tests.Commands;

/// <summary>The servers of chapter 2 that speak UDP, with a client that has nothing to do with .NET: Python's sockets.</summary>
public sealed class ServeDatagramsTests
{
    // Asks until there is an answer, at most 200 times, and prints it.
    private const string Ask =
        """
        import socket, sys
        address, port, broadcast, question = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "yes", sys.argv[4].encode("ascii")
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.2)
        if broadcast:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for _ in range(200):
            sock.sendto(question, (address, port))
            try:
                print(sock.recvfrom(65535)[0].decode("ascii"))
                break
            except TimeoutError:
                pass
        """;

    [NeedsFact(Need.Python)]
    public async Task The_time_server_answers_Python()
    {
        using var program = CourseProgram.Start(Repository.Root, "serve", "udp-time");
        var port = await program.PortAsync();
        Assert.Matches(@"^The time is .*; you sent 12 bytes\.$", await AskAsync("127.0.0.1", port, "Hello, clock"));
        await program.WaitForAsync("replied · 127.0.0.1:");
        await program.StopAsync();
    }

    [NeedsFact(Need.Python)]
    public async Task The_counter_behind_the_lossy_link_counts_once_whatever_is_lost()
    {
        using var program = CourseProgram.Start(Repository.Root, "serve", "udp-lossy", "--loss", "50", "--seed", "7");
        var port = await program.PortAsync();
        Assert.Contains("loss 50 %", program.Output);
        // Two processes, so two sockets. Each repeats its question with the same number until it gets an answer.
        Assert.Equal("1 5", await AskAsync("127.0.0.1", port, "1 add 5"));
        Assert.Equal("1 12", await AskAsync("127.0.0.1", port, "1 add 7"));
        await program.WaitForAsync("passed · 127.0.0.1:");
        await program.StopAsync();
    }

    [NeedsFact(Need.Python, Need.Linux)]
    public async Task Two_programs_share_the_port_of_the_broadcast()
    {
        using var one = CourseProgram.Start(Repository.Root, "serve", "broadcast");
        var port = await one.PortAsync("ready 127.255.255.255:");
        using var other = CourseProgram.Start(Repository.Root, "serve", "broadcast", "--port", $"{port}");
        Assert.Equal(port, await other.PortAsync("ready 127.255.255.255:"));

        Assert.Matches(
            @"^receiver \d+ has heard you$",
            await AskAsync("127.255.255.255", port, "Is anybody there?", broadcast: true));

        await one.WaitForAsync("Is anybody there?");
        await other.WaitForAsync("Is anybody there?");
        await one.StopAsync();
        await other.StopAsync();
    }

    [Fact]
    public async Task An_option_that_is_another_servers_is_refused()
    {
        var (exit, _, errors) = await CourseProgram.RunAsync(Repository.Root, "serve", "udp-time", "--loss", "10");
        Assert.Equal(2, exit);
        Assert.Contains("--loss does not apply to 'udp-time'", errors);
        (exit, _, errors) = await CourseProgram.RunAsync(Repository.Root, "serve", "udp-lossy", "--loss", "101");
        Assert.Equal(2, exit);
        Assert.Contains("0 to 100", errors);
    }

    private static async Task<string> AskAsync(string address, int port, string question, bool broadcast = false)
    {
        using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string[] arguments = ["-c", Ask, address, $"{port}", broadcast ? "yes" : "no", question];
        using var python = Process.Start(new ProcessStartInfo(Programs.Find("python3"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = python.StandardOutput.ReadToEndAsync(timer.Token);
        var errors = python.StandardError.ReadToEndAsync(timer.Token);
        await python.WaitForExitAsync(timer.Token);
        Assert.Equal("", await errors);
        return (await output).Trim();
    }
}
