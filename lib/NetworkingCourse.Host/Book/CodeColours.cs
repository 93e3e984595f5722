using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Classification;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Book;

/// <summary>
/// Colours the code of a notebook with the compiler's own classifier, which sees all cells as one script: so it knows a type from
/// a variable. Pages are written twice, so results are kept.
/// </summary>
internal static partial class CodeColours
{
    // Ends a cell whose last expression has no semicolon, which would otherwise go on in the next cell.
    private const string Between = "\n;\n";
    private static readonly ConcurrentDictionary<string, IReadOnlyList<string>> Known = new();

    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
        [.. Framework.References, Framework.Read(typeof(Figure).Assembly.Location)]);

    /// <summary>The cells as HTML.</summary>
    public static IReadOnlyList<string> Html(IReadOnlyList<string> cells) =>
        Known.GetOrAdd(string.Join(Between, cells), text => Colour(text, cells));

    private static List<string> Colour(string text, IReadOnlyList<string> cells)
    {
        using var workspace = new AdhocWorkspace(MefHostServices.DefaultHost);
        var project = workspace.AddProject(ProjectInfo
            .Create(ProjectId.CreateNewId(), VersionStamp.Default, "lesson", "lesson", LanguageNames.CSharp)
            .WithParseOptions(CellLanguage.Script)
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .WithMetadataReferences(References.Value));
        var document = workspace.AddDocument(DocumentInfo.Create(
            DocumentId.CreateNewId(project.Id),
            "lesson.csx",
            sourceCodeKind: SourceCodeKind.Script,
            loader: TextLoader.From(TextAndVersion.Create(SourceText.From(text), VersionStamp.Default))));
        var spans = Classifier.GetClassifiedSpansAsync(document, new TextSpan(0, text.Length)).GetAwaiter().GetResult()
            .Where(span => ClassOf(span.ClassificationType) is not null)
            .OrderBy(span => span.TextSpan.Start)
            .ToList();
        var html = new List<string>();
        var start = 0;
        foreach (var cell in cells)
        {
            html.Add(Html(text, new TextSpan(start, cell.Length), spans));
            start += cell.Length + Between.Length;
        }

        return html;
    }

    private static string Html(string text, TextSpan cell, List<ClassifiedSpan> spans)
    {
        var html = new StringBuilder();
        var at = cell.Start;
        foreach (var span in spans.Where(span => cell.Contains(span.TextSpan)))
        {
            // Spans may lie in each other: the outer one comes first, and is enough.
            if (span.TextSpan.Start < at)
            {
                continue;
            }

            html.Append(Plain(text[at..span.TextSpan.Start]))
                .Append("<span class=\"").Append(ClassOf(span.ClassificationType)).Append("\">")
                .Append(Encode(text[span.TextSpan.Start..span.TextSpan.End])).Append("</span>");
            at = span.TextSpan.End;
        }

        return html.Append(Plain(text[at..cell.End])).ToString();
    }

    /// <summary>The style of a kind of token; null for those that need none.</summary>
    private static string? ClassOf(string kind) => kind switch
    {
        ClassificationTypeNames.Keyword or ClassificationTypeNames.ControlKeyword => "k",
        ClassificationTypeNames.PreprocessorKeyword => "k",
        ClassificationTypeNames.StringLiteral or ClassificationTypeNames.VerbatimStringLiteral => "s",
        ClassificationTypeNames.StringEscapeCharacter or ClassificationTypeNames.PreprocessorText => "s",
        ClassificationTypeNames.NumericLiteral => "n",
        ClassificationTypeNames.Comment => "c",
        ClassificationTypeNames.MethodName or ClassificationTypeNames.ExtensionMethodName => "m",
        ClassificationTypeNames.ClassName or ClassificationTypeNames.RecordClassName => "t",
        ClassificationTypeNames.StructName or ClassificationTypeNames.RecordStructName => "t",
        ClassificationTypeNames.InterfaceName or ClassificationTypeNames.EnumName => "t",
        ClassificationTypeNames.DelegateName or ClassificationTypeNames.TypeParameterName => "t",
        _ => null,
    };

    // In cells that declare a variable anew, the classifier takes its "var" for a name.
    private static string Plain(string text) => Var().Replace(Encode(text), "<span class=\"k\">var</span>");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex(@"\bvar(?= )")]
    private static partial Regex Var();
}
