using NetworkingCourse.Host.Grading;

namespace NetworkingCourse.Host.Tests.Grading;

/// <summary>The table of a class, as CSV and as a page.</summary>
public sealed class ClassGradesTests
{
    [Fact]
    public void Two_notebooks_that_differ_are_not_decided_between()
    {
        var student = StudentGrades.Of(
            "anna", [Notebook("a.ipynb", GradeState.Right), Notebook("b.ipynb", GradeState.NotYet)], []);
        Assert.Equal(GradeState.Unclear, Assert.Single(student.Grades).State);
        Assert.Contains("a.ipynb (right), b.ipynb (not yet)", student.Grades[0].Story);
        Assert.Contains("4.1 FindEnd was handed in 2 times: a.ipynb, b.ipynb.", student.Notes);
        Assert.Equal(0, student.Right);
    }

    [Fact]
    public void Two_notebooks_that_agree_count_once_and_it_is_said()
    {
        var student = StudentGrades.Of(
            "anna", [Notebook("a.ipynb", GradeState.Right), Notebook("b.ipynb", GradeState.Right)], []);
        Assert.Equal(GradeState.Right, Assert.Single(student.Grades).State);
        Assert.Single(student.Notes);
    }

    [Fact]
    public void The_csv_has_a_row_a_student_and_no_formulas()
    {
        var grades = Class(
            StudentGrades.Of("=HYPERLINK(\"x\")", [Notebook("a.ipynb", GradeState.Right)], []),
            StudentGrades.Of("Berg, Anna", [Notebook("b.ipynb", GradeState.NotYet)], []));
        Assert.Equal(
            "student,4.1 FindEnd,right,exercises\r\n"
                + "\"'=HYPERLINK(\"\"x\"\")\",right,1,1\r\n"
                + "\"Berg, Anna\",not yet,0,1\r\n",
            GradesCsv.Of(grades));
    }

    [Fact]
    public void A_student_of_whom_nothing_was_graded_has_a_row_and_the_reason()
    {
        var grades = ClassGrades.Of(
            "class",
            [Notebook("a.ipynb", GradeState.Right)],
            [
                new("Anna", "Anna/b.ipynb", "It is empty."), new("bert", "bert/c.ipynb", "It is empty."),
                new("", "read-me.txt", "It is not a notebook."),
            ]);
        Assert.Equal(
            "student,4.1 FindEnd,right,exercises\r\nanna,right,1,1\r\nbert,,0,0\r\n", GradesCsv.Of(grades));
        Assert.Equal(["Anna/b.ipynb: Not graded. It is empty."], grades.Students[0].Notes);
        Assert.Equal(["bert/c.ipynb: Not graded. It is empty."], grades.Students[1].Notes);
        Assert.StartsWith("2 students, 1 answer: 1 right; 3 files not graded.", grades.Summary);
    }

    [Fact]
    public void The_table_has_a_sign_for_each_answer()
    {
        var text = Class(StudentGrades.Of("anna", [Notebook("a.ipynb", GradeState.Broken)], [])).ToTable().ToText();
        Assert.Matches(@"(?m)^anna +! +0", text);
        Assert.Contains("! could not be checked", text);
    }

    [Fact]
    public void What_students_write_is_text_on_the_page()
    {
        const string Script = "<script>alert(1)</script>";
        var grade = new Grade(Exercises.FindEnd, GradeState.NotYet, Script, Script);
        var page = GradesPage.Of(
            [
                new ClassGrades(
                    Script, [new StudentGrades(Script, [grade], [Script])], [new RefusedFile(Script, Script, Script)]),
            ],
            "");
        Assert.DoesNotContain("<script", page);
        Assert.Contains("&lt;script&gt;", page);
    }

    [NeedsFact(Need.Chromium)]
    public async Task The_page_is_readable_in_a_browser()
    {
        using var folder = new TemporaryFolder();
        var student = StudentGrades.Of("anna", [Notebook("a.ipynb", GradeState.NotYet)], []);
        await using var browser = await Chromium.StartAsync(400);
        await browser.OpenAsync(folder.File("grades.html", GradesPage.Of([Class(student)], "")));
        await browser.Page.ClickAsync("summary");
        Assert.Contains("a story", await browser.Page.InnerTextAsync("pre"));
        Assert.True(await browser.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        browser.AssertNoComplaint();
    }

    private static GradedNotebook Notebook(string name, GradeState state) => new(
        new HandIn("anna", name, "/" + name), [new Grade(Exercises.FindEnd, state, "a story", name)], []);

    private static ClassGrades Class(params StudentGrades[] students) =>
        new("class", students, []);
}
