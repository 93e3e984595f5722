using System.Net;
using System.Text;

namespace NetworkingCourse.Host.Grading;

/// <summary>
/// The grades of classes as a page: a table for each class, and each student's answers with what the checks said. Everything that
/// comes from a notebook is text in it, and the page runs no script.
/// </summary>
internal static class GradesPage
{
    public static string Of(IReadOnlyList<ClassGrades> classes, string conditions)
    {
        var body = new StringBuilder();
        foreach (var (i, grades) in classes.Index())
        {
            AppendClass(body, grades, FormattableString.Invariant($"class{i + 1}"));
        }

        return
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width">
            <title>Grades</title>
            <style>{Sheet}</style>
            </head>
            <body>
            <h1>Grades</h1>
            <p>{Encode(conditions)}</p>
            <p>{Encode(ClassGrades.Key)}</p>
            {body}</body>
            </html>

            """;
    }

    private static void AppendClass(StringBuilder body, ClassGrades grades, string id)
    {
        body.Append(FormattableString.Invariant($"<h2>{Encode(grades.Title)}</h2>\n<p>{Encode(grades.Summary)}</p>\n"));
        if (grades.Students.Count > 0)
        {
            AppendTable(body, grades, id);
        }

        if (grades.Refused.Count > 0)
        {
            body.Append("<h3>Not graded</h3>\n<ul>\n");
            foreach (var (_, name, reason) in grades.Refused)
            {
                body.Append(FormattableString.Invariant($"<li><code>{Encode(name)}</code>: {Encode(reason)}</li>\n"));
            }

            body.Append("</ul>\n");
        }

        foreach (var (i, student) in grades.Students.Index())
        {
            AppendStudent(body, student, FormattableString.Invariant($"{id}-{i + 1}"));
        }
    }

    private static void AppendTable(StringBuilder body, ClassGrades grades, string id)
    {
        var columns = grades.Columns;
        body.Append("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">student</th>");
        foreach (var exercise in columns)
        {
            body.Append(FormattableString.Invariant($"<th scope=\"col\" title=\"{Encode(exercise.Title)}\">"))
                .Append(FormattableString.Invariant($"{exercise.Lesson}<br>{Encode(exercise.Name)}</th>"));
        }

        body.Append("<th scope=\"col\">right</th></tr></thead>\n<tbody>\n");
        foreach (var (i, student) in grades.Students.Index())
        {
            body.Append(FormattableString.Invariant(
                $"<tr><th scope=\"row\"><a href=\"#{id}-{i + 1}\">{Encode(student.Name)}</a></th>"));
            foreach (var exercise in columns)
            {
                var grade = student.Grades.FirstOrDefault(grade => grade.Exercise == exercise);
                body.Append(grade is null ? "<td></td>" : FormattableString.Invariant(
                    $"<td class=\"{grade.State}\" title=\"{grade.Words}\">{ClassGrades.Sign(grade.State)}</td>"));
            }

            body.Append(FormattableString.Invariant($"<td>{student.Right}</td></tr>\n"));
        }

        body.Append("</tbody></table></div>\n");
    }

    private static void AppendStudent(StringBuilder body, StudentGrades student, string id)
    {
        body.Append(FormattableString.Invariant($"<h3 id=\"{id}\">{Encode(student.Name)}</h3>\n"));
        foreach (var note in student.Notes)
        {
            body.Append(FormattableString.Invariant($"<p class=\"note\">{Encode(note)}</p>\n"));
        }

        foreach (var grade in student.Grades)
        {
            var sign = $"<span class=\"{grade.State}\">{ClassGrades.Sign(grade.State)}</span>";
            body.Append(FormattableString.Invariant($"<details><summary>{sign} "))
                .Append(Encode($"{grade.Exercise.Lesson}, {grade.Exercise.Number} · {grade.Exercise.Title}: {grade.Words}"))
                .Append(FormattableString.Invariant($"</summary><p><code>{Encode(grade.Source)}</code></p>"))
                .Append(FormattableString.Invariant($"<pre>{Encode(grade.Story)}</pre></details>\n"));
        }
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private const string Sheet =
        """
        :root { color-scheme: light dark; }
        body { font-family: system-ui, sans-serif; margin: 1.5em auto; max-width: 75em; padding: 0 1em; line-height: 1.45; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .9em; }
        th, td { border: 1px solid #8886; padding: .25em .5em; text-align: center; }
        tbody th { text-align: left; font-weight: 500; }
        .Right { color: light-dark(#1a7f37, #56d364); font-weight: 600; }
        .NotYet, .Broken, .Unclear { color: light-dark(#b42318, #ff8a80); font-weight: 600; }
        .note { border-left: 4px solid light-dark(#9a6700, #d4a72c); padding-left: .7em; overflow-wrap: anywhere; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .6em .9em; background: #8881; font-size: .85em; }
        summary { cursor: pointer; padding: .15em 0; }
        a { color: light-dark(#0550ae, #79c0ff); }
        """;
}
