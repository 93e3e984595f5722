using NetworkingCourse.Host.Grading;

namespace NetworkingCourse.Host.Tests.Grading;

/// <summary>What lies in the folder of a class.</summary>
public sealed class ClassFolderTests
{
    [Fact]
    public void A_student_is_a_folder_or_the_name_of_a_file()
    {
        using var folder = new TemporaryFolder();
        folder.File("anna/4-1.ipynb", "{}");
        folder.File("anna/more/4-2.ipynb", "{}");
        folder.File("bert.ipynb", "{}");
        var read = ClassFolder.Read(folder.Path, "grades");
        Assert.Equal(
            [("anna", "anna/4-1.ipynb"), ("anna", "anna/more/4-2.ipynb"), ("bert", "bert.ipynb")],
            read.Notebooks.Select(notebook => (notebook.Student, notebook.Name)));
        Assert.Empty(read.Refused);
    }

    [Fact]
    public void What_is_not_a_notebook_is_named_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        folder.File("anna/all.zip", "PK");
        folder.File("anna/empty.ipynb", "");
        folder.File("anna/report.docx", "x");
        folder.File("bert.ipynb", "");
        folder.File("read-me.txt", "x");
        Assert.Equal(
            [
                new RefusedFile("anna", "anna/all.zip", "It is an archive. Unpack it first."),
                new RefusedFile("anna", "anna/empty.ipynb", "It is empty."),
                new RefusedFile("anna", "anna/report.docx", "It is not a notebook: its name does not end with .ipynb."),
                new RefusedFile("bert", "bert.ipynb", "It is empty."),
                new RefusedFile("", "read-me.txt", "It is not a notebook: its name does not end with .ipynb."),
            ],
            ClassFolder.Read(folder.Path, "grades").Refused);
    }

    [Fact]
    public void What_systems_and_editors_leave_behind_is_no_hand_in()
    {
        using var folder = new TemporaryFolder();
        folder.File("anna/.ipynb_checkpoints/a.ipynb", "{}");
        folder.File("anna/.DS_Store", "x");
        folder.File("anna/a.ipynb", "{}");
        folder.File("__MACOSX/anna/._a.ipynb", "x");
        var read = ClassFolder.Read(folder.Path, "grades");
        Assert.Equal(["anna/a.ipynb"], read.Notebooks.Select(notebook => notebook.Name));
        Assert.Empty(read.Refused);
    }

    [Fact]
    public void A_student_without_a_notebook_is_named()
    {
        using var folder = new TemporaryFolder();
        folder.File("anna/.DS_Store", "x");
        Directory.CreateDirectory(Path.Combine(folder.Path, "bert", "more"));
        Assert.Equal(
            [
                new RefusedFile("anna", "anna/", "There is no notebook in this folder."),
                new RefusedFile("bert", "bert/", "There is no notebook in this folder."),
            ],
            ClassFolder.Read(folder.Path, "grades").Refused);
    }

    [Fact]
    public void The_grades_of_an_earlier_run_are_no_student()
    {
        using var folder = new TemporaryFolder();
        folder.File("anna.ipynb", "{}");
        folder.File("grades/grades.csv", "x");
        var read = ClassFolder.Read(folder.Path, Path.Combine(folder.Path, "grades") + Path.DirectorySeparatorChar);
        Assert.Equal("anna", Assert.Single(read.Notebooks).Student);
        Assert.Empty(read.Refused);
    }

    [NeedsFact(Need.Linux)]
    public void A_link_is_not_followed()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        elsewhere.File("secret.ipynb", "{}");
        folder.File("anna/a.ipynb", "{}");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "anna/b.ipynb"), Path.Combine(elsewhere.Path, "secret.ipynb"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "carl"), elsewhere.Path);
        var read = ClassFolder.Read(folder.Path, "grades");
        Assert.Equal(["anna/a.ipynb"], read.Notebooks.Select(notebook => notebook.Name));
        Assert.Equal(["anna/b.ipynb", "carl"], read.Refused.Select(file => file.Name));
        Assert.All(read.Refused, file => Assert.StartsWith("It is a link", file.Reason));
    }
}
