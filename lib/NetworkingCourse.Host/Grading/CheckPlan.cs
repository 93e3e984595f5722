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
/// The experiments that a lesson makes between its exercises take most of its time, and are left out. All of this takes a time
/// that is proportional to the length of the code, whatever the code is.
/// </summary>
internal sealed class CheckPlan
{
    private readonly IReadOnlyList<CellCode> _cells;
    private readonly List<(PlannedCheck Check, IReadOnlyList<string> Names)> _checks;

    // For each name, the cells that declare it, in order.
    private readonly Dictionary<string, List<Place>> _places = [];

    /// <param name="cells">The notebook's code cells.</param>
    public CheckPlan(IReadOnlyList<CellCode> cells)
    {
        _cells = cells;
        _checks =
        [
            .. from cell in cells
               from check in cell.Checks
               select (new PlannedCheck(ByName[check.Exercise], cell.Number, check.Answer), check.Names),
        ];
        foreach (var part in cells.SelectMany(cell => cell.Parts))
        {
            foreach (var name in part.Declared)
            {
                if (!_places.TryGetValue(name, out var places))
                {
                    _places[name] = places = [];
                }

                if (places.Count == 0 || places[^1].Cell != part.Cell)
                {
                    places.Add(new Place(part.Cell));
                }

                places[^1].Declarations.Add(part);
            }
        }

        foreach (var statement in cells.SelectMany(cell => cell.Parts).Where(part => part.IsStatement && !IsOnlyCheck(part)))
        {
            foreach (var name in statement.Names)
            {
                PlaceOf(name, statement.Cell)?.Statements.Add(statement);
            }
        }
    }

    /// <summary>The exercises of the course, by their names.</summary>
    public static IReadOnlyDictionary<string, Exercise> ByName { get; } =
        Exercises.All.ToDictionary(exercise => exercise.Name);

    /// <summary>The checks, in the notebook's order.</summary>
    public IReadOnlyList<PlannedCheck> Checks => [.. _checks.Select(each => each.Check)];

    /// <summary>The notebook's code cells.</summary>
    public IReadOnlyList<CellCode> Cells => _cells;

    /// <summary>Reads the checks of a notebook in this process: not for what students hand in.</summary>
    public static CheckPlan Of(Notebook notebook) =>
        new([.. notebook.CodeCells.Select((cell, i) => CellCode.Of(i + 1, cell.Source))]);

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

    private HashSet<CellPart> Needed(IReadOnlyCollection<PlannedCheck> checks, IReadOnlySet<string>? lessons = null)
    {
        var last = checks.Max(check => check.Cell);
        var wanted = checks.ToHashSet();
        var (needed, open) = (new HashSet<CellPart>(), new Queue<CellPart>());
        var (named, changed, cells) = (new HashSet<Place>(), new HashSet<Place>(), new HashSet<int>());
        foreach (var (check, names) in _checks.Where(each => wanted.Contains(each.Check)))
        {
            AddNamed(names, check.Cell);
        }

        if (lessons is not null)
        {
            Add(_cells.Where(cell => cell.Number <= last)
                .SelectMany(cell => cell.Parts)
                .Where(part => (part.IsStatement || part.IsVariable) && !lessons.Contains(part.Code) && !IsOnlyCheck(part)));
        }

        while (open.TryDequeue(out var part))
        {
            AddNamed(part.Names, part.Cell);
            // A statement that names a variable in use may change what is in it.
            foreach (var place in part.IsVariable ? PlacesOf(part.Declared, part.Cell).Where(changed.Add) : [])
            {
                Add(place.Statements.Where(statement => statement.Cell <= last));
            }

            // One beside a declaration in use may prepare it.
            if (cells.Add(part.Cell))
            {
                Add(_cells[part.Cell - 1].Parts.Where(beside => beside.IsStatement && !IsOnlyCheck(beside)));
            }
        }

        return needed;

        void AddNamed(IEnumerable<string> names, int cell)
        {
            foreach (var place in PlacesOf(names, cell).Where(named.Add))
            {
                Add(place.Declarations);
            }
        }

        void Add(IEnumerable<CellPart> parts)
        {
            foreach (var part in parts.Where(needed.Add))
            {
                open.Enqueue(part);
            }
        }
    }

    private IEnumerable<Place> PlacesOf(IEnumerable<string> names, int cell) =>
        names.Select(name => PlaceOf(name, cell)).OfType<Place>();

    // This cell or, if it does not declare the name, the last cell before it that does.
    private Place? PlaceOf(string name, int cell)
    {
        var places = _places.GetValueOrDefault(name, []);
        var (low, high) = (0, places.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = places[middle].Cell <= cell ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : places[low - 1];
    }

    /// <summary>A cell that declares a name.</summary>
    private sealed class Place(int cell)
    {
        public int Cell => cell;

        /// <summary>What declares the name there.</summary>
        public List<CellPart> Declarations { get; } = [];

        /// <summary>The statements that mean this declaration by the name.</summary>
        public List<CellPart> Statements { get; } = [];
    }
}
