using System.Text;

namespace NetworkingCourse.Host.Grading;

/// <summary>The grades of a class as comma-separated values (RFC 4180), with a row a student.</summary>
internal static class GradesCsv
{
    public static string Of(ClassGrades grades)
    {
        var columns = grades.Columns;
        var text = new StringBuilder();
        Append(["student", .. columns.Select(exercise => $"{exercise.Lesson} {exercise.Name}"), "right", "exercises"]);
        foreach (var student in grades.Students)
        {
            Append(
            [
                student.Name,
                .. columns.Select(exercise => student.Grades.FirstOrDefault(grade => grade.Exercise == exercise)?.Words ?? ""),
                FormattableString.Invariant($"{student.Right}"),
                FormattableString.Invariant($"{student.Grades.Count}"),
            ]);
        }

        return text.ToString();

        void Append(IEnumerable<string> fields) => text.AppendJoin(',', fields.Select(Field)).Append("\r\n");
    }

    // A spreadsheet takes a field for a formula that begins with one of these characters, and students choose the files' names.
    private static string Field(string field)
    {
        var safe = field is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + field : field;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"")}\"" : safe;
    }
}
