using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Scripting;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The cells run so far, as a chain of script submissions, each of which sees the declarations of those before it. It compiles
/// with the scripting package but runs the result itself, because the load context decides which copy of a library cells get.
/// </summary>
internal sealed class Submissions
{
    /// <summary>The namespaces and classes that every cell imports.</summary>
    public static IReadOnlyList<string> DefaultUsings { get; } =
    [
        "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
        typeof(CellHelpers).FullName!,
    ];

    private static readonly EmitOptions EmitOptions = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    private readonly ScriptOptions _options;
    private readonly SourceReferenceResolver _files;
    private readonly CellLoadContext _loadContext;
    private Script<object>? _last;

    /// <summary>
    /// The instances that hold the cells' variables. A cell's compiled code stores its own instance here and finds the others.
    /// The first slot is for a host object.
    /// </summary>
    private object?[] _instances = new object?[16];

    public Submissions(string folder)
    {
        References = new CellReferences(folder);
        _loadContext = new CellLoadContext(References);
        _files = ScriptSourceResolver.Default.WithBaseDirectory(folder);
        _options = ScriptOptions.Default
            .WithLanguageVersion(CellLanguage.Version)
            .WithReferences(Framework.References)
            .WithImports(DefaultUsings)
            .WithMetadataResolver(References)
            .WithSourceResolver(_files)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(Encoding.UTF8);
    }

    public CellReferences References { get; }

    /// <summary>Whether stop points could be inserted into the latest cell that compiled.</summary>
    public bool IsStoppable { get; private set; } = true;

    /// <summary>Called with the code of each cell that joins the chain.</summary>
    public Action<string>? Accepted { get; init; }

    /// <summary>
    /// Compiles a cell. The chain grows only when the cell is started, so a cell that does not compile changes nothing.
    /// </summary>
    /// <param name="code">The cell's code.</param>
    /// <param name="cell">The execution number.</param>
    /// <param name="cancellation">Cancels the compilation.</param>
    /// <param name="isPassing">Whether the cell is transient: it sees earlier cells, but later cells do not see it.</param>
    public Submission Compile(string code, int cell, CancellationToken cancellation, bool isPassing = false)
    {
        // Diagnostics and the semantic model come from the code as written. The code that runs also has stop points.
        var options = _options.WithFilePath(SourceName.Of(cell));
        var script = Continue(code, options);
        var compilation = script.GetCompilation();
        var found = compilation.GetDiagnostics(cancellation);
        var trees = compilation.SyntaxTrees;
        var own = trees.Single(tree => tree.FilePath == SourceName.Of(cell));
        if (found.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            _loadContext.Uncompiled.UnionWith(isPassing ? [] : DefinedBy(own, cancellation));
            return new Submission(found);
        }

        if (!trees.Any(tree => tree.GetCompilationUnitRoot(cancellation).Members.Count > 0))
        {
            // Only usings and directives: there is nothing to run, and running it would take the previous cell's place.
            return new Submission(
                () => Task.FromResult<object?>(null), () => Extend(script, code, isPassing), hasValue: false, found);
        }

        var emitted = EmitStoppable(own, compilation, options, cancellation);
        IsStoppable = emitted is not null;
        if (emitted is null)
        {
            if (!TryEmit(compilation, cancellation, out var unmarked, out var unmarkedSymbols, out found))
            {
                return new Submission(found);
            }

            emitted = (script, unmarked, unmarkedSymbols);
        }

        var (stoppable, assembly, symbols) = emitted.Value;

        var entryPoint = stoppable.GetCompilation().GetEntryPoint(cancellation)!;
        var place = Array.IndexOf(_instances, null, 1);
        var defined = DefinedBy(own, cancellation).ToList();
        return new Submission(
            () =>
            {
                // Before the cell runs, because it may check what it defines.
                _loadContext.Uncompiled.ExceptWith(isPassing ? [] : defined);
                return Start(assembly, symbols, entryPoint);
            },
            () => Settle(stoppable, code, place, isPassing),
            HasValue(own, compilation.GetSemanticModel(own), cancellation),
            [.. found, .. EarlierVersions(own, defined, cancellation)]);
    }

    private Script<object> Continue(string code, ScriptOptions options) =>
        _last is null ? CSharpScript.Create<object>(code, options) : _last.ContinueWith<object>(code, options);

    /// <summary>
    /// Compiles the cell, and the files that it loads, with stop points. Returns null if that fails: a cell that cannot be
    /// stopped is better than none.
    /// </summary>
    private (Script<object> Script, byte[] Assembly, byte[] Symbols)? EmitStoppable(
        SyntaxTree own, Compilation written, ScriptOptions options, CancellationToken cancellation)
    {
        var texts = written.SyntaxTrees.ToDictionary(
            tree => tree.FilePath,
            tree => StopPoints.AddTo(tree, written.GetSemanticModel(tree), cancellation));
        var script = Continue(texts[own.FilePath], options.WithSourceResolver(new StoppableFiles(_files, texts)));
        return TryEmit(script.GetCompilation(), cancellation, out var assembly, out var symbols, out _)
            ? (script, assembly, symbols)
            : null;
    }

    private static bool TryEmit(
        Compilation compilation,
        CancellationToken cancellation,
        out byte[] assembly,
        out byte[] symbols,
        out ImmutableArray<Diagnostic> found)
    {
        using var assemblyStream = new MemoryStream();
        using var symbolStream = new MemoryStream();
        var emitted = compilation.Emit(assemblyStream, symbolStream, options: EmitOptions, cancellationToken: cancellation);
        (assembly, symbols, found) = (assemblyStream.ToArray(), symbolStream.ToArray(), emitted.Diagnostics);
        return emitted.Success;
    }

    private Task<object?> Start(byte[] assembly, byte[] symbols, IMethodSymbol entryPoint)
    {
        if (_instances[^2] is not null)
        {
            Array.Resize(ref _instances, _instances.Length * 2);
        }

        var loaded = _loadContext.LoadFromStream(new MemoryStream(assembly), new MemoryStream(symbols));
        var factory = loaded.GetType(entryPoint.ContainingType.MetadataName)!
            .GetMethod(
                entryPoint.MetadataName,
                System.Reflection.BindingFlags.Static
                    | System.Reflection.BindingFlags.Public
                    | System.Reflection.BindingFlags.NonPublic)!
            .CreateDelegate<Func<object?[], Task<object?>>>();
        return factory(_instances);
    }

    private void Extend(Script<object> script, string written, bool isPassing)
    {
        if (!isPassing)
        {
            _last = script;
            Accepted?.Invoke(written);
        }
    }

    /// <summary>
    /// Adds a cell that got far enough to have variables to the chain, whether it succeeded or not. A transient cell leaves no
    /// trace.
    /// </summary>
    private void Settle(Script<object> script, string written, int place, bool isPassing)
    {
        if (isPassing)
        {
            _instances[place] = null;
        }
        else if (_instances[place] is not null)
        {
            _last = script;
            Accepted?.Invoke(written);
        }
    }

    // A cell that names something whose last version did not compile runs with the version before it, which its author may not
    // expect.
    private IEnumerable<Diagnostic> EarlierVersions(SyntaxTree tree, List<string> defined, CancellationToken cancellation) =>
        tree.GetCompilationUnitRoot(cancellation).DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => _loadContext.Uncompiled.Contains(name.Identifier.ValueText)
                && !defined.Contains(name.Identifier.ValueText))
            .DistinctBy(name => name.Identifier.ValueText)
            .Select(name => Diagnostic.Create(
                "COURSE1",
                "Cells",
                $"The last cell that defines '{name.Identifier.ValueText}' did not compile, so this cell uses an earlier one.",
                DiagnosticSeverity.Warning,
                DiagnosticSeverity.Warning,
                isEnabledByDefault: true,
                warningLevel: 1,
                location: name.GetLocation()));

    /// <summary>The names of the methods and types that a cell defines.</summary>
    private static IEnumerable<string> DefinedBy(SyntaxTree tree, CancellationToken cancellation) =>
        tree.GetCompilationUnitRoot(cancellation).Members.Select(member => member switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
            GlobalStatementSyntax { Statement: LocalFunctionStatementSyntax function } => function.Identifier.ValueText,
            _ => null,
        }).OfType<string>();

    /// <summary>
    /// Whether a cell has a value: its last statement is a non-void expression without a semicolon, or it returns a value
    /// anywhere.
    /// </summary>
    private static bool HasValue(SyntaxTree tree, SemanticModel model, CancellationToken cancellation)
    {
        var unit = tree.GetCompilationUnitRoot(cancellation);
        return unit.DescendantNodes(IsOfTheCellItself).Any(node => node is ReturnStatementSyntax { Expression: not null })
            || (unit.Members.OfType<GlobalStatementSyntax>().LastOrDefault() is
            {
                Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true, Expression: var expression },
            }
            && model.GetTypeInfo(expression, cancellation).Type?.SpecialType != SpecialType.System_Void);
    }

    // Excludes functions in the cell, whose returns are their own.
    private static bool IsOfTheCellItself(SyntaxNode node) => node
        is not (MemberDeclarationSyntax or LocalFunctionStatementSyntax or ExpressionSyntax) or GlobalStatementSyntax;
}
