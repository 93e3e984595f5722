using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Kernel;

public sealed class KernelTests
{
    [Fact]
    public async Task Variables_methods_types_and_usings_last_from_cell_to_cell()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("using System.IO;\nvar x = 20;\nint Twice(int n) => 2 * n;\nrecord Pair(int A, int B);");
        Assert.Equal("42", await kernel.ValueAsync("Twice(x) + new Pair(1, 2).B"));
        Assert.Equal("a.txt", await kernel.ValueAsync("Path.GetFileName(\"/x/a.txt\")"));
        Assert.Equal("new", await kernel.ValueAsync("var x = \"new\";\nx"));
    }

    [Fact]
    public async Task A_cell_that_fails_leaves_earlier_variables_and_what_it_had_assigned()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("var kept = 1;");
        await kernel.ErrorAsync("this does not compile");
        await kernel.ErrorAsync("kept = 2; throw new InvalidOperationException(\"no\");");
        Assert.Equal("2", await kernel.ValueAsync("kept"));
    }

    [Fact]
    public async Task Top_level_await_works_and_an_awaited_value_is_shown()
    {
        using var kernel = new KernelSession();
        Assert.Equal("7", await kernel.ValueAsync("await Task.Yield();\nawait Task.FromResult(7)"));
    }

    [Fact]
    public async Task Only_a_last_expression_without_a_semicolon_is_shown()
    {
        using var kernel = new KernelSession();
        Assert.Null(await kernel.ValueAsync("1.ToString();"));
        Assert.Null(await kernel.ValueAsync("Console.WriteLine(1)"));
        Assert.Null(await kernel.ValueAsync("// nothing\n"));
        Assert.Equal("2", await kernel.ValueAsync("1 + 1"));
    }

    [Fact]
    public async Task Values_come_as_html_and_as_text()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("new[] { new { Name = \"<a>\", Port = 80 } }");
        var data = kernel.Events.OfType<KernelEvent.Result>().Single().Data;
        Assert.Contains("<table", data[MimeBundle.Html]);
        Assert.Contains("&lt;a&gt;", data[MimeBundle.Html]);
        Assert.NotNull(data[MimeBundle.PlainText]);
    }

    [Fact]
    public async Task The_course_library_shows_its_values_its_own_way_also_in_both_forms()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("#r \"bin/NetworkingCourse.dll\"\nusing NetworkingCourse.Display;\nnew Table([\"a\"], [[1]])");
        var data = kernel.Events.OfType<KernelEvent.Result>().Single().Data;
        Assert.Contains("class=\"course-table\"", data[MimeBundle.Html]);
        Assert.StartsWith("a\n-\n1", data[MimeBundle.PlainText]);
    }

    [Fact]
    public async Task The_library_is_the_one_that_the_notebook_names_and_not_the_programs_own()
    {
        using var kernel = new KernelSession();
        var location = await kernel.ValueAsync(
            "#r \"bin/NetworkingCourse.dll\"\ntypeof(NetworkingCourse.Course).Assembly.Location");
        Assert.Equal(Path.Combine(Repository.Notebooks, "bin", "NetworkingCourse.dll"), location);
    }

    [Fact]
    public async Task Display_shows_in_the_middle_of_a_cell_and_can_be_updated()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("var shown = display(1);\n2.Display();\nshown.Update(3);");
        Assert.Equal(["1", "2"], kernel.Events.OfType<KernelEvent.Display>().Select(display => display.Data.ToString()));
        var update = kernel.Events.OfType<KernelEvent.DisplayUpdate>().Single();
        Assert.Equal("3", update.Data.ToString());
        Assert.Equal(kernel.Events.OfType<KernelEvent.Display>().First().DisplayId, update.DisplayId);
    }

    [Fact]
    public async Task Console_output_belongs_to_the_cell_that_started_the_thread_also_after_its_end()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(
            "var go = new System.Threading.ManualResetEventSlim();\n"
            + "var thread = new System.Threading.Thread(() => { go.Wait(); Console.WriteLine(\"late\"); });\n"
            + "thread.IsBackground = true;\n"
            + "thread.Start();");
        var second = await kernel.RunAsync("Console.WriteLine(\"second\");\ngo.Set();\nthread.Join();");
        var late = await kernel.WaitForAsync<KernelEvent.Stream>(
            stream => stream.Text.Contains("late", StringComparison.Ordinal));
        Assert.Equal(second.Cell - 1, late.Cell);
        var said = kernel.Events.OfType<KernelEvent.Stream>()
            .Single(stream => stream.Text.Contains("second", StringComparison.Ordinal));
        Assert.Equal(second.Cell, said.Cell);
    }

    [Fact]
    public async Task A_server_started_in_a_cell_does_not_carry_the_cell_with_it()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(
            "#r \"bin/NetworkingCourse.dll\"\n"
            + "using NetworkingCourse.ServerArchitecture;\n"
            + "var server = Architecture.Async.Start(name: \"silent\");\n"
            + "await Client.AskAsync(server, \"a?\")");
        await kernel.ValueAsync("await server.StopAsync();");
        Assert.Equal("", kernel.Output);
    }

    [Fact]
    public async Task An_exception_on_a_background_thread_is_reported_and_survived()
    {
        // In a process of its own, because the test runner treats such exceptions in its own way.
        await using var kernel = KernelProcess.Start(Repository.Notebooks);
        var reported = new TaskCompletionSource<KernelEvent.BackgroundFailure>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        void Watch(KernelEvent happened)
        {
            if (happened is KernelEvent.BackgroundFailure failure)
            {
                reported.TrySetResult(failure);
            }
        }

        var limit = TimeSpan.FromSeconds(60);
        Assert.Null(await kernel.ExecuteAsync(
            "var t = new System.Threading.Thread(() => throw new InvalidOperationException(\"background\"));\n"
            + "t.Start();\n"
            + "t.Join();",
            Watch,
            limit));
        Assert.Null(await kernel.ExecuteAsync("1 + 1", Watch, limit));
        var failure = await reported.Task.WaitAsync(limit);
        Assert.Contains("background", failure.Error.Message);
        Assert.Equal(1, failure.Cell);
    }

    [Fact]
    public async Task A_compile_error_names_line_and_column_and_shows_the_code()
    {
        using var kernel = new KernelSession();
        var error = await kernel.ErrorAsync("var a = 1;\nvar b = a + missing;");
        Assert.Contains("line 2, column 13", error.Traceback[0]);
        Assert.Contains("missing", error.Traceback[0]);
        Assert.Contains("var b = a + missing;", error.Traceback[1]);
    }

    [Fact]
    public async Task An_exception_shows_the_learners_frames_and_not_the_kernels()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("int Divide(int a, int b)\n{\n    return a / b;\n}");
        var error = await kernel.ErrorAsync("// a comment\nDivide(1, 0)");
        Assert.Equal("DivideByZeroException", error.Name);
        var text = string.Join('\n', error.Traceback);
        Assert.Contains("Divide() in cell 1, line 3", text);
        Assert.Contains("cell 2, line 2", text);
        Assert.DoesNotContain("NetworkingCourse.Host", text);
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("System.Threading.Thread.Sleep(-1);")]
    public async Task A_cancelled_cell_ends_and_the_next_one_runs(string code)
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("var kept = 5;");
        using var cancellation = new CancellationTokenSource();
        var running = kernel.RunAsync("Console.Write(\"begun\");\n" + code, cancellation.Token);
        await kernel.WaitForAsync<KernelEvent.Stream>(stream => stream.Text == "begun");
        await cancellation.CancelAsync();
        var result = await running.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(CellError.Interrupted, result.Error?.Name);
        Assert.Equal("5", await kernel.ValueAsync("kept"));
    }

    [Fact]
    public async Task A_library_that_is_replaced_while_a_kernel_has_it_open_does_not_break_that_kernel()
    {
        using var folder = new TemporaryFolder();
        var copy = Path.Combine(folder.Path, "NetworkingCourse.dll");
        File.Copy(Path.Combine(Repository.Notebooks, "bin", "NetworkingCourse.dll"), copy);
        await using var kernel = KernelProcess.Start(folder.Path);
        var limit = TimeSpan.FromSeconds(60);
        Assert.Null(await kernel.ExecuteAsync(
            "#r \"NetworkingCourse.dll\"\nusing NetworkingCourse.ServerArchitecture;\nvar one = Question.MaxBytes;",
            _ => { },
            limit));
        // The way a build does it: moved aside, then copied.
        File.Move(copy, copy + ".old");
        File.Copy(copy + ".old", copy);
        Assert.Null(await kernel.ExecuteAsync(
            "var server = Architecture.Async.Start();\n"
            + "await Client.AskAsync(server, \"still there?\");\n"
            + "await server.StopAsync();",
            _ => { },
            limit));
    }
}
