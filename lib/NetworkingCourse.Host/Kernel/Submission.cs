using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetworkingCourse.Host.Kernel;

/// <summary>A cell after compiling: either what is wrong with it, or how to start it and whether it ends in a value.</summary>
internal sealed class Submission
{
    private readonly Func<Task<object?>>? _start;

    public Submission(ImmutableArray<Diagnostic> errors) => Errors = errors;

    public Submission(Func<Task<object?>> start, bool hasValue) => (_start, HasValue, Errors) = (start, hasValue, []);

    public ImmutableArray<Diagnostic> Errors { get; }

    public bool HasValue { get; }

    public Task<object?> Start() => _start!();
}
