using System.Runtime;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Keeps the garbage collector from running while thousands of clients do: it would stop servers and clients alike for tens of
/// milliseconds, and what is measured is a server, not the memory that its clients leave behind in the same process.
/// </summary>
internal sealed class QuietCollector : IDisposable
{
    // What a conversation allocates on both its ends, sockets and log included, with a reserve.
    private const long BytesPerClient = 24 * 1024;
    private const long Most = 400 * 1024 * 1024;

    // Fewer clients do not fill what the collector lets pass before it runs, and its preparations would take longer than they.
    private const int WorthPausing = 1000;

    private static readonly Lock Gate = new();
    private static bool _quiet;
    private readonly bool _mine;

    private QuietCollector(long bytes)
    {
        lock (Gate)
        {
            if (!_quiet)
            {
                try
                {
                    _mine = _quiet = GC.TryStartNoGCRegion(bytes);
                }
                catch (Exception exception) when (exception is ArgumentOutOfRangeException or InvalidOperationException)
                {
                    // More than this machine's collector can promise, or the program has asked for it itself: then it is not quiet.
                }
            }
        }
    }

    /// <summary>Until the result is disposed, if that is possible and there are enough clients for it to matter.</summary>
    public static IDisposable? For(int clients) => clients < WorthPausing ? null : new QuietCollector(Math.Min(clients * BytesPerClient, Most));

    public void Dispose()
    {
        lock (Gate)
        {
            // It has ended by itself if more was allocated than was asked for.
            if (_mine && _quiet)
            {
                _quiet = false;
                if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
                {
                    GC.EndNoGCRegion();
                }
            }
        }
    }
}
