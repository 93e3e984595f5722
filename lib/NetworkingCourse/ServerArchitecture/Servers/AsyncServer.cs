using System.Runtime.CompilerServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves every client at once with async/await: the same ladder of four verbs, but each wait gives its thread back, so that a few
/// threads of the pool carry any number of conversations.
/// </summary>
public sealed class AsyncServer(ServerOptions options) : Server(options)
{
    /// <inheritdoc/>
    protected override void Serve() => StartTask(AcceptConnectionsAsync);

    private async Task AcceptConnectionsAsync()
    {
        while (await AcceptAsync("pool").ConfigureAwait(false) is { } connection)
        {
            // Not awaited: this one line is the difference to the sequential server.
            _ = HandleConversationAsync(connection);
        }
    }

    private static async Task HandleConversationAsync(SocketConnection connection)
    {
        try
        {
            while (connection.ShouldContinue && await HandleQuestionAsync(connection).ConfigureAwait(false))
            {
            }

            connection.End();
        }
        catch (Exception exception)
        {
            connection.End(exception);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // what it needs while it waits is used again, not made anew
    private static async ValueTask<bool> HandleQuestionAsync(SocketConnection connection)
    {
        Memory<byte> question;
        while (!connection.TryTakeQuestion(out question))
        {
            if (!await connection.ReceiveAsync().ConfigureAwait(false))
            {
                return false;
            }
        }

        await connection.Think.DelayAsync().ConfigureAwait(false);
        Question.TurnIntoAnswer(question.Span);
        await connection.SendAsync(question).ConfigureAwait(false);
        return true;
    }
}
