using Microsoft.AspNetCore.Connections;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves all clients with a connection handler on Kestrel, the ASP.NET Core server, as you would in production. Kestrel accepts
/// connections, reads ahead into pipes and writes from them; only the conversation itself is left to implement.
/// </summary>
public sealed class KestrelServer(ServerOptions options) : Server(options)
{
    private KestrelOnSocket? _kestrel;

    /// <inheritdoc/>
    protected override void Serve()
    {
        _kestrel = new KestrelOnSocket(
            EndPoint, () => AcceptAsync(Listener, "pool"),
            listen => listen.Run(HandleConversationAsync));
        using (Detached.Begin())
        {
            Task.Run(() => _kestrel.StartAsync(Stopping)).GetAwaiter().GetResult();
        }
    }

    private async Task HandleConversationAsync(ConnectionContext context)
    {
        var connection = Connections.Add(n => new PipeConnection(this, context, n, "pool"));
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

    // Kestrel may still pass on connections that it has accepted: a stopping server waits for it.
    private protected override void StopListening()
    {
        base.StopListening();
        StartTask(() => _kestrel!.StopAsync(CancellationToken.None));
    }

    private protected override async ValueTask ReleaseAsync()
    {
        await base.ReleaseAsync().ConfigureAwait(false);
        await _kestrel!.DisposeAsync().ConfigureAwait(false);
    }
}
