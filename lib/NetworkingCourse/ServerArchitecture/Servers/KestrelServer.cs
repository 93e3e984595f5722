using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Kestrel = Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServer;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves all clients with a connection handler on Kestrel, the ASP.NET Core server, as you would in production. Kestrel accepts
/// connections, reads ahead into pipes and writes from them; only the conversation itself is left to implement.
/// </summary>
public sealed class KestrelServer(ServerOptions options) : Server(options)
{
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();
    private Kestrel? _kestrel;

    /// <inheritdoc/>
    protected override void Serve()
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = _services };
        kestrel.Listen(EndPoint, listen => listen.Run(HandleConversationAsync));
        // The server has already bound a socket, like every server in this course; Kestrel listens on that one.
        var sockets = new SocketTransportOptions { Backlog = Options.Backlog, CreateBoundListenSocket = _ => Listener.Socket };
        var transport = new SocketTransportFactory(
            new OptionsWrapper<SocketTransportOptions>(sockets), NullLoggerFactory.Instance);
        _kestrel = new Kestrel(new OptionsWrapper<KestrelServerOptions>(kestrel), transport, NullLoggerFactory.Instance);
        using (Detached.Begin())
        {
            Task.Run(() => _kestrel.StartAsync(new NoHttp(), Stopping)).GetAwaiter().GetResult();
        }
    }

    private async Task HandleConversationAsync(ConnectionContext context)
    {
        var connection = Admit(number => new PipeConnection(this, context, number, "pool"));
        try
        {
            while (connection.ShouldContinue && await HandleQuestionsAsync(connection).ConfigureAwait(false))
            {
            }

            connection.End();
        }
        catch (Exception exception)
        {
            connection.End(exception);
        }
    }

    private static async ValueTask<bool> HandleQuestionsAsync(PipeConnection connection)
    {
        var goesOn = await connection.ReceiveAsync().ConfigureAwait(false);
        while (connection.TryTakeQuestion(out var question))
        {
            await connection.Think.DelayAsync().ConfigureAwait(false);
            await connection.SendAnswerAsync(question).ConfigureAwait(false);
        }

        return goesOn;
    }

    // Kestrel may hold connections that it has accepted but not yet passed to the handler, so conversations can still begin while
    // it stops, as with an accepting worker. A stopping server therefore waits for Kestrel's shutdown as for a worker.
    private protected override void StopListening()
    {
        base.StopListening();
        StartTask(() => _kestrel!.StopAsync(CancellationToken.None));
    }

    private protected override async ValueTask ReleaseAsync()
    {
        await base.ReleaseAsync().ConfigureAwait(false);
        _kestrel!.Dispose();
        await _services.DisposeAsync().ConfigureAwait(false);
    }
}
