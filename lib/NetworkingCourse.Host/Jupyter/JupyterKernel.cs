using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Language;
using NetworkingCourse.Host.Jupyter.Messages;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// The embedded kernel as a Jupyter kernel: what front ends ask for comes in on the shell and control channels, and what cells put out
/// is broadcast.
/// </summary>
internal sealed class JupyterKernel : IDisposable
{
    private readonly Channels _channels;
    private readonly StandardInput _input;
    private readonly EmbeddedKernel _kernel;
    private readonly LanguageService _language;
    private readonly Execute _execute;
    private readonly ShellQueue _shell;
    private readonly Action<string> _log;

    /// <param name="connection">Where it listens.</param>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="log">Told what is dropped, and why.</param>
    public JupyterKernel(ConnectionFile connection, string folder, Action<string> log)
    {
        _log = log;
        _channels = new Channels(connection, log);
        _language = new LanguageService(folder);
        _kernel = new EmbeddedKernel(folder, _language.Add);
        // Front ends take a while to connect: time in which the compiler gets ready.
        new Thread(_kernel.MakeReady) { IsBackground = true, Name = "getting ready" }.UnsafeStart();
        _input = new StandardInput(_channels);
        var history = new History();
        _execute = new Execute(_kernel, _channels, _input, history, _language.MakeReady);
        _shell = new ShellQueue(
            _channels,
            [new KernelInfo(_channels), _execute, new IsComplete(), new Complete(_language), new Inspect(_language), history, new CommInfo(_language.MakeReady)],
            log);
    }

    /// <summary>Whether a front end listens, or has said anything lately.</summary>
    public bool HasFrontEnd(TimeSpan lately) => _channels.IsHeard || _channels.Silence < lately;

    /// <summary>Answers front ends until it is told to end.</summary>
    public void Run()
    {
        _channels.Start(Receive);
        Broadcasts.Status(_channels, Request.None, Broadcasts.Starting);
        _shell.Run();
    }

    /// <summary>Stops the cell that runs, if one does.</summary>
    public void Interrupt() => _execute.Interrupt();

    /// <summary>Makes <see cref="Run"/> return, whatever a cell is doing.</summary>
    public void End()
    {
        _shell.Complete();
        _execute.End();
    }

    /// <summary>Sends what is due, and gives back the sockets.</summary>
    public void Dispose()
    {
        _kernel.Dispose();
        _channels.Dispose();
        _shell.Dispose();
    }

    /// <summary>On the thread that serves the sockets: what cannot wait for a cell is answered here, and the rest put in line.</summary>
    private void Receive(Channel channel, Request request)
    {
        switch (request.Type)
        {
            case MessageTypes.InputReply when channel == Channel.StandardInput:
                _input.Take(request);
                break;
            case MessageTypes.InterruptRequest:
                Interrupt();
                Answer(channel, request, MessageTypes.InterruptReply, new JsonObject { ["status"] = "ok" });
                break;
            case MessageTypes.ShutdownRequest:
                Answer(channel, request, MessageTypes.ShutdownReply, new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart") });
                End();
                break;
            case MessageTypes.KernelInfoRequest when channel == Channel.Control:
                Answer(channel, request, MessageTypes.KernelInfoReply, KernelInfo.Content());
                break;
            case var _ when channel == Channel.Shell:
                _shell.Add(request, channel);
                break;
            default:
                _log($"A message on the {channel} channel was dropped: nothing here answers a {request.Type}.");
                break;
        }
    }

    private void Answer(Channel channel, Request request, string type, JsonObject content)
    {
        Broadcasts.Status(_channels, request, Broadcasts.Busy);
        _channels.Send(channel, type, request, content);
        Broadcasts.Status(_channels, request, Broadcasts.Idle);
    }
}
