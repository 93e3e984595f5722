using System.Net.Sockets;
using CsCheck;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Upkeep;

public class KeepaliveTests
{
    private static readonly Gen<KeepaliveOptions> Options = Gen.Select(
        Gen.Int[1, 50], Gen.Int[1, 20], Gen.Int[1, 10], (idle, interval, probes) => new KeepaliveOptions(idle, interval, probes));

    // Each answered probe begins a new time of silence; after the last, all probes remain unanswered.
    [Fact]
    public void A_vanished_peer_is_given_up_when_the_options_say() =>
        Gen.Select(Options, Gen.Int[1, 300]).Sample((options, goneAt) =>
        {
            var run = KeepaliveRun.Watch(options, goneAt);
            var lastHeard = (goneAt - 1) / options.Idle * options.Idle;
            Assert.Equal(lastHeard + options.Idle + (options.Probes * options.Interval), run.GaveUpAt);
            Assert.Equal(run.GaveUpAt - goneAt, run.Unnoticed);
            Assert.Equal(options.Probes, run.Probes.Count(second => second >= goneAt));
        });

    [Fact]
    public void By_default_that_takes_two_hours_and_eleven_minutes()
    {
        var run = KeepaliveRun.Watch(KeepaliveOptions.Linux, goneAt: 1);
        Assert.Equal(new TimeSpan(2, 11, 14), TimeSpan.FromSeconds(run.Unnoticed!.Value));
    }

    [Fact]
    public void One_that_never_gives_up_is_not_waited_for()
    {
        var run = KeepaliveRun.Watch(new KeepaliveOptions(5, 1, 2), 3, _ => new Never());
        Assert.Null(run.GaveUpAt);
        Assert.Empty(run.Probes);
        Assert.Contains("never notices", run.ToString());
    }

    [Theory]
    [InlineData(0, 1, 1, 1)]
    [InlineData(1, 0, 1, 1)]
    [InlineData(1, 1, 0, 1)]
    [InlineData(1, 1, 1, 0)]
    public void Numbers_must_be_positive(int idle, int interval, int probes, int goneAt)
    {
        var options = new KeepaliveOptions(idle, interval, probes);
        Assert.Throws<ArgumentOutOfRangeException>(() => KeepaliveRun.Watch(options, goneAt));
    }

    [NeedsFact(Need.Linux)]
    public async Task The_kernel_probes_a_silent_connection_and_is_answered_without_a_program()
    {
        await using var pair = await TcpPair.Create("silent").ConnectAsync(TimeSpan.FromSeconds(20));
        var socket = pair.Client.Socket;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 1);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);

        var watch = await KeepaliveWatch.WaitAsync(pair.Client, 1);

        Assert.NotNull(watch);
        Assert.True(watch.Sent >= 1 && watch.Received >= 1 && watch.BytesReceived == 0, watch.ToString());
    }

    [NeedsFact(Need.Linux)]
    public async Task Without_keepalive_it_is_said_that_nothing_was_sent()
    {
        await using var pair = await TcpPair.Create("silent too").ConnectAsync(TimeSpan.FromMilliseconds(200));
        var exception = await Assert.ThrowsAsync<TimeoutException>(() => KeepaliveWatch.WaitAsync(pair.Client, 1));
        Assert.Contains("Is keepalive on?", exception.Message);
    }

    private sealed class Never : OwnKeepalive
    {
        public override void Arrived(int second)
        {
        }

        public override KeepaliveAction Tick(int second) => KeepaliveAction.Wait;
    }
}
