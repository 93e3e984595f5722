using System.Net;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A client's caching resolver: it queries the name server and caches each answer for its time-to-live.</summary>
internal sealed class CachingResolver(NameServer server, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private NameAnswer? _kept;
    private long _since;

    public IReadOnlyList<IPEndPoint> Resolve()
    {
        lock (_gate)
        {
            if (_kept is null || clock.GetElapsedTime(_since) >= _kept.TimeToLive)
            {
                (_kept, _since) = (server.Ask(), clock.GetTimestamp());
            }

            return _kept.Addresses;
        }
    }
}
