namespace NetworkingCourse.Transport;

/// <summary>Scenes of TCP's edge cases: what lesson 2.7 shows where packets cannot be captured.</summary>
internal static class EdgeScenes
{
    private const string Whisper = "scene"; // the registered name of everything created for a scene

    public static IReadOnlyList<CaptureScene> All { get; } =
    [
        new("accept-queue", "three clients, and room for two in the accept queue", AcceptQueueAsync),
        new("nagle", "a request in two small writes: Nagle's algorithm waits for a delayed acknowledgment", NagleAsync),
        new("window", "a receiver that does not read: its window closes, is probed, and opens again", WindowAsync),
    ];

    private static async Task<Capture> AcceptQueueAsync()
    {
        await using var listener = QuietListener.Start(1, Whisper);
        return await Capture.AroundAsync(listener.EndPoint.Port, async () =>
        {
            var knocks = await listener.ConnectManyAsync(3, TimeSpan.FromSeconds(0.1)).ConfigureAwait(false);
            await listener.AcceptAsync().ConfigureAwait(false);
            await listener.AcceptAsync().ConfigureAwait(false);
            await knocks.SettleAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private static async Task<Capture> NagleAsync()
    {
        await using var pair = await TcpPair.Create(Whisper).ConnectAsync().ConfigureAwait(false);
        for (var i = 0; i < 20; i++)
        {
            await SmallWrites.AskAsync(pair, "warming up").ConfigureAwait(false);
        }

        return await Capture.AroundAsync(
            pair.Port,
            () => SmallWrites.AskAsync(pair, SixteenClient.FirstPiece, SixteenClient.SecondPiece)).ConfigureAwait(false);
    }

    private static async Task<Capture> WindowAsync()
    {
        await using var pair = TcpPair.Create(Whisper, buffers: 4096);
        return await Capture.AroundAsync(pair.Port, async () =>
        {
            await pair.ConnectAsync(TimeSpan.FromSeconds(0.4)).ConfigureAwait(false);
            var sent = await pair.Client.FillAsync().ConfigureAwait(false);
            await pair.Server.ReceiveExactlyAsync(sent).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }
}
