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
/// The cells run so far, as a chain of script submissions, each seeing what the ones before it declared. Compiles with the
/// scripting package and runs the result itself, because the load context decides which copy of a library cells get.
/// </summary>
internal sealed class Submissions
{
    /// <summary>What every cell may use by its short name.</summary>
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

    /// <summary>The instances that hold the cells' variables; the compiled code of a cell puts its own here and finds the others. The first place is for a host object.</summary>
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

    /// <summary>Whether stop points could be written into the latest cell that compiled.</summary>
    public bool IsStoppable { get; private set; } = true;

    /// <summary>Told the code of each cell that has become part of the chain.</summary>
    public Action<string>? Accepted { get; init; }

    /// <summary>Compiles a cell; the chain grows only when the cell is started, so that a cell that does not compile changes nothing.</summary>
    /// <param name="code">The cell's code.</param>
    /// <param name="cell">The number of the execution.</param>
    /// <param name="cancellation">Ends the compiling.</param>
    /// <param name="isPassing">Whether it sees the cells before it and is seen by none after it.</param>
    public Submission Compile(string code, int cell, CancellationToken cancellation, bool isPassing = false)
    {
        // What is wrong with a cell, and what it means, is told by its code as it was written. What runs is that code with stop
        // points.
        var options = _options.WithFilePath(SourceName.Of(cell));
        var script = Continue(code, options);
        var compilation = script.GetCompilation();
        var found = compilation.GetDiagnostics(cancellation);
        var trees = compilation.SyntaxTrees;
        if (found.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            return new Submission(found);
        }

        if (!trees.Any(tree => tree.GetCompilationUnitRoot(cancellation).Members.Count > 0))
        {
            // Nothing but usings and directives: there is nothing to run, and running it would take the place of the cell before.
            return new Submission(
                () => Task.FromResult<object?>(null), () => Extend(script, code, isPassing), hasValue: false, found);
        }

        var own = trees.Single(tree => tree.FilePath == SourceName.Of(cell));
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
        return new Submission(
            () => Start(assembly, symbols, entryPoint),
            () => Settle(stoppable, code, place, isPassing),
            HasValue(own, compilation.GetSemanticModel(own), cancellation),
            found);
    }

    private Script<object> Continue(string code, ScriptOptions options) =>
        _last is null ? CSharpScript.Create<object>(code, options) : _last.ContinueWith<object>(code, options);

    /// <summary>
    /// The cell, and the files that it loads, with stop points; null if that does not compile: better a cell that cannot be stopped than none.
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
            .GetMethod(entryPoint.MetadataName, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)!
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

    /// <summary>A cell that got as far as having variables belongs to the chain, whether it succeeds or not; one in passing leaves no trace.</summary>
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

    /// <summary>
    /// A cell has a value when its last statement is an expression without a semicolon that is not void, or when it returns one,
    /// wherever that stands.
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

    // Not of a function in it, whose returns are its own.
    private static bool IsOfTheCellItself(SyntaxNode node) => node
        is not (MemberDeclarationSyntax or LocalFunctionStatementSyntax or ExpressionSyntax) or GlobalStatementSyntax;
}
