using System.Diagnostics;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>How soon a cell is stopped, compared with one that cannot be, for which the kernel waits a grace period.</summary>
public sealed class StoppingTests
{
    private const int Times = 40;

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("System.Threading.Thread.Sleep(-1);")]
    public void A_cell_that_can_be_stopped_is_not_waited_for(string code)
    {
        using var kernel = new EmbeddedKernel(AppContext.BaseDirectory);
        const string listen =
            "var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);\n"
            + "listener.Start();";
        _ = kernel.Execute(new CellOrder(listen), _ => { }, CancellationToken.None);
        var stopped = Enumerable.Range(0, Times).Select(_ => TimeToStop(kernel, code)).ToList();
        var leftBehind = TimeToStop(kernel, "listener.AcceptSocket();");
        _ = kernel.Execute(new CellOrder("listener.Stop();"), _ => { }, CancellationToken.None);
        // A kernel that waits does so every time; a busy machine is as slow as that only now and then.
        Assert.InRange(stopped.Count(time => time > 0.9 * leftBehind), 0, Times / 4);
    }

    private static TimeSpan TimeToStop(EmbeddedKernel kernel, string code)
    {
        // Stops the cell even if its output never comes.
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var since = 0L;
        var result = kernel.Execute(new CellOrder("Console.Write(1);\n" + code), _ => Begun(), stop.Token);
        Assert.Equal(CellError.Interrupted, result.Error?.Name);
        Assert.NotEqual(0, since);
        return Stopwatch.GetElapsedTime(since);

        void Begun()
        {
            if (since == 0)
            {
                since = Stopwatch.GetTimestamp();
                ThreadPool.QueueUserWorkItem(_ => stop.Cancel());
            }
        }
    }
}
