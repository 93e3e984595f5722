namespace NetworkingCourse.Application;

/// <summary>
/// Relays the bytes of a tunnel in both directions, as they arrive. It also forwards the end of a direction (a half-close). The
/// tunnel closes when both sides have ended.
/// </summary>
internal sealed class TunnelRelay : IDisposable
{
    private readonly IdleClock _clock;
    private readonly Tunnel _tunnel;
    private readonly Lock _gate = new();
    private bool _isHalfClosed;
    private bool _isStopping;

    /// <param name="tunnel">The tunnel, which records the traffic.</param>
    /// <param name="idle">The longest time without data from either side.</param>
    /// <param name="aborting">Aborts the tunnel.</param>
    public TunnelRelay(Tunnel tunnel, TimeSpan idle, CancellationToken aborting)
    {
        _tunnel = tunnel;
        _clock = new IdleClock(idle, aborting);
    }

    /// <summary>Relays bytes until both sides have ended.</summary>
    /// <param name="client">The client that asked for the tunnel.</param>
    /// <param name="server">The server to which it leads.</param>
    /// <param name="stopping">Cancelled when the proxy stops. A half-closed tunnel then ends at once.</param>
    /// <exception cref="OperationCanceledException">No data arrived for too long, or the proxy has stopped.</exception>
    /// <exception cref="IOException">One side's connection broke.</exception>
    public async Task RunAsync(ProxyPeer client, ProxyPeer server, CancellationToken stopping)
    {
        await using var registration = stopping.UnsafeRegister(static relay => ((TunnelRelay)relay!).Stop(), this);
        await Task.WhenAll(HandOnAsync(client, server, _tunnel.Up), HandOnAsync(server, client, _tunnel.Down))
            .ConfigureAwait(false);
    }

    public void Dispose() => _clock.Dispose();

    private async Task HandOnAsync(ProxyPeer from, ProxyPeer to, TunnelBytes seen)
    {
        try
        {
            while (await from.TakeAsync(_clock.Token).ConfigureAwait(false) is { Length: > 0 } bytes)
            {
                seen.Add(bytes.Span);
                await to.SendAsync(bytes, _clock.Token).ConfigureAwait(false);
                _clock.Restart();
            }
        }
        catch
        {
            _clock.Cancel(); // the other direction need not wait for data that can no longer arrive
            throw;
        }

        to.EndSending();
        EndIfDone(ref _isHalfClosed);
    }

    private void Stop() => EndIfDone(ref _isStopping);

    private void EndIfDone(ref bool nowTrue)
    {
        bool both;
        lock (_gate)
        {
            // Both may become true at the same time. The lock ensures that the second call sees the first.
            nowTrue = true;
            both = _isStopping && _isHalfClosed;
        }

        if (both)
        {
            _clock.Cancel();
        }
    }
}
