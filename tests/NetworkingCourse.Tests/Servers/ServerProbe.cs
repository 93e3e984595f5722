using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.Servers;

/// <summary>A server that serves nobody: a thread and a task of its own that do what a test tells them.</summary>
internal sealed class ServerProbe(Action body) : Server(new ServerOptions { Name = "probe" })
{
    protected override void Serve()
    {
        StartThread("thread", _ => body());
        StartTask(() =>
        {
            body();
            return Task.CompletedTask;
        });
    }
}
