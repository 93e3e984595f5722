using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Language;
using NetworkingCourse.Host.Jupyter.Messages;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// Runs the embedded kernel as a Jupyter kernel: requests from front ends arrive on the shell and control channels, and the
/// output of cells is broadcast.
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

    /// <param name="connection">Where to listen.</param>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="log">Logs what is dropped, and why.</param>
    public JupyterKernel(ConnectionFile connection, string folder, Action<string> log)
    {
        _log = log;
        _channels = new Channels(connection, log);
        _language = new LanguageService(folder);
        _kernel = new EmbeddedKernel(folder, _language.Add);
        // Front ends take a while to connect, which is time for the compiler to get ready.
        new Thread(_kernel.MakeReady) { IsBackground = true, Name = "getting ready" }.UnsafeStart();
        _input = new StandardInput(_channels);
        var history = new History();
        _execute = new Execute(_kernel, _channels, _input, history, _language.MakeReady);
        _shell = new ShellQueue(
            _channels,
            [
                new KernelInfo(_channels),
                _execute,
                new IsComplete(),
                new Complete(_language),
                new Inspect(_language),
                history,
                new CommInfo(_language.MakeReady),
            ],
            log);
    }

    /// <summary>Whether a front end is listening, or has sent anything within the last <paramref name="lately"/>.</summary>
    public bool HasFrontEnd(TimeSpan lately) => _channels.HasReceived || _channels.Silence < lately;

    /// <summary>Answers front ends until told to end.</summary>
    public void Run()
    {
        _channels.Start(Receive);
        Broadcasts.Status(_channels, Request.None, Broadcasts.Starting);
        _shell.Run();
    }

    /// <summary>Stops the running cell, if there is one.</summary>
    public void Interrupt() => _execute.Interrupt();

    /// <summary>Makes <see cref="Run"/> return, whatever a cell is doing.</summary>
    public void End()
    {
        _shell.Complete();
        _execute.End();
    }

    /// <summary>Sends pending messages and releases the sockets.</summary>
    public void Dispose()
    {
        _kernel.Dispose();
        _channels.Dispose();
        _shell.Dispose();
    }

    /// <summary>
    /// Runs on the thread that serves the sockets: answers requests that cannot wait for a cell, and queues the rest.
    /// </summary>
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
                Answer(
                    channel,
                    request,
                    MessageTypes.ShutdownReply,
                    new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart") });
                End();
                break;
            case MessageTypes.KernelInfoRequest when channel == Channel.Control:
                Answer(channel, request, MessageTypes.KernelInfoReply, KernelInfo.Content());
                break;
            case var _ when channel == Channel.Shell:
                _shell.Add(request, channel);
                break;
            default:
                _log($"A message on the {channel} channel was dropped: this kernel does not handle {request.Type}.");
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
