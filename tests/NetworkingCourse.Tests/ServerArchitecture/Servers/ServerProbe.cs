using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>A server that serves nobody: its thread and its task do what a test tells them.</summary>
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
