using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Checking;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What the check of a learner's server looks at that the fault matrix does not show: whether it answers with the same bytes, and
/// whether it limits the length of a question.
/// </summary>
internal static class CloserLook
{
    // More than a question may have, and the buffers of both ends.
    private const int TooManyBytes = 4_000_000;

    // The size of each end's buffer; the system may double it.
    private const int BufferBytes = 128 * 1024;

    // So that nothing but the limit ends the flood.
    private static readonly TimeSpan LongDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Records in a check what becomes of such questions, and ends the check at the first that goes wrong.</summary>
    /// <param name="trial">The check.</param>
    /// <param name="answer">The learner's server.</param>
    /// <param name="decodes">The mistake of a server that answers with other bytes.</param>
    /// <param name="noLimit">The mistake of a server that takes bytes without end.</param>
    public static void Expect(Trial trial, Func<Socket, Serving, Task> answer, Mistake decodes, Mistake noLimit)
    {
        var (answered, taken) = AskAsync(answer, trial.Over).GetAwaiter().GetResult();
        trial.Expect(
            "asked `Café?` in UTF-8, where the last letter has two bytes", "Café."u8.ToArray(), answered,
            answered.Length > 0 ? decodes : null);
        var (ends, takes) = (new Said("the connection ends before that"), new Said("all bytes were sent"));
        trial.Expect(
            "let a client send 4 MB without a `?`, well within a long deadline",
            ends, taken < TooManyBytes ? ends : takes, noLimit);
    }

    private static async Task<(byte[] Answer, int Taken)> AskAsync(
        Func<Socket, Serving, Task> answer, CancellationToken cancellation)
    {
        var server = Architecture.Own("your server, looked at closely", Listen)
            .Start(new ServerOptions { QuestionDeadline = LongDeadline });
        try
        {
            var answered = await AskBytesAsync(server.EndPoint, "Café?"u8.ToArray(), cancellation).ConfigureAwait(false);
            return (answered, await FloodAsync(server.EndPoint, cancellation).ConfigureAwait(false));
        }
        finally
        {
            await server.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        }

        Task Listen(Socket listener, Serving serving)
        {
            listener.ReceiveBufferSize = BufferBytes;
            return answer(listener, serving);
        }
    }

    // The answer is empty if there was none.
    private static async Task<byte[]> AskBytesAsync(
        IPEndPoint server, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        try
        {
            await using var client = await Client.ConnectAsync(server, cancellation).ConfigureAwait(false);
            await client.SendAsync(question, cancellation).ConfigureAwait(false);
            return await client.ReceiveAnswerAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return [];
        }
    }

    // Sends bytes without a question mark until the server ends the connection, or too many are sent. Returns how many were sent.
    private static async Task<int> FloodAsync(IPEndPoint server, CancellationToken cancellation)
    {
        var sent = 0;
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = BufferBytes };
        try
        {
            await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
            var bytes = new byte[16 * 1024];
            while (sent < TooManyBytes)
            {
                sent += await socket.SendAsync(bytes, cancellation).ConfigureAwait(false);
            }
        }
        catch (SocketException)
        {
            // The server has ended the connection.
        }

        return sent;
    }
}
