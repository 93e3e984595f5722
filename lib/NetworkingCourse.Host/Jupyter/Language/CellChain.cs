using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Text;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Language;

/// <summary>
/// The cells run so far as the compiler's workspace sees them: a chain of script submissions, each of which sees those before it.
/// </summary>
internal sealed class CellChain : IDisposable
{
    private readonly AdhocWorkspace _workspace = new(MefHostServices.DefaultHost);
    private readonly IReadOnlyList<MetadataReference> _references;
    private readonly CSharpCompilationOptions _options;
    private Solution _solution;
    private ProjectId? _last;
    private int _cells;

    /// <param name="folder">The notebook's folder.</param>
    public CellChain(string folder)
    {
        var references = new DocumentedReferences(folder);
        _references = references.Defaults();
        _options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            metadataReferenceResolver: references,
            sourceReferenceResolver: ScriptSourceResolver.Default.WithBaseDirectory(folder));
        _solution = _workspace.CurrentSolution;
    }

    /// <summary>Adds a cell that has run.</summary>
    public void Add(string code)
    {
        // Most cells of a long session declare nothing for later cells, and every name lookup searches every link of the chain.
        if (!Declares(CSharpSyntaxTree.ParseText(code, CellLanguage.Script).GetCompilationUnitRoot()))
        {
            return;
        }

        var project = Describe(_cells++);
        _solution = With(project, code, out _);
        _last = project.Id;
        // Solutions derived from this one reuse what it has compiled, so every draft finds the chain compiled. Otherwise each
        // draft would compile all cells again.
        _ = _solution.GetProject(project.Id)!.GetCompilationAsync().GetAwaiter().GetResult();
    }

    /// <summary>A document for a cell that is being written, after the cells that have run.</summary>
    public Document Draft(string code) => With(Describe(_cells), code, out var document).GetDocument(document)!;

    public void Dispose() => _workspace.Dispose();

    /// <summary>Whether a cell makes anything available to later cells: a name, a using or a library.</summary>
    private static bool Declares(CompilationUnitSyntax cell) =>
        cell.Usings.Count > 0
        || cell.ContainsDirectives
        || cell.Members.Any(member => member is not GlobalStatementSyntax)
        || cell.DescendantNodes().Any(node => node
            is SingleVariableDesignationSyntax
            or LabeledStatementSyntax
            or LocalDeclarationStatementSyntax
            or LocalFunctionStatementSyntax);

    private Solution With(ProjectInfo project, string code, out DocumentId document)
    {
        document = DocumentId.CreateNewId(project.Id);
        return _solution.AddProject(project).AddDocument(document, project.Name, SourceText.From(code));
    }

    private ProjectInfo Describe(int number)
    {
        var name = FormattableString.Invariant($"cell{number}");
        return ProjectInfo.Create(
            ProjectId.CreateNewId(name), VersionStamp.Create(), name, name, LanguageNames.CSharp,
            // All later cells see the imports of the first.
            compilationOptions: _options.WithScriptClassName(name).WithUsings(_last is null ? Submissions.DefaultUsings : []),
            parseOptions: CellLanguage.Script,
            metadataReferences: _references,
            projectReferences: _last is null ? [] : [new ProjectReference(_last)],
            isSubmission: true);
    }
}
