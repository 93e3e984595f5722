using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Kestrel = Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServer;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves every client by a connection handler on Kestrel, the server of ASP.NET Core: what one would ship. Kestrel accepts, reads ahead into
/// pipelines and writes out of them; what is left to write is the conversation.
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
        // The server has bound a socket already, as all servers of this course do; Kestrel listens on that one.
        var sockets = new SocketTransportOptions { Backlog = Options.Backlog, CreateBoundListenSocket = _ => Listener.Socket };
        var transport = new SocketTransportFactory(new OptionsWrapper<SocketTransportOptions>(sockets), NullLoggerFactory.Instance);
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

    // Kestrel has connections in hand that it has accepted and not yet given to the handler: while it stops, more conversations may begin, as with a
    // worker that accepts. So its stopping is one of the workers that are waited for.
    private protected override void StopListening()
    {
        base.StopListening();
        StartTask(() => _kestrel!.StopAsync(CancellationToken.None));
    }

    private protected override async ValueTask ReleaseAsync()
    {
        _kestrel!.Dispose();
        await _services.DisposeAsync().ConfigureAwait(false);
    }
}
