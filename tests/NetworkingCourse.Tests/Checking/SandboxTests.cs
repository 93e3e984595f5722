using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Checking;

namespace NetworkingCourse.Tests.Checking;

public class SandboxTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    [Fact]
    public void Code_that_ends_has_ended()
    {
        var done = false;
        Assert.Equal(SandboxEnd.Ended, Sandbox.Run(() => done = true, Late, Nothing));
        Assert.True(done);
    }

    [Fact]
    public void Waits_are_stopped()
    {
        Assert.Equal(SandboxEnd.Stopped, Sandbox.Run(() => Thread.Sleep(Timeout.Infinite), Soon, Nothing));
        Assert.Equal(SandboxEnd.Stopped, Sandbox.Run(new TaskCompletionSource().Task.Wait, Soon, Nothing));
    }

    [Fact]
    public void A_blocked_call_ends_when_its_socket_is_closed()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        var end = Sandbox.Run(
            () =>
            {
                try
                {
                    listener.Accept();
                }
                catch (SocketException)
                {
                    // The socket was closed.
                }
            },
            Soon,
            listener.Dispose);

        Assert.Equal(SandboxEnd.Stopped, end);
    }

    [Fact]
    public void What_cannot_be_stopped_is_told()
    {
        using var release = new ManualResetEventSlim();
        var end = Sandbox.Run(
            () =>
            {
                while (!release.IsSet)
                {
                    Thread.SpinWait(100);
                }
            },
            Soon,
            Nothing);

        Assert.Equal(SandboxEnd.StillRunning, end);
        release.Set();
    }

    [NeedsFact(Need.Linux)]
    public async Task What_cannot_be_stopped_runs_only_when_nothing_else_wants_to()
    {
        using var release = new ManualResetEventSlim();
        var policies = new List<string>();
        var end = Sandbox.Run(
            () =>
            {
                policies.Add(Policy());
                while (!release.IsSet)
                {
                    Thread.SpinWait(100);
                }

                policies.Add(Policy());
            },
            Soon,
            Nothing);

        Assert.Equal(SandboxEnd.StillRunning, end);
        release.Set();
        await Eventually.IsTrueAsync(() => policies.Count == 2, () => "the code has not ended");
        Assert.Equal(["0", "5"], policies); // SCHED_OTHER, SCHED_IDLE

        // The 41st field; the 2nd is a name in parentheses (proc(5)).
        static string Policy() => File.ReadAllText("/proc/thread-self/stat").Split(')')[^1].Split(' ')[41 - 2];
    }

    private static void Nothing()
    {
    }
}
