using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetworkingCourse.Host.Kernel;

/// <summary>A cell after compiling: what the compiler says of it, and, if it is no error, how to start it and whether it ends in
/// a value.</summary>
internal sealed class Submission
{
    private readonly Func<Task<object?>>? _start;
    private readonly Action? _settle;
    private int _settled;

    public Submission(ImmutableArray<Diagnostic> found) => Found = found;

    /// <param name="start">Starts it.</param>
    /// <param name="settle">Makes what it has declared visible to the cells after it, if it came so far.</param>
    /// <param name="hasValue">Whether it ends in a value.</param>
    /// <param name="found">What the compiler says of it.</param>
    public Submission(Func<Task<object?>> start, Action settle, bool hasValue, ImmutableArray<Diagnostic> found) =>
        (_start, _settle, HasValue, Found) = (start, settle, hasValue, found);

    /// <summary>What the compiler says of it.</summary>
    public ImmutableArray<Diagnostic> Found { get; }

    /// <summary>Whether it can be run.</summary>
    public bool Compiles => _start is not null;

    public bool HasValue { get; }

    public Task<object?> Start()
    {
        try
        {
            return _start!();
        }
        finally
        {
            Settle();
        }
    }

    /// <summary>
    /// Gives the cell its place in the chain. Once: one that was stopped and left behind returns when other cells have followed, and must
    /// not take their place then.
    /// </summary>
    public void Settle()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _settle?.Invoke();
        }
    }
}
