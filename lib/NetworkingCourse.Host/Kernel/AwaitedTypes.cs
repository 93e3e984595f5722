using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetworkingCourse.Host.Kernel;

/// <summary>How an <c>await</c> can be made stoppable.</summary>
internal enum Awaited
{
    /// <summary>It cannot be, or need not be.</summary>
    AsItIs,

    /// <summary>The awaited type has its own method in <see cref="StopPoint"/>.</summary>
    Known,

    /// <summary>Any other type: the members of the awaiter pattern are written out.</summary>
    Any,
}

/// <summary>Classifies the expressions that a cell awaits.</summary>
/// <param name="model">The cell's semantic model.</param>
internal sealed class AwaitedTypes(SemanticModel model)
{
    public Awaited Of(AwaitExpressionSyntax node)
    {
        var info = model.GetAwaitExpressionInfo(node);
        return info.IsDynamic || info.GetAwaiterMethod?.ContainingType is not { } type ? Awaited.AsItIs
            : NameOf(type) switch
            {
                "System.Runtime.CompilerServices.YieldAwaitable" => Awaited.AsItIs, // resumes at once
                "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask"
                    or "System.Runtime.CompilerServices.ConfiguredTaskAwaitable"
                    or "System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable" => Awaited.Known,
                _ => Awaited.Any,
            };
    }

    /// <summary>Whether an <c>await foreach</c> uses <c>IAsyncEnumerable&lt;T&gt;</c> rather than the pattern alone.</summary>
    public bool IsAsyncEnumerable(CommonForEachStatementSyntax node) =>
        model.GetForEachStatementInfo(node).GetEnumeratorMethod?.ContainingType is { } type
        && NameOf(type) == "System.Collections.Generic.IAsyncEnumerable";

    private static string NameOf(INamedTypeSymbol type) => $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}";
}
