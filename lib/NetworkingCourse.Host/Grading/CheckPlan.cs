using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetworkingCourse.Checking;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Grading;

/// <summary>A check that a notebook makes.</summary>
/// <param name="Exercise">The exercise.</param>
/// <param name="Cell">The number of the cell, counted from 1 among the code cells.</param>
/// <param name="Answer">The expression that the notebook gives to the check.</param>
internal sealed record PlannedCheck(Exercise Exercise, int Cell, string Answer);

/// <summary>
/// What of a notebook has to run so that its answers can be checked: the declarations that the answers name, and what those name.
/// The experiments that a lesson makes between its exercises take most of its time, and are left out.
/// </summary>
internal sealed class CheckPlan
{
    private static readonly Dictionary<string, Exercise> ByName = Exercises.All.ToDictionary(exercise => exercise.Name);

    private readonly List<CellCode> _cells;
    private readonly List<(PlannedCheck Check, SyntaxNode Answer)> _checks = [];

    private CheckPlan(List<CellCode> cells) => _cells = cells;

    /// <summary>The checks, in the notebook's order.</summary>
    public IReadOnlyList<PlannedCheck> Checks => [.. _checks.Select(each => each.Check)];

    /// <summary>The notebook's code cells.</summary>
    public IReadOnlyList<CellCode> Cells => _cells;

    /// <summary>Reads the checks of a notebook.</summary>
    public static CheckPlan Of(Notebook notebook)
    {
        var plan = new CheckPlan([.. notebook.CodeCells.Select((cell, i) => CellCode.Of(i + 1, cell.Source))]);
        foreach (var cell in plan._cells)
        {
            foreach (var call in cell.Root.DescendantNodes().OfType<InvocationExpressionSyntax>())
            {
                if (ExerciseOf(call) is { } exercise && call.ArgumentList.Arguments is [var answer, ..])
                {
                    var check = new PlannedCheck(exercise, cell.Number, answer.Expression.ToFullString().Trim());
                    plan._checks.Add((check, answer.Expression));
                }
            }
        }

        return plan;
    }

    /// <summary>The cells that a check needs, by their numbers.</summary>
    public IReadOnlySet<int> Needs(PlannedCheck check) => Needed([check]).Select(part => part.Cell).ToHashSet();

    /// <summary>The code to run for some checks: by the numbers of the cells, as much of each cell as they need.</summary>
    /// <param name="checks">The checks that are to be made.</param>
    /// <param name="without">The numbers of cells that are left out.</param>
    /// <param name="lessons">
    /// Null to run only what the checks name. Otherwise the code of the lessons' parts: all others that do something, up to the
    /// last check, run too, with what they name, for they may prepare something.
    /// </param>
    public IReadOnlyDictionary<int, string> CodeFor(
        IReadOnlyCollection<PlannedCheck> checks, IReadOnlySet<int> without, IReadOnlySet<string>? lessons = null)
    {
        var needed = Needed(checks, lessons);
        var last = checks.Max(check => check.Cell);
        return _cells
            .Where(cell => cell.Number <= last && !without.Contains(cell.Number))
            .Select(cell => (cell.Number, Code: cell.Extract(needed.Contains)))
            .Where(cell => cell.Code.Length > 0)
            .ToDictionary(cell => cell.Number, cell => cell.Code);
    }

    /// <summary>Whether a check might turn out otherwise if the parts ran too that are not the lessons' own.</summary>
    /// <param name="check">The check, which was made after everything that any check names.</param>
    /// <param name="lessons">The code of the lessons' parts.</param>
    public bool HasMore(PlannedCheck check, IReadOnlySet<string> lessons) => !Needed([check], lessons).IsSubsetOf(Needed(Checks));

    private static bool IsOnlyCheck(CellPart part) => part is { IsStatement: true, IsCheck: true };

    private static Exercise? ExerciseOf(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Check", Expression: var receiver }
        && ByName.TryGetValue(
            receiver switch
            {
                MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
                IdentifierNameSyntax name => name.Identifier.ValueText,
                _ => "",
            },
            out var exercise)
            ? exercise
            : null;

    private HashSet<CellPart> Needed(IReadOnlyCollection<PlannedCheck> checks, IReadOnlySet<string>? lessons = null)
    {
        var last = checks.Max(check => check.Cell);
        var needed = new HashSet<CellPart>();
        var open = new Queue<(string Name, int Cell)>(_checks
            .Where(each => checks.Contains(each.Check))
            .SelectMany(each => CellNames.FreeIn(each.Answer).Select(name => (name, each.Check.Cell))));
        var seen = new HashSet<(string, int)>();
        if (lessons is not null)
        {
            Add(_cells.Where(cell => cell.Number <= last)
                .SelectMany(cell => cell.Parts)
                .Where(part => (part.IsStatement || part.IsVariable) && !lessons.Contains(part.Code) && !IsOnlyCheck(part)));
        }

        while (true)
        {
            while (open.TryDequeue(out var wanted))
            {
                if (seen.Add(wanted))
                {
                    Add(Declaring(wanted.Name, wanted.Cell));
                }
            }

            // A statement that names a variable in use may change what is in it. One beside a declaration in use may prepare it.
            var variables = needed.Where(part => part.IsVariable).SelectMany(part => part.Declared).ToHashSet();
            var cells = needed.Select(part => part.Cell).ToHashSet();
            Add(_cells.Where(cell => cell.Number <= last).SelectMany(cell => cell.Parts)
                .Where(part => part.IsStatement && !IsOnlyCheck(part))
                .Where(part => cells.Contains(part.Cell) || part.Names.Intersect(variables).Any(name =>
                    Declaring(name, part.Cell).Exists(needed.Contains)))
                .ToList());
            if (open.Count == 0)
            {
                return needed;
            }
        }

        void Add(IEnumerable<CellPart> parts)
        {
            foreach (var part in parts.Where(needed.Add))
            {
                foreach (var name in part.Names)
                {
                    open.Enqueue((name, part.Cell));
                }
            }
        }
    }

    // The parts that declare a name in this cell or, if none does, in the last cell before it.
    private List<CellPart> Declaring(string name, int cell) => _cells
        .Take(cell).Reverse()
        .Select(before => before.Parts.Where(part => part.Declared.Contains(name)).ToList())
        .FirstOrDefault(parts => parts.Count > 0) ?? [];
}
