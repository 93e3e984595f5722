using System.Runtime;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Keeps the garbage collector from running while thousands of clients do. A collection would stop servers and
/// clients alike for tens of milliseconds, but the measurement is about the server, not about the garbage that
/// its clients leave in the same process.
/// </summary>
internal sealed class PausedGarbageCollection : IDisposable
{
    // The memory that a conversation allocates at both ends, including sockets and log, with a reserve.
    private const long BytesPerClient = 24 * 1024;
    private const long MaxBytes = 400 * 1024 * 1024;

    // Fewer clients do not exhaust the collector's allocation budget, and preparing the no-GC
    // region would take longer than their run.
    private const int WorthPausing = 1000;

    private static readonly Lock Gate = new();
    private static bool _quiet;
    private readonly bool _mine;

    private PausedGarbageCollection(long bytes)
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
                    // This machine's collector cannot reserve that much, or the program
                    // already has a no-GC region: go on without.
                }
            }
        }
    }

    /// <summary>
    /// Suppresses collections until the result is disposed, where possible; returns null if there
    /// are too few clients for it to matter.
    /// </summary>
    public static IDisposable? For(int clients) =>
        clients < WorthPausing ? null : new PausedGarbageCollection(Math.Min(clients * BytesPerClient, MaxBytes));

    public void Dispose()
    {
        lock (Gate)
        {
            // The region ends by itself if more is allocated than was reserved.
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
