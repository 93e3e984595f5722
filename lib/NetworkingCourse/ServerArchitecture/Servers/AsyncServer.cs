using System.Runtime.CompilerServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves all clients at once with async/await: the same ladder of four verbs, but every wait releases its thread, so that a few
/// thread-pool threads can carry any number of conversations.
/// </summary>
public sealed class AsyncServer(ServerOptions options) : Server(options)
{
    /// <inheritdoc/>
    protected override void Serve() => StartTask(AcceptConnectionsAsync);

    private async Task AcceptConnectionsAsync()
    {
        while (await AcceptAsync("pool").ConfigureAwait(false) is { } connection)
        {
            // Not awaited: this line alone makes the difference from the sequential server.
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // reuses the method's state instead of allocating it anew
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
