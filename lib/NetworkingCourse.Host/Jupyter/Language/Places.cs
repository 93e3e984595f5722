using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetworkingCourse.Host.Jupyter.Language;

/// <summary>
/// The positions to inspect for a cursor position: those of the token that contains or precedes the cursor and, within the
/// parentheses of a call, that of the called member or type.
/// </summary>
internal static class Places
{
    public static async Task<IReadOnlyList<int>> ToInspectAsync(Document document, int position, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        if (root is null || root.FullSpan.IsEmpty)
        {
            return [];
        }

        List<int> places = [position];
        var at = Math.Max(0, position - 1);
        places.Add(at);
        var token = root.FindToken(Math.Min(at, root.FullSpan.End - 1));
        for (var node = token.Parent; node is not null; node = node.Parent)
        {
            if (node is ArgumentListSyntax list && list.SpanStart < position)
            {
                places.Add(NameOf(list));
            }
        }

        return places;
    }

    private static int NameOf(ArgumentListSyntax list) => list.Parent switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } => member.Name.SpanStart,
        InvocationExpressionSyntax call => call.Expression.SpanStart,
        ObjectCreationExpressionSyntax creation => creation.Type.Span.End - 1,
        var other => other?.SpanStart ?? list.SpanStart,
    };
}
