using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

/// <summary>
/// What the accept loop of lesson 4.7 needs of a server, on a real listening socket: the loop then serves real clients.
/// </summary>
internal sealed class SocketAcceptor(Socket listener, Serving serving) : ScriptedServer
{
    /// <inheritdoc/>
    public override async Task<ScriptedClient?> AcceptAsync()
    {
        try
        {
            return new SocketClient(await listener.AcceptAsync(serving.Stopping).ConfigureAwait(false), serving);
        }
        catch (Exception exception) when (
            serving.IsStopping && exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override void Report(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        serving.Note(exception.Message);
    }

    private sealed class SocketClient(Socket socket, Serving serving) : ScriptedClient
    {
        public override async Task ConverseAsync()
        {
            using (socket)
            {
                var received = new QuestionBuffer();
                int count;
                while ((count = await ReceiveAsync(received.Free).ConfigureAwait(false)) > 0)
                {
                    received.Received(count);
                    while (received.TryTake(out var question))
                    {
                        await serving.ThinkAsync().ConfigureAwait(false);
                        Question.TurnIntoAnswer(question.Span);
                        await SendAsync(question).ConfigureAwait(false);
                    }
                }
            }
        }

        private async Task<int> ReceiveAsync(Memory<byte> buffer)
        {
            using var deadline = NewDeadline();
            return await socket.ReceiveAsync(buffer, deadline.Token).ConfigureAwait(false);
        }

        private async Task SendAsync(Memory<byte> answer)
        {
            using var deadline = NewDeadline();
            while (answer.Length > 0)
            {
                answer = answer[await socket.SendAsync(answer, deadline.Token).ConfigureAwait(false)..];
            }
        }

        private CancellationTokenSource NewDeadline()
        {
            var deadline = CancellationTokenSource.CreateLinkedTokenSource(serving.Stopping);
            deadline.CancelAfter(serving.Deadline);
            return deadline;
        }
    }
}
