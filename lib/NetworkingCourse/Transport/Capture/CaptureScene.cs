using System.Net.Sockets;

namespace NetworkingCourse.Transport;

/// <summary>
/// A scripted exchange to capture. The lessons' capture files are recordings of these scenes, so that readers who cannot capture
/// see the same packets as those who can.
/// </summary>
/// <param name="Name">The name of the capture file.</param>
/// <param name="Summary">What the scene shows.</param>
/// <param name="RecordAsync">Plays the scene and captures it.</param>
public sealed record CaptureScene(string Name, string Summary, Func<Task<Capture>> RecordAsync)
{
    private const string Whisper = "scene"; // the registered name of everything created for a scene

    /// <summary>All scenes.</summary>
    public static IReadOnlyList<CaptureScene> All { get; } =
    [
        new("sixteen", "the sixteen-octet conversation: handshake, two pieces and a farewell, teardown", SixteenAsync),
        new("refused", "a connection to a port on which nothing listens", RefusedAsync),
        new("reset", "a client that aborts with a reset", ResetAsync),
        new("half-close", "a client that has sent everything, and still receives", HalfCloseAsync),
        new("unread", "a server that closes without having read everything", UnreadAsync),
        new("busy", "twenty clients, one after the other: more packets than a ladder draws", BusyAsync),
        .. EdgeScenes.All,
        .. DatagramScenes.All,
    ];

    private static async Task<Capture> SixteenAsync()
    {
        await using var server = SixteenServer.Start(Whisper);
        return await Capture
            .AroundAsync(server.EndPoint.Port, () => SixteenClient.TalkAsync(server.EndPoint))
            .ConfigureAwait(false);
    }

    private static async Task<Capture> RefusedAsync()
    {
        var closed = ClosedPort.OnLoopback();
        return await Capture.AroundAsync(closed.Port, async () =>
        {
            try
            {
                await TcpEnd.ConnectAsync(closed).ConfigureAwait(false);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
            {
            }
        }).ConfigureAwait(false);
    }

    private static async Task<Capture> ResetAsync()
    {
        await using var pair = TcpPair.Create(Whisper);
        return await Capture.AroundAsync(pair.Port, async () =>
        {
            await pair.ConnectAsync().ConfigureAwait(false);
            await pair.Client.SendAsync(SixteenClient.FirstPiece).ConfigureAwait(false);
            await pair.Server.ReceiveAsync().ConfigureAwait(false);
            pair.Client.Reset();
        }).ConfigureAwait(false);
    }

    private static async Task<Capture> HalfCloseAsync()
    {
        await using var pair = TcpPair.Create(Whisper);
        return await Capture.AroundAsync(pair.Port, async () =>
        {
            await pair.ConnectAsync().ConfigureAwait(false);
            await pair.Client.SendAsync("one, two, three").ConfigureAwait(false);
            pair.Client.ShutdownSend();
            while ((await pair.Server.ReceiveAsync().ConfigureAwait(false)).Length > 0)
            {
            }

            await pair.Server.SendAsync("that were three").ConfigureAwait(false);
            pair.Server.Close();
            await pair.Client.ReceiveExactlyAsync(15).ConfigureAwait(false);
            await pair.Client.ReceiveAsync().ConfigureAwait(false);
            pair.Client.Close();
        }).ConfigureAwait(false);
    }

    private static async Task<Capture> UnreadAsync()
    {
        await using var pair = TcpPair.Create(Whisper);
        return await Capture.AroundAsync(pair.Port, async () =>
        {
            await pair.ConnectAsync().ConfigureAwait(false);
            await pair.Client.SendAsync("read this").ConfigureAwait(false);
            pair.Server.Close();
        }).ConfigureAwait(false);
    }

    private static async Task<Capture> BusyAsync()
    {
        await using var server = SixteenServer.Start(Whisper);
        return await Capture.AroundAsync(server.EndPoint.Port, async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await SixteenClient.TalkAsync(server.EndPoint).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }
}
