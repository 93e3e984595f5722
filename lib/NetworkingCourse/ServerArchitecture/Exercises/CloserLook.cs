using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Checking;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What the check of a learner's server looks at that the fault matrix does not show: whether it answers with the same bytes, and
/// only questions, and whether it limits their length.
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
    /// <param name="answersHalf">The mistake of a server that answers a question whose end never comes.</param>
    /// <param name="noLimit">The mistake of a server that takes bytes without end.</param>
    public static void Expect(
        Trial trial, Func<Socket, Serving, Task> answer, Mistake decodes, Mistake answersHalf, Mistake noLimit)
    {
        var (answered, half, taken) = AskAsync(answer, trial.Over).GetAwaiter().GetResult();
        trial.Expect(
            "asked `Café?` in ISO 8859-1, where the last letter is the byte E9", Latin1("Café."), answered,
            answered.Length > 0 ? decodes : null);
        trial.Expect(
            "let a client send `Alive` and close its sending side, and read what comes back",
            Array.Empty<byte>(), half, answersHalf);
        var (ends, takes) = (new Said("the connection ends before that"), new Said("all bytes were sent"));
        trial.Expect(
            "let a client send 4 MB without a `?`, well within a long deadline",
            ends, taken < TooManyBytes ? ends : takes, noLimit);
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    private static async Task<(byte[] Answer, byte[] Half, int Taken)> AskAsync(
        Func<Socket, Serving, Task> answer, CancellationToken cancellation)
    {
        var server = Architecture.Own("your server, looked at closely", Listen)
            .Start(new ServerOptions { QuestionDeadline = LongDeadline });
        try
        {
            return (
                await AskBytesAsync(server.EndPoint, Latin1("Café?"), cancellation).ConfigureAwait(false),
                await AskHalfAsync(server.EndPoint, cancellation).ConfigureAwait(false),
                await FloodAsync(server.EndPoint, cancellation).ConfigureAwait(false));
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

    // Sends a question without its end, and returns all that the server sends until it closes.
    private static async Task<byte[]> AskHalfAsync(IPEndPoint server, CancellationToken cancellation)
    {
        var answer = new List<byte>();
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
            await socket.SendAsync("Alive"u8.ToArray(), cancellation).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
            var bytes = new byte[16];
            int count;
            while ((count = await socket.ReceiveAsync(bytes, cancellation).ConfigureAwait(false)) > 0)
            {
                answer.AddRange(bytes.AsSpan(0, count));
            }
        }
        catch (SocketException)
        {
            // The server has reset the connection.
        }

        return [.. answer];
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
