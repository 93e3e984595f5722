using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetworkingCourse.Host.Kernel;

/// <summary>How what is awaited can be made to stop.</summary>
internal enum Awaited
{
    /// <summary>It cannot, or need not.</summary>
    AsItIs,

    /// <summary>It is of a type that <see cref="StopPoint"/> has a method for.</summary>
    Known,

    /// <summary>It is of any other type: the parts of the pattern are written out.</summary>
    Any,
}

/// <summary>Tells what a cell awaits.</summary>
/// <param name="model">What the cell means.</param>
internal sealed class AwaitedTypes(SemanticModel model)
{
    public Awaited Of(AwaitExpressionSyntax node)
    {
        var info = model.GetAwaitExpressionInfo(node);
        return info.IsDynamic || info.GetAwaiterMethod?.ContainingType is not { } type ? Awaited.AsItIs
            : NameOf(type) switch
            {
                "System.Runtime.CompilerServices.YieldAwaitable" => Awaited.AsItIs, // it goes on at once
                "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask"
                    or "System.Runtime.CompilerServices.ConfiguredTaskAwaitable"
                    or "System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable" => Awaited.Known,
                _ => Awaited.Any,
            };
    }

    /// <summary>Whether an <c>await foreach</c> goes by the interface, and not by a pattern of its own.</summary>
    public bool IsAsyncEnumerable(CommonForEachStatementSyntax node) =>
        model.GetForEachStatementInfo(node).GetEnumeratorMethod?.ContainingType is { } type
        && NameOf(type) == "System.Collections.Generic.IAsyncEnumerable";

    private static string NameOf(INamedTypeSymbol type) => $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}";
}
