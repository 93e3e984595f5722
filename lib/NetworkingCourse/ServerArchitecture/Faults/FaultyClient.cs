using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A client with selectable faults: it does to a server what misbehaving clients and bad networks do.</summary>
public static class FaultyClient
{
    /// <summary>The beginning of a question that is never finished: 11 bytes without a <c>?</c>.</summary>
    public const string PartOfAQuestion = "Is this the";

    /// <summary>The ending of a connection that the server did not end in time.</summary>
    internal const string NotEnded = "not ended by the server";

    private const string ClosedByServer = "closed by the server";
    private const int FloodBytes = 10_000_000;
    internal const int ManyQuestions = 100;
    private const int SmallBuffer = 4096;
    private const int SmallSegment = 536; // what every host accepts over IPv4 (RFC 9293, section 3.7.1)

    // Bytes that follow each other at once may arrive together.
    private static readonly TimeSpan BetweenBytes = TimeSpan.FromMilliseconds(5);

    /// <summary>Connects to a server, commits the fault, and reports the outcome.</summary>
    /// <param name="server">The server under attack, on loopback.</param>
    /// <param name="fault">The fault to commit.</param>
    /// <param name="deadline">How long to wait for the server; 30 seconds by default.</param>
    /// <returns>The bytes that the server answered, and how the connection ended.</returns>
    /// <exception cref="TimeoutException">The server neither answered nor ended the connection within the deadline.</exception>
    public static async Task<FaultOutcome> InjectAsync(Server server, Fault fault, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        var limit = deadline ?? Client.DefaultDeadline;
        using var timer = new CancellationTokenSource(limit);
        try
        {
            await using var client = await ConnectAsync(server.EndPoint, fault, timer.Token).ConfigureAwait(false);
            var outcome = await InjectAsync(client, fault, server.Options.QuestionDeadline, timer.Token).ConfigureAwait(false);
            return outcome.Ending == NotEnded ? throw new OperationCanceledException() : outcome;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(Display.InvariantText.Format(
                $"{fault}: the server neither answered nor ended the connection within {limit.TotalSeconds:0.###} s."));
        }
    }

    /// <summary>Connects a client that is to commit the fault.</summary>
    internal static Task<Client> ConnectAsync(IPEndPoint server, Fault fault, CancellationToken cancellation) =>
        Client.ConnectAsync(server, fault == Fault.NeverReads ? ReadLittle : _ => { }, cancellation);

    // On loopback, segments are long and megabytes fit between two programs. A slow server would take longer to fill them than
    // anyone waits.
    private static void ReadLittle(Socket socket)
    {
        socket.ReceiveBufferSize = SmallBuffer;
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            const int tcp = 6, maxSegment = 2; // IPPROTO_TCP, TCP_MAXSEG (tcp(7))
            socket.SetRawSocketOption(tcp, maxSegment, BitConverter.GetBytes(SmallSegment));
        }
    }

    /// <summary>Commits the fault on an open connection.</summary>
    /// <param name="client">The connection, on which nothing has been sent yet.</param>
    /// <param name="fault">The fault to commit.</param>
    /// <param name="questionDeadline">How long the server lets a question take to arrive.</param>
    /// <param name="cancellation">Ends the wait for the server; the outcome is then <see cref="NotEnded"/>.</param>
    internal static async Task<FaultOutcome> InjectAsync(
        Client client, Fault fault, TimeSpan questionDeadline, CancellationToken cancellation)
    {
        var port = client.LocalEndPoint.Port;
        byte[] answered = [];
        try
        {
            answered = await MisbehaveAsync(client, fault, questionDeadline, cancellation).ConfigureAwait(false);
            var rest = await client.ReceiveToEndAsync(cancellation).ConfigureAwait(false);
            return new FaultOutcome(fault, port, [.. answered, .. rest], ClosedByServer);
        }
        catch (OperationCanceledException)
        {
            return new FaultOutcome(fault, port, [.. answered, .. client.Received], NotEnded);
        }
        catch (SocketException exception)
        {
            return new FaultOutcome(
                fault,
                port,
                [.. answered, .. client.Received],
                exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown
                    ? "reset by the server"
                    : exception.SocketErrorCode.ToString());
        }
        catch (IOException)
        {
            return new FaultOutcome(fault, port, [], ClosedByServer);
        }
        catch (ObjectDisposedException)
        {
            return new FaultOutcome(fault, port, [], "closed by the client");
        }
    }

    // Returns the answers that the client has read before it waits for the end.
    private static async Task<byte[]> MisbehaveAsync(
        Client client, Fault fault, TimeSpan questionDeadline, CancellationToken cancellation)
    {
        switch (fault)
        {
            case Fault.ClosesAtOnce:
                await client.DisposeAsync().ConfigureAwait(false);
                break;
            case Fault.CutOff:
                await client.SendAsync(Ascii(PartOfAQuestion), cancellation).ConfigureAwait(false);
                await client.DisposeAsync().ConfigureAwait(false);
                break;
            case Fault.Resets:
                await client.SendAsync(Ascii(PartOfAQuestion), cancellation).ConfigureAwait(false);
                client.Reset();
                break;
            case Fault.OneByteAtATime:
                foreach (var letter in Ascii(PartOfAQuestion + " end?"))
                {
                    await client.SendAsync(new[] { letter }, cancellation).ConfigureAwait(false);
                    await Task.Delay(BetweenBytes, cancellation).ConfigureAwait(false);
                }

                var answer = await client.ReceiveAnswerAsync(cancellation).ConfigureAwait(false);
                client.ShutdownSend();
                return answer;
            case Fault.Dribbles:
                // Goes on until the server ends the connection: then a send fails.
                while (true)
                {
                    await client.SendAsync(Ascii("x"), cancellation).ConfigureAwait(false);
                    await Task.Delay(questionDeadline / 10, cancellation).ConfigureAwait(false);
                }

            case Fault.Floods:
                await client.SendAsync(new byte[FloodBytes], cancellation).ConfigureAwait(false);
                break;
            case Fault.Garbage:
                var garbage = new byte[10_000];
                new Random(1).NextBytes(garbage);
                await client.SendAsync(garbage, cancellation).ConfigureAwait(false);
                client.ShutdownSend();
                break;
            case Fault.ManyInOneSegment:
                await client
                    .SendAsync(Ascii(string.Concat(Enumerable.Range(1, ManyQuestions).Select(i => $"{i}?"))), cancellation)
                    .ConfigureAwait(false);
                client.ShutdownSend();
                break;
            case Fault.NeverReads:
                var questions = Ascii(string.Concat(Enumerable.Repeat(new string('x', 1000) + "?", 64)));
                while (true)
                {
                    await client.SendAsync(questions, cancellation).ConfigureAwait(false);
                }

            case Fault.HalfCloses:
                await client.SendAsync(Ascii(PartOfAQuestion + " end?"), cancellation).ConfigureAwait(false);
                client.ShutdownSend();
                break;
            case Fault.StaysIdle:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }

        return [];
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}

/// <summary>The outcome of a fault, as the client saw it.</summary>
/// <param name="Fault">The fault that the client committed.</param>
/// <param name="ClientPort">The client's port, which identifies the client in the server's log.</param>
/// <param name="Received">The bytes that the server answered after the fault; empty if the connection was lost.</param>
/// <param name="Ending">How the connection ended.</param>
public sealed record FaultOutcome(Fault Fault, int ClientPort, byte[] Received, string Ending)
{
    /// <summary>The outcome in one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Display.InvariantText.Of(Fault)} (client :{ClientPort}): {Ending}, ")
        + $"{Display.InvariantText.Count(Received.Length, "byte")} received";
}
