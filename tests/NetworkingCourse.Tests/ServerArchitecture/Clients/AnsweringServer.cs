using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>A server that misbehaves as it is told, for tests of clients.</summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<Task<int>> _conversations = [];
    private readonly Task _accepting;

    public AnsweringServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Turns a question into its answer.</summary>
    public Func<byte[], byte[]> Answer { get; init; } = question =>
    {
        Question.TurnIntoAnswer(question);
        return question;
    };

    /// <summary>After how many answers connection n, counted from 1, is reset; null for never.</summary>
    public Func<int, int?> ResetAfter { get; init; } = _ => null;

    public bool OneByteAtATime { get; init; }

    /// <summary>Waits until the clients have closed, and returns the number of answers on each connection.</summary>
    public async Task<int[]> AnswersByConnectionAsync() => await Task.WhenAll(_conversations).WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        await AnswersByConnectionAsync();
    }

    private async Task AcceptAsync()
    {
        for (var number = 1; ; number++)
        {
            try
            {
                _conversations.Add(ConverseAsync(await _listener.AcceptAsync(), number));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task<int> ConverseAsync(Socket socket, int number)
    {
        await Task.Yield();
        using var connection = socket;
        socket.NoDelay = true;
        var buffer = new QuestionBuffer();
        var answers = 0;
        try
        {
            while (true)
            {
                Memory<byte> question;
                while (!buffer.TryTake(out question))
                {
                    var count = await socket.ReceiveAsync(buffer.Free);
                    if (count == 0)
                    {
                        return answers;
                    }

                    buffer.Received(count);
                }

                if (answers == ResetAfter(number))
                {
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
                    return answers;
                }

                var answer = Answer(question.ToArray());
                answers++;
                foreach (var part in OneByteAtATime ? answer.Chunk(1) : [answer])
                {
                    await socket.SendAsync(part);
                }
            }
        }
        catch (SocketException)
        {
            return answers; // the client has reset the connection
        }
    }
}
