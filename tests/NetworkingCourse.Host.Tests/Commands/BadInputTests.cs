namespace NetworkingCourse.Host.Tests.Commands;

public sealed class BadInputTests
{
    public static TheoryData<string, string[]> Unusable => new()
    {
        { "no notebook missing.ipynb", ["run", "missing.ipynb"] },
        { "not JSON", ["run", "text.ipynb"] },
        { "not a notebook", ["run", "object.ipynb"] },
        { "python", ["run", "python.ipynb"] },
        { "nbformat 3", ["run", "old.ipynb"] },
        { "no notebook in the folder", ["run", "empty"] },
        { "--out DIR", ["run", "good.ipynb", "--out", "text.ipynb"] },
        { "--timeout", ["run", "good.ipynb", "--timeout", "-1"] },
        { "--timeout", ["run", "good.ipynb", "--timeout", "soon"] },
        { "There is no command 'walk'. There are: run, serve", ["walk"] },
        { "There is no option --unknown for 'run'. There are: --out DIR, --without-solutions, --open", ["run", "--unknown"] },
        { "There is no option --unknown for 'run'", ["run", "good.ipynb", "--unknown=5"] },
        { "There is no option -x for 'serve'. There are: --list, --quiet, --port N, --think MS, --workers N", ["serve", "-x"] },
        { "There is no option --unknown for 'serve'", ["serve", "async", "--unknown"] },
        { "There is no option --unknown. There are: --help", ["--unknown"] },
        { "There is no notebook --file", ["run", "--", "--file"] },
        { "write 'run' before it: run good.ipynb", ["good.ipynb"] },
        { "--out comes before 'run'", ["--out", "results", "run", "good.ipynb"] },
        { "--out needs a value: --out DIR", ["run", "good.ipynb", "--out"] },
        { "empty", ["run", "good.ipynb", "--out", ""] },
        { "empty", ["run", ""] },
        { "one argument too many", ["serve", "async", "threaded"] },
        { "overwrite the notebooks", ["run", "notebooks", "--out", "."] },
        { "both be written as same.ipynb", ["run", "one", "two"] },
        { "no notebook missing.ipynb", ["clean", "missing.ipynb"] },
        { "no notebook in the folder", ["clean", "empty"] },
        { "There is no option --unknown for 'clean'. There are: --check", ["clean", "--unknown"] },
        { "--think 1,5: give a think time in milliseconds", ["serve", "async", "--think", "1,5"] },
        { "Choose one of: sequential", ["serve", "telepathic"] },
        { "Say which server", ["serve"] },
        { "--port", ["serve", "async", "--port", "-1"] },
        { "--port", ["serve", "async", "--port", "70000"] },
        { "--think", ["serve", "async", "--think", "-5"] },
        { "--workers", ["serve", "threaded", "--workers", "0"] },
        {
            "--user does not apply to 'async'. It takes: --port N, --think MS, --workers N.",
            ["serve", "async", "--user", "li:secret"]
        },
        {
            "--think does not apply to 'proxy'. It takes: --port N, --user NAME:PASSWORD, --root FILE.",
            ["serve", "proxy", "--think", "5"]
        },
        { "--user: give a name and a password separated by a colon", ["serve", "proxy", "--user", "li"] },
        { "--tls-port", ["serve", "origin", "--tls-port", "-1"] },
        { "missing", ["serve", "origin", "--root", "missing/root.pem"] },
        { "There is no folder or file missing.", ["compare", "run.json", "missing"] },
        { "The folder empty has no run.json", ["compare", "empty", "run.json"] },
        { "text.ipynb is not the record of a run", ["compare", "run.json", "text.ipynb"] },
        { "object.ipynb is the record of no notebook", ["compare", "object.ipynb", "run.json"] },
        { "old.json was written by an earlier version", ["compare", "run.json", "old.json"] },
        { "have no measurement in common", ["compare", "run.json", "run.json"] },
        { "Required argument missing", ["compare", "run.json"] },
        { "--kernels 1: give a number of kernels, 2 to 500.", ["bench", "kernels", "--kernels", "1"] },
        { "There is no run.json in the folder 'empty'. Run the notebooks first", ["pictures", "empty"] },
        { "There is no run.json in the folder 'missing'.", ["pictures", "missing"] },
        { "There is no folder missing.", ["grade", "missing"] },
        { "text.ipynb is a file. Name the folder", ["grade", "text.ipynb"] },
        { "There is nothing in the folder empty.", ["grade", "empty"] },
        { "Required argument missing", ["grade"] },
        { "--memory 5: give a size in MB, 200 to 1000000.", ["grade", "empty", "--memory", "5"] },
        { "There is no option --unknown for 'compare'. There are: --out FILE.html", ["compare", "a", "b", "--unknown"] },
        {
            "There is no option --unknown for 'bundle'. There are: --for LIST, --without-solutions, --book DIR, --out DIR",
            ["bundle", "--unknown"]
        },
        { "--for dos: there is no such system. Name win, mac, linux; or win-x64, ", ["bundle", "--for", "win,dos"] },
        { "--for names no system", ["bundle", "--for", ","] },
        { "The folder notebooks is not empty", ["bundle", "--out", "notebooks"] },
        { "run.json is a file", ["bundle", "--out", "run.json"] },
        { "empty", ["bundle", "--out", ""] },
        { "There is no book in empty", ["bundle", "--book", "empty"] },
        { "made from the course's project folder, with its sources", ["bundle"] },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task What_cannot_be_used_gets_one_line_that_says_what_to_do_and_exit_code_2(string says, string[] arguments)
    {
        using var folder = new TemporaryFolder();
        folder.File("text.ipynb", "hello");
        folder.File("object.ipynb", "{}");
        folder.File(
            "python.ipynb",
            """{"cells": [], "metadata": {"kernelspec": {"language": "python"}}, "nbformat": 4, "nbformat_minor": 5}""");
        folder.File("old.ipynb", """{"cells": [], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}""");
        const string record = """{"notebooks": {"x": {"title": "x", "outcome": "ok", "succeeded": true, "figures": []""";
        folder.File("old.json", record + "}}}");
        folder.File("run.json", record + ", \"measured\": []}}}");
        folder.Notebook("good.ipynb", ("1", []));
        folder.Notebook("notebooks/good.ipynb", ("1", []));
        folder.Notebook("one/same.ipynb", ("1", []));
        folder.Notebook("two/same.ipynb", ("1", []));
        Directory.CreateDirectory(Path.Combine(folder.Path, "empty"));
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, arguments);
        Assert.Equal(2, exit);
        Assert.Equal("", output);
        Assert.Contains(says, errors);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    [InlineData("serve", "--help")]
    [InlineData("clean", "--help")]
    [InlineData("compare", "--help")]
    [InlineData("bundle", "--help")]
    [InlineData("grade", "--help")]
    [InlineData("pictures", "--help")]
    public async Task Help_is_everywhere(params string[] arguments)
    {
        var (exit, output, _) = await CourseProgram.RunAsync(Repository.Root, arguments);
        Assert.Equal(0, exit);
        Assert.Contains("Usage:", output);
        Assert.DoesNotContain("kernel-worker", output);
    }
}
