using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary>
/// <c>is_complete</c>: tells whether a console should run its input or wait for another line, according to the compiler.
/// </summary>
internal sealed class IsComplete : IReplies
{
    private const int IndentWidth = 4;

    public string RequestType => MessageTypes.IsCompleteRequest;

    public string ReplyType => MessageTypes.IsCompleteReply;

    public JsonObject Reply(Request request)
    {
        var tree = CSharpSyntaxTree.ParseText(request.Text("code") ?? "", CellLanguage.Script);
        return !SyntaxFactory.IsCompleteSubmission(tree)
            ? new JsonObject { ["status"] = "incomplete", ["indent"] = Indent(tree) }
            : tree.GetDiagnostics().Any(found => found.Severity == DiagnosticSeverity.Error)
                ? new JsonObject { ["status"] = "invalid" }
                : new JsonObject { ["status"] = "complete" };
    }

    /// <summary>The indentation of the next line: one step for each open bracket.</summary>
    private static string Indent(SyntaxTree tree)
    {
        var open = 0;
        foreach (var token in tree.GetRoot().DescendantTokens().Where(token => !token.IsMissing))
        {
            open += token.Kind() switch
            {
                SyntaxKind.OpenBraceToken or SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken => 1,
                SyntaxKind.CloseBraceToken or SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken => -1,
                _ => 0,
            };
        }

        return new string(' ', Math.Max(0, open) * IndentWidth);
    }
}
