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
    private readonly CellLoadContext _loadContext;
    private Script<object>? _last;

    /// <summary>The instances that hold the cells' variables; the compiled code of a cell puts its own here and finds the others. The first place is for a host object.</summary>
    private object?[] _instances = new object?[16];

    public Submissions(string folder)
    {
        References = new CellReferences(folder);
        _loadContext = new CellLoadContext(References);
        _options = ScriptOptions.Default
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithReferences(Framework.References)
            .WithImports(DefaultUsings)
            .WithMetadataResolver(References)
            .WithSourceResolver(ScriptSourceResolver.Default.WithBaseDirectory(folder))
            .WithEmitDebugInformation(true)
            .WithFileEncoding(Encoding.UTF8);
    }

    public CellReferences References { get; }

    /// <summary>Told the code of each cell that has become part of the chain.</summary>
    public Action<string>? Accepted { get; init; }

    /// <summary>Compiles a cell; the chain grows only when the cell is started, so that a cell that does not compile changes nothing.</summary>
    /// <param name="code">The cell's code.</param>
    /// <param name="cell">The number of the execution.</param>
    /// <param name="cancellation">Ends the compiling.</param>
    /// <param name="isPassing">Whether it sees the cells before it and is seen by none after it.</param>
    public Submission Compile(string code, int cell, CancellationToken cancellation, bool isPassing = false)
    {
        var compiled = Compile(code, StopPoints.AddTo(code, cancellation), cell, isPassing, cancellation);
        // What is wrong is told of the code as it was written.
        return compiled.Errors.Length == 0 ? compiled : Compile(code, code, cell, isPassing, cancellation);
    }

    private Submission Compile(string written, string code, int cell, bool isPassing, CancellationToken cancellation)
    {
        var cellOptions = _options.WithFilePath(SourceName.Of(cell));
        var script = _last is null ? CSharpScript.Create<object>(code, cellOptions) : _last.ContinueWith<object>(code, cellOptions);
        var compilation = script.GetCompilation();
        var trees = compilation.SyntaxTrees;
        if (!trees.Any(tree => tree.GetCompilationUnitRoot(cancellation).Members.Count > 0))
        {
            // Nothing but usings and directives: there is nothing to run, and running it would take the place of the cell before.
            var wrong = Errors(compilation.GetDiagnostics(cancellation));
            return wrong.Length > 0 ? new Submission(wrong) : new Submission(() => Task.FromResult<object?>(null), () => Extend(script, written, isPassing), hasValue: false);
        }

        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var emitted = compilation.Emit(assembly, symbols, options: EmitOptions, cancellationToken: cancellation);
        if (!emitted.Success)
        {
            return new Submission(Errors(emitted.Diagnostics));
        }

        var entryPoint = compilation.GetEntryPoint(cancellation)!;
        var own = trees.Single(tree => tree.FilePath == SourceName.Of(cell));
        var place = Array.IndexOf(_instances, null, 1);
        return new Submission(
            () => Start(assembly.ToArray(), symbols.ToArray(), entryPoint),
            () => Settle(script, written, place, isPassing),
            HasValue(compilation.GetSemanticModel(own), cancellation));
    }

    private static ImmutableArray<Diagnostic> Errors(IEnumerable<Diagnostic> found) =>
        [.. found.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];

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

    /// <summary>A cell has a value when its last statement is an expression without a semicolon that is not void.</summary>
    private static bool HasValue(SemanticModel model, CancellationToken cancellation) =>
        model.SyntaxTree.GetRoot(cancellation) is CompilationUnitSyntax unit
        && unit.Members.LastOrDefault() is GlobalStatementSyntax
        {
            Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true, Expression: var expression },
        }
        && model.GetTypeInfo(expression, cancellation).Type?.SpecialType != SpecialType.System_Void;
}
