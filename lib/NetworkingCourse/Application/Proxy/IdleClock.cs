namespace NetworkingCourse.Application;

/// <summary>An idle timeout, which activity restarts.</summary>
internal sealed class IdleClock : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly TimeSpan _idle;

    /// <param name="idle">The longest time without activity.</param>
    /// <param name="tokens">Tokens that also end it.</param>
    public IdleClock(TimeSpan idle, params CancellationToken[] tokens)
    {
        _idle = idle;
        _over = CancellationTokenSource.CreateLinkedTokenSource(tokens);
        _over.CancelAfter(idle);
    }

    /// <summary>Cancelled when the time has passed.</summary>
    public CancellationToken Token => _over.Token;

    public void Restart() => _over.CancelAfter(_idle);

    public void Cancel() => _over.Cancel();

    public void Dispose() => _over.Dispose();
}
