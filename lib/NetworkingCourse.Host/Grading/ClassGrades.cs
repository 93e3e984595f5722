using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse.Host.Grading;

/// <summary>What became of the exercises of one student.</summary>
/// <param name="Name">The student's name.</param>
/// <param name="Grades">The grades, of all exercises that the student's notebooks have.</param>
/// <param name="Notes">What else the teacher should know.</param>
internal sealed record StudentGrades(string Name, IReadOnlyList<Grade> Grades, IReadOnlyList<string> Notes)
{
    /// <summary>How many exercises are right.</summary>
    public int Right => Grades.Count(grade => grade.State == GradeState.Right);

    /// <summary>Brings together what a student's notebooks say.</summary>
    public static StudentGrades Of(string name, IEnumerable<GradedNotebook> notebooks, IEnumerable<RefusedFile> refused)
    {
        var (grades, notes) = (new List<Grade>(), refused.Select(file => $"{file.Name}: Not graded. {file.Reason}").ToList());
        notes.AddRange(notebooks.SelectMany(each => each.Notes.Select(note => $"{each.HandIn.Name}: {note}")));
        foreach (var of in notebooks.SelectMany(each => each.Grades).GroupBy(grade => grade.Exercise))
        {
            var all = of.ToList();
            if (all.Select(grade => grade.State).Distinct().Count() == 1)
            {
                grades.Add(all[0]);
            }
            else
            {
                var files = string.Join(", ", all.Select(grade => $"{grade.Source} ({grade.Words})"));
                var story = $"Handed in more than once, with different outcomes: {files}.";
                grades.Add(new Grade(of.Key, GradeState.Unclear, story, string.Join(", ", all.Select(grade => grade.Source))));
            }

            if (all.Count > 1)
            {
                notes.Add($"{of.Key.Lesson} {of.Key.Name} was handed in {all.Count} times: "
                    + $"{string.Join(", ", all.Select(grade => grade.Source))}.");
            }
        }

        return new StudentGrades(name, grades, notes);
    }
}

/// <summary>What became of the notebooks of a class.</summary>
/// <param name="Title">The name of its folder.</param>
/// <param name="Students">The students, by name.</param>
/// <param name="Refused">The files that could not be graded.</param>
internal sealed record ClassGrades(string Title, IReadOnlyList<StudentGrades> Students, IReadOnlyList<RefusedFile> Refused)
{
    /// <summary>Brings together the notebooks of a class, by student. One of whom nothing was graded is a student too.</summary>
    public static ClassGrades Of(string title, IReadOnlyList<GradedNotebook> graded, IReadOnlyList<RefusedFile> refused)
    {
        var names = StringComparer.OrdinalIgnoreCase;
        var (notebooks, files) = (
            graded.ToLookup(notebook => notebook.HandIn.Student, names), refused.ToLookup(file => file.Student, names));
        var students = notebooks.Select(student => student.Key).Concat(files.Select(student => student.Key))
            .Where(name => name.Length > 0).Distinct(names).Order(names);
        return new ClassGrades(
            title, [.. students.Select(name => StudentGrades.Of(name, notebooks[name], files[name]))], refused);
    }

    /// <summary>The exercises that any student has, in the order of the course.</summary>
    public IReadOnlyList<Exercise> Columns =>
        [.. Exercises.All.Where(exercise => Students.Any(student => student.Grades.Any(grade => grade.Exercise == exercise)))];

    /// <summary>The class in one sentence.</summary>
    public string Summary
    {
        get
        {
            var states = Students.SelectMany(student => student.Grades).Select(grade => grade.State).ToList();
            return FormattableString.Invariant($"{Count(Students.Count, "student")}, {Count(states.Count, "answer")}: ")
                + string.Join(", ", states.GroupBy(state => state).OrderBy(of => of.Key)
                    .Select(of => FormattableString.Invariant($"{of.Count()} {Grade.Of(of.Key)}")).DefaultIfEmpty("none"))
                + FormattableString.Invariant($"; {Count(Refused.Count, "file")} not graded.");
        }
    }

    /// <summary>The class with a row a student and a column an exercise.</summary>
    public Table ToTable() => new(
        ["student", .. Columns.Select(exercise => FormattableString.Invariant($"{exercise.Lesson}, {exercise.Number}")), "right"],
        Students.Select(IReadOnlyList<object?> (student) =>
        [
            student.Name,
            .. Columns.Select(exercise => Sign(student.Grades.FirstOrDefault(grade => grade.Exercise == exercise)?.State)),
            student.Right,
        ]),
        Key);

    /// <summary>What the signs of the table mean.</summary>
    public static string Key =>
        string.Join(", ", Enum.GetValues<GradeState>().Select(state => $"{Sign(state)} {Grade.Of(state)}")) + ".";

    /// <summary>A state in one character; a space for none.</summary>
    public static string Sign(GradeState? state) => state switch
    {
        GradeState.Right => "✓",
        GradeState.NotYet => "✗",
        GradeState.NotAttempted => "○",
        GradeState.Broken => "!",
        GradeState.NoCheck => "–",
        GradeState.Unclear => "?",
        _ => " ",
    };

    private static string Count(int count, string what) =>
        FormattableString.Invariant($"{count} {what}{(count == 1 ? "" : "s")}");
}
