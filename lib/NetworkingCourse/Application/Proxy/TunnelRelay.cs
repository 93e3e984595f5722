namespace NetworkingCourse.Application;

/// <summary>
/// The inside of a tunnel: bytes from the one side to the other, and back, as they come. An end of sending is handed on like the bytes
/// before it (a half-close), and the tunnel is over when both sides have ended.
/// </summary>
internal sealed class TunnelRelay : IDisposable
{
    private readonly IdleClock _clock;
    private readonly Tunnel _tunnel;
    private readonly Lock _gate = new();
    private bool _isHalfClosed;
    private bool _isStopping;

    /// <param name="tunnel">Where it is written down what went through.</param>
    /// <param name="idle">How long nothing may come from either side.</param>
    /// <param name="aborting">Breaks it off.</param>
    public TunnelRelay(Tunnel tunnel, TimeSpan idle, CancellationToken aborting)
    {
        _tunnel = tunnel;
        _clock = new IdleClock(idle, aborting);
    }

    /// <summary>Hands on until both sides have ended.</summary>
    /// <param name="client">Whoever asked for the tunnel.</param>
    /// <param name="server">Whom it leads to.</param>
    /// <param name="stopping">Cancelled when the proxy stops: then a tunnel of which one side has ended is given no more time.</param>
    /// <exception cref="OperationCanceledException">Nothing came for too long, or the proxy has stopped.</exception>
    /// <exception cref="IOException">One side broke off.</exception>
    public async Task RunAsync(ProxyPeer client, ProxyPeer server, CancellationToken stopping)
    {
        await using var registration = stopping.UnsafeRegister(static relay => ((TunnelRelay)relay!).Stop(), this);
        await Task.WhenAll(HandOnAsync(client, server, _tunnel.Up), HandOnAsync(server, client, _tunnel.Down)).ConfigureAwait(false);
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
            _clock.Cancel(); // what one side cannot say any more, the other need not wait for
            throw;
        }

        to.EndSending();
        EndIfNobodyWaits(ref _isHalfClosed);
    }

    private void Stop() => EndIfNobodyWaits(ref _isStopping);

    private void EndIfNobodyWaits(ref bool nowTrue)
    {
        bool both;
        lock (_gate)
        {
            // Both may become true at the same moment: whoever is second has to see the first.
            nowTrue = true;
            both = _isStopping && _isHalfClosed;
        }

        if (both)
        {
            _clock.Cancel();
        }
    }
}
