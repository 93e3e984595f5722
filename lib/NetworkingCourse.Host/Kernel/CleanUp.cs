using System.Diagnostics.CodeAnalysis;

namespace NetworkingCourse.Host.Kernel;

/// <summary>A scope of clean-up code. A stop lets it finish within a time limit, and drops its output.</summary>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types",
    Justification = "It is never compared.")]
public readonly struct CleanUp : IDisposable
{
    private readonly CellFlow? _outer;

    private CleanUp(CellFlow outer)
    {
        _outer = outer;
        outer.Cell.BeginCleanUp();
        CellFlow.Current = outer.Cell.CleanUp;
    }

    /// <summary>Ends the scope.</summary>
    public void Dispose()
    {
        if (_outer is not null)
        {
            CellFlow.Current = _outer;
            _outer.Cell.FinishCleanUp();
        }
    }

    // Code called from clean-up is already clean-up.
    internal static CleanUp Begin() => CellFlow.Current is { IsCleanUp: false } outer ? new CleanUp(outer) : default;
}

/// <summary>
/// Surrounds a <c>using</c>, so that disposing of its resource counts as clean-up: <see cref="Inside"/> is disposed of just
/// before the resource, and this object just after it.
/// </summary>
public sealed class CleanUpOfUsing : IDisposable
{
    private CleanUp _cleanUp;

    /// <summary>A mark for the inside of the <c>using</c>, whose disposal starts the clean-up.</summary>
    public IDisposable Inside => new Beginning(this);

    /// <summary>Ends the clean-up, once the resource is disposed of.</summary>
    public void Dispose() => _cleanUp.Dispose();

    private sealed class Beginning(CleanUpOfUsing around) : IDisposable
    {
        public void Dispose() => around._cleanUp = CleanUp.Begin();
    }
}
