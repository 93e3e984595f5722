using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// A compiled cell: the compiler's diagnostics and, if there is no error, how to start the cell and whether it has a value.
/// </summary>
internal sealed class Submission
{
    private readonly Func<Task<object?>>? _start;
    private readonly Action? _settle;
    private int _settled;

    public Submission(ImmutableArray<Diagnostic> found) => Found = found;

    /// <param name="start">Starts the cell.</param>
    /// <param name="settle">Makes the cell's declarations visible to later cells, if it got far enough to have any.</param>
    /// <param name="hasValue">Whether the cell has a value.</param>
    /// <param name="found">The compiler's diagnostics.</param>
    public Submission(Func<Task<object?>> start, Action settle, bool hasValue, ImmutableArray<Diagnostic> found) =>
        (_start, _settle, HasValue, Found) = (start, settle, hasValue, found);

    /// <summary>The compiler's diagnostics.</summary>
    public ImmutableArray<Diagnostic> Found { get; }

    /// <summary>Whether the cell can be run.</summary>
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
    /// Gives the cell its place in the chain, once only: a stopped cell that was abandoned may return after other cells have
    /// followed, and must not take their place.
    /// </summary>
    public void Settle()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _settle?.Invoke();
        }
    }
}
