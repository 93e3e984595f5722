using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Host.Commands;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Tests.Commands;

public sealed class ServeCommandTests
{
    public static TheoryData<string> Names => [.. Architecture.All.Select(architecture => architecture.Name)];

    [NeedsTheory(Need.Signals)]
    [MemberData(nameof(Names))]
    public async Task It_says_that_it_is_ready_answers_shows_its_log_and_stops_when_told(string architecture)
    {
        using var program = CourseProgram.Start(Repository.Root, "serve", architecture, "--think", "0");
        var port = await program.PortAsync();
        await using (var client = await Client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)))
        {
            Assert.Equal("Anybody there.", await client.AskAsync("Anybody there?"));
        }

        await program.WaitForAsync("closed");
        await program.StopAsync();
    }

    [NeedsTheory(Need.Linux)]
    [InlineData("thread-per-connection")]
    [InlineData("loop-per-core")]
    [InlineData("callbacks")]
    [InlineData("kestrel")]
    public async Task Out_of_descriptors_its_log_says_so(string architecture)
    {
        using var program = CourseProgram.Start(Repository.Root, "serve", architecture, "--think", "0");
        var port = await program.PortAsync();
        ProcessLimits.AllowDescriptors(program.Process.Id, further: 45);
        var clients = new List<Client>();
        for (var i = 0; i < 60; i++)
        {
            clients.Add(await Client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)));
        }

        await program.WaitForAsync("accept failed");
        Assert.Contains("TooManyOpenSockets", program.Output);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [NeedsTheory(Need.Signals)]
    [InlineData("async")]
    [InlineData("udp-time")]
    public async Task Quiet_it_prints_that_it_is_ready_and_nothing_else(string server)
    {
        using var program = CourseProgram.Start(Repository.Root, "serve", server, "--quiet");
        var port = await program.PortAsync();
        using (var client = server == "async"
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            await client.SendAsync("Ready?"u8.ToArray());
            Assert.NotEqual(0, await client.ReceiveAsync(new byte[100]).WaitAsync(TimeSpan.FromSeconds(60)));
        }

        program.Signal(Signals.Signal.Terminate);
        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.StartsWith("ready ", Assert.Single(program.Output.TrimEnd().Split('\n')));
        Assert.Equal("", program.Errors);
    }

    [NeedsFact(Need.Signals)]
    public async Task An_interrupt_stops_it_even_where_a_script_has_started_it_in_the_background()
    {
        using var program = CourseProgram.StartIgnoringInterrupts(Repository.Root, "serve", "async");
        await program.WaitForAsync("ready 127.0.0.1:");
        program.Signal(Signals.Signal.Interrupt);
        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.Contains("stopped", program.Output);
    }

    [Theory]
    [InlineData("async", "--port")]
    [InlineData("origin", "--tls-port")]
    public async Task A_port_that_is_taken_is_said_in_one_line(string server, string option)
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        var (exit, _, errors) = await CourseProgram.RunAsync(Repository.Root, "serve", server, option, $"{port}");
        Assert.Equal(2, exit);
        Assert.Contains($"Port {port} is in use", errors);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task The_list_has_a_line_for_each_server_the_name_first_the_architectures_before_all_others()
    {
        var (exit, output, _) = await CourseProgram.RunAsync(Repository.Root, "serve", "--list");
        Assert.Equal(0, exit);
        var names = output.TrimEnd().Split('\n').Select(line => line.Split(' ')[0]).ToList();
        Assert.Equal(Served.All.Select(served => served.Name), names);
        Assert.Equal(Architecture.All.Select(architecture => architecture.Name), names.Take(Architecture.All.Count));
    }
}
