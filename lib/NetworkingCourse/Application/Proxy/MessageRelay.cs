using System.Globalization;

namespace NetworkingCourse.Application;

/// <summary>Hands on the bodies of messages, up to their end and not a byte further.</summary>
internal static class MessageRelay
{
    private const int MostLine = 4096;

    /// <summary>Hands on a body as it is framed.</summary>
    /// <param name="from">Whoever sends it.</param>
    /// <param name="to">Whoever is to have it.</param>
    /// <param name="framing">How its end is found.</param>
    /// <param name="unpack">Whether chunks are to be taken apart, for a receiver that knows none.</param>
    /// <param name="seen">Is given the body's bytes as they pass, without the framing.</param>
    /// <param name="clock">Is set anew by every byte that comes.</param>
    /// <exception cref="EndOfStreamException">The sender closed in the middle of it.</exception>
    public static async Task HandOnAsync(ProxyPeer from, ProxyPeer to, BodyFraming framing, bool unpack, Action<ReadOnlyMemory<byte>> seen, IdleClock clock)
    {
        switch (framing.End)
        {
            case BodyEnd.Length:
                await HandOnBytesAsync(from, to, framing.Length, seen, clock).ConfigureAwait(false);
                break;
            case BodyEnd.Chunked:
                await HandOnChunksAsync(from, to, unpack, seen, clock).ConfigureAwait(false);
                break;
            case BodyEnd.Close:
                while (await from.TakeAsync(long.MaxValue, clock.Token).ConfigureAwait(false) is { Length: > 0 } bytes)
                {
                    await to.SendAsync(bytes, clock.Token).ConfigureAwait(false);
                    seen(bytes);
                    clock.Restart();
                }

                break;
        }
    }

    private static async Task HandOnBytesAsync(ProxyPeer from, ProxyPeer to, long count, Action<ReadOnlyMemory<byte>> seen, IdleClock clock)
    {
        while (count > 0)
        {
            var bytes = await from.TakeAsync(count, clock.Token).ConfigureAwait(false);
            if (bytes.Length == 0)
            {
                throw new EndOfStreamException(string.Create(CultureInfo.InvariantCulture, $"closed {count} bytes before the end of the body"));
            }

            await to.SendAsync(bytes, clock.Token).ConfigureAwait(false);
            seen(bytes);
            count -= bytes.Length;
            clock.Restart();
        }
    }

    // RFC 9112, section 7.1: a size in hexadecimal digits, so many bytes, and again; a chunk of 0 bytes is the last; then trailer fields.
    private static async Task HandOnChunksAsync(ProxyPeer from, ProxyPeer to, bool unpack, Action<ReadOnlyMemory<byte>> seen, IdleClock clock)
    {
        while (true)
        {
            var line = await from.ReadLineAsync(MostLine, clock.Token).ConfigureAwait(false);
            if (!long.TryParse(line.Split(';')[0].TrimEnd(' ', '\t'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size < 0)
            {
                throw new ProxyFault(400, "A chunk whose size is no number.");
            }

            await FrameAsync(line).ConfigureAwait(false);
            if (size == 0)
            {
                break;
            }

            await HandOnBytesAsync(from, to, size, seen, clock).ConfigureAwait(false);
            await FrameAsync(await from.ReadLineAsync(0, clock.Token).ConfigureAwait(false)).ConfigureAwait(false);
        }

        string trailer;
        do
        {
            trailer = await from.ReadLineAsync(MostLine, clock.Token).ConfigureAwait(false);
            await FrameAsync(trailer).ConfigureAwait(false);
        }
        while (trailer.Length > 0);

        ValueTask FrameAsync(string text) => unpack ? ValueTask.CompletedTask : to.SendAsync(text + "\r\n", clock.Token);
    }
}
