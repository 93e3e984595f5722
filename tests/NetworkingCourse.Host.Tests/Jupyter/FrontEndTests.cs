using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>The kernel, driven by Jupyter's own client as front ends drive it.</summary>
[Collection(KernelInFrontEnds.Title)]
public sealed class FrontEndTests(InstalledKernel kernel)
{
    [NeedsFact(Need.Jupyter)]
    public void Cells_share_variables_and_their_values_come_in_both_forms_with_the_number_of_the_cell()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        frontEnd.Value("var x = 20;");
        var shown = frontEnd.Execute(
            "Console.WriteLine(\"до 世界 🦊\");\n"
            + "Console.Error.WriteLine(\"err\");\n"
            + "new[] { new { Name = \"<a>\", Port = 2 * x } }");
        Assert.Equal("до 世界 🦊\n", shown.Text("stdout"));
        Assert.Equal("err\n", shown.Text("stderr"));
        var result = Assert.Single(shown.Outputs, output => output.Type == "execute_result").Content;
        Assert.Equal(2, (int)result["execution_count"]!);
        Assert.Equal(2, (int)shown.Reply["execution_count"]!);
        Assert.Contains("&lt;a&gt;", (string?)result["data"]!["text/html"], StringComparison.Ordinal);
        Assert.Contains("40", (string?)result["data"]!["text/plain"], StringComparison.Ordinal);
    }

    [NeedsFact(Need.Jupyter)]
    public void What_is_silent_takes_no_number_and_shows_nothing_and_expressions_leave_no_trace()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        var silent = frontEnd.Execute("var hidden = 1; Console.WriteLine(hidden); hidden", ("silent", true));
        Assert.Empty(silent.Outputs);
        var expressions = new JsonObject { ["twice"] = "2 * hidden", ["wrong"] = "nothing" };
        var counted = frontEnd.Execute("hidden + 1", ("user_expressions", expressions));
        Assert.Equal(("2", 1), (counted.Value, (int)counted.Reply["execution_count"]!));
        Assert.Equal("2", (string?)counted.Reply["user_expressions"]!["twice"]!["data"]!["text/plain"]);
        Assert.Equal("error", (string?)counted.Reply["user_expressions"]!["wrong"]!["status"]);
        Assert.Equal(1, (int)frontEnd.Execute("1", ("store_history", false)).Reply["execution_count"]!);
        Assert.Equal(2, (int)frontEnd.Execute("1").Reply["execution_count"]!);
    }

    [NeedsFact(Need.Jupyter)]
    public void Cells_in_line_behind_one_that_fails_are_not_run_unless_the_front_end_says_so()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        var failing = frontEnd.Begin("await Task.Delay(2_000);\nthrow new InvalidOperationException(\"mine\");");
        var next = frontEnd.Begin("var ran = true;");
        Assert.Equal("InvalidOperationException", frontEnd.End(failing).ErrorName);
        Assert.Equal("aborted", frontEnd.End(next).Status);
        failing = frontEnd.Begin(
            "await Task.Delay(2_000);\nthrow new InvalidOperationException(\"mine\");",
            ("stop_on_error", false));
        next = frontEnd.Begin("1");
        Assert.Equal("error", frontEnd.End(failing).Status);
        Assert.Equal("ok", frontEnd.End(next).Status);
    }

    [NeedsFact(Need.Jupyter)]
    public void Errors_point_at_the_learners_code()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        var wrong = frontEnd.Execute("var a = 1;\nvar b = a + nix;");
        Assert.Equal(
            [
                InRed("cell 1, line 2, column 13: CS0103: The name 'nix' does not exist in the current context (If it comes")
                    + "\n" + InRed("from a cell above, run that cell first.)"),
                "    var b = a + nix;",
                "                ^",
            ],
            Trace(wrong));
        var thrown = frontEnd.Execute(
            "void Fails(int n)\n"
            + "{\n"
            + "    if (n == 0) throw new InvalidOperationException(\"mine\");\n"
            + "    Fails(n - 1);\n"
            + "}\n"
            + "Fails(1);");
        Assert.Equal(
            [
                InRed("System.InvalidOperationException: mine"),
                "   at Fails() in cell 2, line 3",
                "   at Fails() in cell 2, line 4",
                "   at cell 2, line 6",
            ],
            Trace(thrown));
    }

    [NeedsFact(Need.Jupyter)]
    public void What_a_cell_reads_its_reader_is_asked_for_where_that_is_possible()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        var read = frontEnd.Execute(
            "Console.Write(\"Who? \");\nvar who = Console.ReadLine();\nwho + Console.ReadLine()",
            ("answers", new JsonArray("Ann", "Bé")),
            ("allow_stdin", true));
        Assert.Equal(("AnnBé", 2), (read.Value, read.Asked));
        Assert.Equal("InvalidOperationException", frontEnd.Execute("Console.ReadLine()", ("allow_stdin", false)).ErrorName);
        var waiting = frontEnd.Begin("Console.WriteLine(\"begun\");\nConsole.ReadLine()", ("allow_stdin", true));
        frontEnd.Do("late", ("id", waiting), ("text", "begun"));
        frontEnd.Do("interrupt");
        Assert.Equal("Interrupted", frontEnd.End(waiting).ErrorName);
        Assert.Equal("2", frontEnd.Value("1 + 1"));
    }

    [NeedsFact(Need.Jupyter)]
    public void Values_are_displayed_updated_and_cleared()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        var shown = frontEnd
            .Execute("var d = display(1);\nd.Update(2);\nClearOutput(wait: true);\nConsole.Write(\"after\");")
            .Outputs.ToList();
        Assert.Equal(["display_data", "update_display_data", "clear_output", "stream"], shown.Select(output => output.Type));
        Assert.NotNull(shown[0].Content["transient"]!["display_id"]);
        Assert.Equal(
            (string?)shown[0].Content["transient"]!["display_id"], (string?)shown[1].Content["transient"]!["display_id"]);
        Assert.Equal("2", (string?)shown[1].Content["data"]!["text/plain"]);
        Assert.True((bool)shown[2].Content["wait"]!);
    }

    [NeedsFact(Need.Jupyter)]
    public void Completion_and_inspection_know_the_framework_the_course_and_the_cells_before()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        frontEnd.Value(
            "#r \"bin/NetworkingCourse.dll\"\n"
            + "using NetworkingCourse;\n"
            + "/// <summary>Adds.</summary>\n"
            + "int Plus(int left, int right) => left + right;");
        Assert.Contains("WriteLine", Completed(frontEnd, "Console.Wri"));
        Assert.Contains("StopAllAsync", Completed(frontEnd, "RunningServers.Sto"));
        Assert.Contains("Plus", Completed(frontEnd, "var y = Pl"));
        Assert.Contains(
            "Writes the text representation",
            Inspected(frontEnd, "Console.WriteLine(1)", "Console.Write".Length),
            StringComparison.Ordinal);
        Assert.Contains(
            "Notebooks call it at the end",
            Inspected(frontEnd, "RunningServers.StopAllAsync(", "RunningServers.StopAllAsync(".Length),
            StringComparison.Ordinal);
        Assert.Contains(
            "Plus(int left, int right)",
            Inspected(frontEnd, "Plus(1, ", "Plus(1, ".Length),
            StringComparison.Ordinal);
        // Places are counted in code points: the fox is a single one, but two units of UTF-16.
        var afterFox = frontEnd.Ask("complete_request", new JsonObject { ["code"] = "\"🦊\".Len", ["cursor_pos"] = 7 });
        Assert.Equal((4, 7), ((int)afterFox["cursor_start"]!, (int)afterFox["cursor_end"]!));
        Assert.Equal("Length", (string?)Assert.Single(afterFox["matches"]!.AsArray()));
    }

    [NeedsFact(Need.Jupyter)]
    public void Whether_code_is_complete_is_the_compilers_judgement()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        var judgements = new[]
        {
            ("1 + 1", "complete", null),
            ("void F()\n{", "incomplete", "    "),
            ("if (true) { Console.Write(", "incomplete", "        "),
            ("1 + ) 2", "invalid", null),
            ("", "complete", null),
        };
        foreach (var (code, status, indent) in judgements)
        {
            var reply = frontEnd.Ask("is_complete_request", new JsonObject { ["code"] = code });
            Assert.Equal((code, status, indent), (code, (string?)reply["status"], (string?)reply["indent"]));
        }
    }

    [NeedsFact(Need.Jupyter)]
    public void History_tells_what_was_run()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        frontEnd.Value("var a = 1;");
        frontEnd.Value("a + 1");
        frontEnd.Value("a + 2");
        Assert.Equal("[[1,2,\"a \\u002B 1\"],[1,3,\"a \\u002B 2\"]]", Asked("tail", ("n", 2)));
        Assert.Equal(
            "[[1,2,[\"a \\u002B 1\",\"2\"]]]",
            Asked("range", ("start", 2), ("stop", 3), ("session", 0), ("output", true)));
        Assert.Equal("[[1,1,\"var a = 1;\"]]", Asked("search", ("pattern", "var*")));

        string Asked(string access, params (string Name, JsonNode? Value)[] more)
        {
            var content = new JsonObject { ["hist_access_type"] = access, ["raw"] = true, ["output"] = false };
            foreach (var (name, value) in more)
            {
                content[name] = value;
            }

            return frontEnd.Ask("history_request", content)["history"]!.ToJsonString();
        }
    }

    [NeedsFact(Need.Jupyter)]
    public void Output_of_background_threads_reaches_their_cell_after_its_end_and_their_exceptions_are_survived()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        frontEnd.Value("var go = new System.Threading.ManualResetEventSlim();");
        var id = frontEnd.Begin(
            "new System.Threading.Thread(() => "
            + "{ go.Wait(); Console.WriteLine(\"late\"); throw new InvalidOperationException(\"mine\"); }).Start();");
        frontEnd.End(id);
        frontEnd.Value("go.Set();");
        Assert.Contains(
            "System.InvalidOperationException: mine",
            (string?)frontEnd.Do("late", ("id", id), ("text", "mine")),
            StringComparison.Ordinal);
        Assert.Equal("2", frontEnd.Value("1 + 1"));
    }

    [NeedsFact(Need.Jupyter)]
    public void A_flood_comes_complete_and_in_order_up_to_what_can_be_shown_and_then_says_so()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        var lines = frontEnd.Execute("for (var i = 0; i < 10_000; i++) Console.WriteLine($\"line {i}\");");
        var expected = Enumerable.Range(0, 10_000).Select(i => FormattableString.Invariant($"line {i}\n"));
        Assert.Equal(string.Concat(expected), lines.Text("stdout"));
        Assert.InRange(lines.Outputs.Count(), 1, 200);
        var flood = frontEnd.Execute("for (var i = 0; i < 100_000; i++) Console.WriteLine(new string('x', 99));");
        Assert.Equal(1_000_000, flood.Text("stdout").Length);
        Assert.Contains("the rest is left out", flood.Text("stderr"), StringComparison.Ordinal);
        var displays = frontEnd.Execute("for (var i = 0; i < 1_000; i++) display(i);");
        Assert.Equal(200, displays.Outputs.Count(output => output.Type == "display_data"));
        Assert.Contains("the rest is left out", displays.Text("stderr"), StringComparison.Ordinal);
        Assert.Equal("2", frontEnd.Value("1 + 1"));
    }

    [NeedsFact(Need.Jupyter)]
    public void A_huge_cell_runs()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        Assert.Equal("2000000", frontEnd.Value($"var text = \"{new string('ü', 2_000_000)}\";\ntext.Length"));
    }

    [NeedsFact(Need.Jupyter)]
    public void Forged_and_malformed_messages_are_dropped_and_the_kernel_lives_on()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        frontEnd.Do("forge");
        Assert.Equal("2", frontEnd.Value("1 + 1"));
        Assert.Equal("error", frontEnd.Execute("forged").Status);
        var logged = frontEnd.EndAndErrors();
        Assert.Contains("its signature is wrong", logged, StringComparison.Ordinal);
        Assert.Contains("parts of it are missing", logged, StringComparison.Ordinal);
        Assert.Contains("this kernel does not handle no_such_request", logged, StringComparison.Ordinal);
        Assert.Equal(12 + 4, logged.Split('\n').Count(line => line.Contains("it is not JSON", StringComparison.Ordinal)));
    }

    [NeedsFact(Need.Jupyter)]
    public void Who_has_no_key_cannot_make_the_kernel_take_memory()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        frontEnd.Do("announce", ("size", 1 << 30));
        Assert.Equal("2", frontEnd.Value("1 + 1"));
    }

    [NeedsFact(Need.Jupyter)]
    public void Widgets_that_nobody_knows_are_closed_and_none_is_open()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        Assert.Empty(frontEnd.Ask("comm_info_request", [])["comms"]!.AsObject());
        var info = frontEnd.Ask("kernel_info_request", []);
        var language = info["language_info"]!;
        Assert.Equal(
            ("5.3", "C#", ".cs"),
            ((string?)info["protocol_version"], (string?)language["name"], (string?)language["file_extension"]));
    }

    [NeedsFact(Need.Jupyter)]
    public void Two_kernels_run_side_by_side()
    {
        using var one = FrontEnd.Start(kernel);
        using var other = FrontEnd.Start(kernel);
        one.Value("var x = 1;");
        other.Value("var x = 2;");
        Assert.Equal(("1", "2"), (one.Value("x"), other.Value("x")));
    }

    private static string InRed(string text) => $"\e[31m{text}\e[0m";

    private static IEnumerable<string?> Trace(Execution
        execution) => execution.Reply["traceback"]!.AsArray().Select(line => (string?)line);

    private static IEnumerable<string?> Completed(FrontEnd frontEnd, string code)
    {
        var request = new JsonObject { ["code"] = code, ["cursor_pos"] = code.Length };
        return frontEnd.Ask("complete_request", request)["matches"]!.AsArray().Select(match => (string?)match);
    }

    private static string Inspected(FrontEnd frontEnd, string code, int position)
    {
        var request = new JsonObject { ["code"] = code, ["cursor_pos"] = position, ["detail_level"] = 0 };
        return (string?)frontEnd.Ask("inspect_request", request)["data"]!["text/plain"] ?? "";
    }
}
