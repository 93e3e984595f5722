using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class StartTests
{
    public static TheoryData<string> Architectures => TestServers.AllNames;

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task When_start_returns_a_client_can_connect_at_once(string architecture)
    {
        for (var i = 0; i < TestServers.Rounds(architecture, 20); i++)
        {
            await using var server = TestServers.Start(architecture);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            // Without a listener it is refused at once: nothing here waits for a server to become ready.
            socket.Connect(server.EndPoint);
            await server.StopAsync(TimeSpan.Zero);
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task With_port_0_the_system_chooses_and_the_end_point_says_what(string architecture)
    {
        await using var server = TestServers.Start(architecture);
        await using var other = TestServers.Start(architecture);

        Assert.Equal(IPAddress.Loopback, server.EndPoint.Address);
        Assert.NotEqual(0, server.EndPoint.Port);
        Assert.NotEqual(server.EndPoint, other.EndPoint);
        Assert.Contains(server.EndPoint.ToString(), server.Log.Events[0].Sentence, StringComparison.Ordinal);
        Assert.Equal(ServerEventKind.Listening, server.Log.Events[0].Kind);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task A_taken_port_is_an_error_and_leaves_the_one_who_has_it_alone(string architecture)
    {
        await using var server = TestServers.Start(architecture);

        var taken = Assert.Throws<SocketException>(
            () => TestServers.Start(architecture, new ServerOptions { Port = server.EndPoint.Port }));

        Assert.Equal(SocketError.AddressAlreadyInUse, taken.SocketErrorCode);
        Assert.Equal("Still there.", await Client.AskAsync(server, "Still there?"));
        Assert.Contains(server, RunningServers.All);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task A_name_already_running_is_replaced_and_even_the_port_can_be_the_same(string architecture)
    {
        var options = new ServerOptions { Name = TestServers.FreshName("replaced") };
        await using var first = TestServers.Start(architecture, options);
        await using var held = await Client.ConnectAsync(first.EndPoint);
        await first.Log.WaitForAsync(ServerEventKind.Accepted);

        await using var second = TestServers.Start(architecture, options with { Port = first.EndPoint.Port });

        Assert.Equal(ServerEventKind.Stopped, first.Log.Events[^1].Kind);
        Assert.Equal(first.EndPoint, second.EndPoint);
        Assert.Equal("Who.", await Client.AskAsync(second, "Who?"));
        Assert.Equal([second], RunningServers.All.Where(server => server.Name == options.Name));
    }

    [Fact]
    public async Task Names_are_the_same_in_capitals()
    {
        var name = TestServers.FreshName("case");
        await using var first = Architecture.Async.Start(name: name);
        await using var second = Architecture.Async.Start(name: name.ToUpperInvariant());

        Assert.True(first.IsStopping);
        await second.StopAsync();
        Assert.DoesNotContain(RunningServers.All, server => server == first || server == second);
    }

    [Fact]
    public async Task By_default_a_server_runs_under_the_name_of_its_architecture()
    {
        await using var server = Architecture.Sequential.Start();

        Assert.Equal("sequential", server.Name);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task A_port_with_connections_in_time_wait_can_be_listened_on_again(string architecture)
    {
        await using var first = TestServers.Start(architecture, new ServerOptions { Port = OwnPort.Next() });
        await using var client = await Client.ConnectAsync(first.EndPoint);
        Assert.Equal("First.", await client.AskAsync("First?"));
        // The server closes first, so the state is on its side.
        await first.StopAsync();
        Assert.Empty(await client.ReceiveToEndAsync());
        await client.DisposeAsync();
        if (OperatingSystem.IsLinux())
        {
            await Eventually.IsTrueAsync(
                () => TcpTable.Count(first.EndPoint.Port, TcpState.TimeWait) > 0,
                () => TcpTable.Of(first.EndPoint.Port).ToString());
        }

        await using var second = TestServers.Start(architecture, new ServerOptions { Port = first.EndPoint.Port });

        Assert.Equal("Second.", await Client.AskAsync(second, "Second?"));
    }

    [Theory]
    [MemberData(nameof(Senseless))]
    public void An_option_that_makes_no_sense_is_named_and_nothing_is_started(string option, ServerOptions options)
    {
        foreach (var architecture in Architecture.All)
        {
            var name = TestServers.FreshName("senseless");
            var exception = Assert.Throws<ArgumentOutOfRangeException>(() => architecture.Start(options with { Name = name }));

            Assert.Equal(option, exception.ParamName);
            Assert.Contains(option + " is ", exception.Message, StringComparison.Ordinal);
            Assert.Contains("allowed: ", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(RunningServers.All, server => server.Name == name);
        }
    }

    public static TheoryData<string, ServerOptions> Senseless() => new()
    {
        { nameof(ServerOptions.Think), new ServerOptions { Think = TimeSpan.FromTicks(-1) } },
        { nameof(ServerOptions.Think), new ServerOptions { Think = TimeSpan.FromHours(1) + TimeSpan.FromTicks(1) } },
        { nameof(ServerOptions.Workers), new ServerOptions { Workers = 0 } },
        { nameof(ServerOptions.Workers), new ServerOptions { Workers = 1001 } },
        { nameof(ServerOptions.Loops), new ServerOptions { Loops = 0 } },
        { nameof(ServerOptions.Loops), new ServerOptions { Loops = 1001 } },
        { nameof(ServerOptions.Port), new ServerOptions { Port = -1 } },
        { nameof(ServerOptions.Port), new ServerOptions { Port = 65536 } },
        { nameof(ServerOptions.Backlog), new ServerOptions { Backlog = 0 } },
        { nameof(ServerOptions.QuestionDeadline), new ServerOptions { QuestionDeadline = TimeSpan.Zero } },
    };

    [Fact]
    public void An_unknown_architecture_is_answered_with_those_there_are()
    {
        var exception = Assert.Throws<ArgumentException>(() => Architecture.Find("telepathic"));

        Assert.All(
            Architecture.All,
            architecture => Assert.Contains(architecture.Name, exception.Message, StringComparison.Ordinal));
        Assert.Same(Architecture.Threaded, Architecture.Find("THREADED"));
    }
}
