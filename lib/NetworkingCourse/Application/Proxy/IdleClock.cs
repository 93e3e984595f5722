namespace NetworkingCourse.Application;

/// <summary>A deadline that every sign of life puts off.</summary>
internal sealed class IdleClock : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly TimeSpan _idle;

    /// <param name="idle">How long there may be no sign of life.</param>
    /// <param name="tokens">What ends it besides.</param>
    public IdleClock(TimeSpan idle, params CancellationToken[] tokens)
    {
        _idle = idle;
        _over = CancellationTokenSource.CreateLinkedTokenSource(tokens);
        _over.CancelAfter(idle);
    }

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Token => _over.Token;

    public void Restart() => _over.CancelAfter(_idle);

    public void Cancel() => _over.Cancel();

    public void Dispose() => _over.Dispose();
}
