namespace NetworkingCourse.Checking;

/// <summary>
/// The stream of a connection without a network, whose other end follows a script. Learners' code may read or write it in any
/// way; calls that would last for ever end the script, which says why.
/// </summary>
internal abstract class ScriptedStream : NonSeekableStream
{
    private const int MaxWastedReads = 100;

    private int _wastedReads;

    /// <summary>Why the script has ended early, in words; null if it has not.</summary>
    public string? Stuck { get; private set; }

    public override bool CanRead => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    /// <summary>The result of a read that brings nothing; it ends the script once there have been a hundred of them.</summary>
    /// <param name="what">What goes on in vain, in words.</param>
    protected int InVain(string what) => ++_wastedReads >= MaxWastedReads ? throw Stop(what) : 0;

    /// <summary>Ends the script.</summary>
    /// <param name="why">Why, in words.</param>
    /// <returns>The exception to throw.</returns>
    protected ScriptEndedException Stop(string why)
    {
        Stuck = why;
        return new ScriptEndedException();
    }
}
