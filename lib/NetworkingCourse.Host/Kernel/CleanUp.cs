using System.Diagnostics.CodeAnalysis;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Code that cleans up. A stop lets it finish, what it prints then is dropped, and it has a limited time for
/// it.</summary>
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

    /// <summary>The end of it.</summary>
    public void Dispose()
    {
        if (_outer is not null)
        {
            CellFlow.Current = _outer;
            _outer.Cell.FinishCleanUp();
        }
    }

    // What is called from clean-up is clean-up already.
    internal static CleanUp Begin() => CellFlow.Current is { IsCleanUp: false } outer ? new CleanUp(outer) : default;
}

/// <summary>Goes around a <c>using</c>: what it hands out stands inside and is disposed of before the resource, and it itself
/// after that.</summary>
public sealed class CleanUpOfUsing : IDisposable
{
    private CleanUp _cleanUp;

    /// <summary>What stands inside.</summary>
    public IDisposable Inside => new Beginning(this);

    /// <summary>The resource is disposed of.</summary>
    public void Dispose() => _cleanUp.Dispose();

    private sealed class Beginning(CleanUpOfUsing around) : IDisposable
    {
        public void Dispose() => around._cleanUp = CleanUp.Begin();
    }
}
