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

    /// <summary>The mistake of a server that answers with other bytes.</summary>
    public static Mistake<TAnswer> Decodes<TAnswer>(TAnswer code)
        where TAnswer : class => new(
        "turns the bytes into text and back",
        "Your server did not answer with the same bytes. Not every byte survives the way into text and back: `Encoding.ASCII` "
            + "makes a `?` of each byte above 127, and `Encoding.UTF8` makes three bytes of each that is not valid UTF-8. A "
            + "question is a sequence of bytes, and your server need not know their encoding. Put a `.` in place of the `?` in "
            + "the buffer, and send the bytes from there.",
        code);

    /// <summary>The mistake of a server that answers a question whose end never comes.</summary>
    public static Mistake<TAnswer> AnswersHalf<TAnswer>(TAnswer code)
        where TAnswer : class => new(
        "answers half a question",
        "A client sent bytes without a `?` and closed its sending side, and your server answered them. The stream ended inside a "
            + "question, so the question was never complete: a client that crashes while it sends looks like that. Answer only "
            + "what ends with a `?`; when 0 bytes arrive, end the conversation.",
        code);

    /// <summary>The mistake of a server that takes bytes without end.</summary>
    public static Mistake<TAnswer> NoLimit<TAnswer>(TAnswer code)
        where TAnswer : class => new(
        "has no limit on the length of a question",
        "A client sends bytes without a `?`, and your server keeps them all until the deadline. On a fast network, that can be "
            + "gigabytes, and a few such clients take all the memory. When `Question.MaxBytes` bytes hold no `?`, end the "
            + "conversation.",
        code);

    /// <summary>Records in a check what becomes of such questions, and ends the check at the first that goes wrong.</summary>
    /// <param name="trial">The check.</param>
    /// <param name="answer">The learner's server.</param>
    /// <param name="decodes">See <see cref="Decodes"/>.</param>
    /// <param name="answersHalf">See <see cref="AnswersHalf"/>.</param>
    /// <param name="noLimit">See <see cref="NoLimit"/>.</param>
    public static void Expect(
        Trial trial, Func<Socket, Serving, Task> answer, Mistake decodes, Mistake answersHalf, Mistake noLimit)
    {
        var (answered, half, taken) = LookAsync(answer, trial.Over).GetAwaiter().GetResult();
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

    private static async Task<(byte[] Answer, byte[] Half, int Taken)> LookAsync(
        Func<Socket, Serving, Task> answer, CancellationToken cancellation)
    {
        var server = Architecture.Own("your server, looked at closely", Listen)
            .Start(new ServerOptions { QuestionDeadline = LongDeadline });
        try
        {
            return (
                await AskAsync(
                    server.EndPoint, Latin1("Café?"), client => client.ReceiveAnswerAsync(cancellation), cancellation)
                    .ConfigureAwait(false),
                await AskAsync(server.EndPoint, Latin1("Alive"), HalfClosed, cancellation).ConfigureAwait(false),
                await FloodAsync(server.EndPoint, cancellation).ConfigureAwait(false));
        }
        finally
        {
            await server.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        }

        ValueTask<byte[]> HalfClosed(Client client)
        {
            client.ShutdownSend();
            return client.ReceiveToEndAsync(cancellation);
        }

        Task Listen(Socket listener, Serving serving)
        {
            listener.ReceiveBufferSize = BufferBytes;
            return answer(listener, serving);
        }
    }

    // The answer is empty if there was none.
    private static async Task<byte[]> AskAsync(
        IPEndPoint server,
        ReadOnlyMemory<byte> question,
        Func<Client, ValueTask<byte[]>> receive,
        CancellationToken cancellation)
    {
        try
        {
            await using var client = await Client.ConnectAsync(server, cancellation).ConfigureAwait(false);
            await client.SendAsync(question, cancellation).ConfigureAwait(false);
            return await receive(client).ConfigureAwait(false);
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
