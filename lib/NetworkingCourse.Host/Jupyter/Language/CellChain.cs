using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Text;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Language;

/// <summary>The cells run so far as the compiler's workspace sees them: a chain of script submissions, each seeing those before it.</summary>
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
        // A long session is mostly cells that nothing after them can see, and every link of the chain is searched for every name.
        if (!Declares(CSharpSyntaxTree.ParseText(code, CellLanguage.Script).GetCompilationUnitRoot()))
        {
            return;
        }

        var project = Describe(_cells++);
        _solution = With(project, code, out _);
        _last = project.Id;
        // What a solution has compiled, those made from it need not compile again: with this every draft finds the chain ready, and without
        // it each would compile all cells anew.
        _ = _solution.GetProject(project.Id)!.GetCompilationAsync().GetAwaiter().GetResult();
    }

    /// <summary>A cell that is being written, after those that have run.</summary>
    public Document Draft(string code) => With(Describe(_cells), code, out var document).GetDocument(document)!;

    public void Dispose() => _workspace.Dispose();

    /// <summary>Whether a cell makes anything known to those after it: a name, a using, a library.</summary>
    private static bool Declares(CompilationUnitSyntax cell) =>
        cell.Usings.Count > 0
        || cell.ContainsDirectives
        || cell.Members.Any(member => member is not GlobalStatementSyntax)
        || cell.DescendantNodes().Any(node => node is SingleVariableDesignationSyntax or LabeledStatementSyntax or LocalDeclarationStatementSyntax or LocalFunctionStatementSyntax);

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
            // What the first cell may use by its short name all that follow it may.
            compilationOptions: _options.WithScriptClassName(name).WithUsings(_last is null ? Submissions.DefaultUsings : []),
            parseOptions: CellLanguage.Script,
            metadataReferences: _references,
            projectReferences: _last is null ? [] : [new ProjectReference(_last)],
            isSubmission: true);
    }
}
