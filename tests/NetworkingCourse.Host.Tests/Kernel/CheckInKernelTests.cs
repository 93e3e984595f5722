namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>What a learner's code can do to a check in the embedded kernel: the next cell runs, and nothing goes on
/// spinning.</summary>
public sealed class CheckInKernelTests
{
    private const string Load =
        """
        #r "bin/NetworkingCourse.dll"
        using System;
        using System.Net.Sockets;
        using System.Threading;
        using NetworkingCourse;
        using NetworkingCourse.ServerArchitecture;
        """;

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("while (true) { try { throw new Exception(); } catch (Exception) { } }")]
    [InlineData("while (true) { Thread.Sleep(10); }")]
    [InlineData("var sum = 0; for (;;) { sum += System.Linq.Enumerable.Range(0, 50).Count(); }")]
    public async Task Code_that_never_ends_is_stopped(string loop)
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        await kernel.ValueAsync(
            $"static Thread running;\nstatic int FindEnd(ReadOnlySpan<byte> received)\n{{ running = Thread.CurrentThread; {loop} "
                + $"}}");

        var verdict = await kernel.ValueAsync("Exercises.FindEnd.Check(FindEnd, keep: false).ToText()");
        Assert.Contains("expected: an end", verdict);
        Assert.DoesNotContain("OperationCanceledException", verdict);
        Assert.Contains("Your code did not come to an end. It was stopped.", verdict);
        Assert.Contains("True", await kernel.ValueAsync("running.Join(20_000)"));
    }

    [Fact]
    public async Task A_thread_that_an_answer_has_started_ends_with_the_check()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        await kernel.ValueAsync(
            """
            static Thread started;
            static int FindEnd(ReadOnlySpan<byte> received)
            {
                if (started == null)
                {
                    started = new Thread(() => { while (true) { } }) { IsBackground = true };
                    started.Start();
                }

                return received.IndexOf((byte)'?') is >= 0 and var at ? at + 1 : -1;
            }
            """);
        var verdict = await kernel.ValueAsync("Exercises.FindEnd.Check(FindEnd, keep: false).ToText()");
        Assert.StartsWith("[right]", verdict, StringComparison.Ordinal);
        Assert.Contains("True", await kernel.ValueAsync("started.Join(20_000)"));
    }

    [Theory]
    [InlineData("new CancellationToken(true).ThrowIfCancellationRequested(); return 0;", "OperationCanceledException")]
    [InlineData("throw new ThreadInterruptedException();", "ThreadInterruptedException")]
    public async Task An_exception_that_looks_like_a_stop_is_an_exception(string code, string exception)
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        await kernel.ValueAsync($"static int FindEnd(ReadOnlySpan<byte> received) {{ {code} }}");
        var verdict = await kernel.ValueAsync("Exercises.FindEnd.Check(FindEnd, keep: false).ToText()");
        Assert.StartsWith("[not yet]", verdict, StringComparison.Ordinal);
        Assert.Contains(exception, verdict);
    }

    [Fact]
    public async Task A_version_that_does_not_compile_is_not_judged_by_the_one_before_it()
    {
        const string Check = "Exercises.FindEnd.Check(FindEnd, keep: false).ToText()";
        const string Right =
            "static int FindEnd(ReadOnlySpan<byte> received) => received.IndexOf((byte)'?') is >= 0 and var at ? ";
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        await kernel.ValueAsync(Right + "at + 1 : -1;");
        Assert.StartsWith("[right]", await kernel.ValueAsync(Check), StringComparison.Ordinal);

        Assert.NotNull((await kernel.RunAsync(Right + "at + : -1;")).Error);
        var verdict = await kernel.ValueAsync(Check);
        Assert.StartsWith("[not yet]", verdict, StringComparison.Ordinal);
        Assert.Contains("The last cell that defines `FindEnd` did not compile", verdict);

        Assert.NotNull((await kernel.RunAsync("int Other( => 1;")).Error);
        await kernel.ValueAsync(Right + "at + 1 : -1;");
        Assert.StartsWith("[right]", await kernel.ValueAsync(Check), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_that_defines_and_checks_is_judged_by_itself()
    {
        const string Check = "\nExercises.FindEnd.Check(FindEnd, keep: false).ToText()";
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        Assert.NotNull((await kernel.RunAsync("static int FindEnd(ReadOnlySpan<byte> received) => ;" + Check)).Error);
        Assert.StartsWith(
            "[right]",
            await kernel.ValueAsync(
                "static int FindEnd(ReadOnlySpan<byte> received) => received.IndexOf((byte)'?') is >= 0 and var at ? at + 1 : -1;"
                    + Check),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_that_a_lambda_makes_is_told_to_be_an_earlier_one()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("class Mine { public int Number => 1; }");
        Assert.NotNull((await kernel.RunAsync("class Mine { public int Number => ; }")).Error);
        Assert.Equal("1", await kernel.ValueAsync("Func<Mine> make = () => new Mine();\nmake().Number"));
        Assert.Contains("The last cell that defines 'Mine' did not compile", kernel.Output);
    }

    [Fact]
    public async Task A_server_that_does_not_compile_is_not_judged_by_the_one_before_it()
    {
        const string Server = "class Mine { public int Number => 1; }";
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        await kernel.ValueAsync("using NetworkingCourse.Checking;\n" + Server);
        const string Objection =
            "typeof(Exercise).Assembly.GetType(\"NetworkingCourse.Checking.LaterDefinition\").GetMethod(\"Objection\")"
                + ".Invoke(null, [new Mine()]) ?? \"none\"";
        Assert.Equal("none", await kernel.ValueAsync(Objection));
        Assert.NotNull((await kernel.RunAsync(Server + " }")).Error);
        Assert.Contains("`Mine` did not compile", await kernel.ValueAsync(Objection));
    }

    [Fact]
    public async Task A_class_of_which_a_method_is_missing_is_not_taken_for_a_stub()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load + "\nusing NetworkingCourse.Network;\nusing NetworkingCourse.Packets;");
        await kernel.ValueAsync(
            """
            class OwnCache : AnswerCache
            {
                System.Collections.Generic.Dictionary<string, DnsAnswer> kept = new();
                public override void Store(string name, DnsType type, DnsAnswer answer, int now) => kept[name] = answer;
                public override DnsAnswer Find(string name, DnsType type, int now) => throw new NotImplementedException();
            }
            """);
        var verdict = await kernel.ValueAsync("Exercises.AnswerCache.Check(() => new OwnCache(), keep: false).ToText()");
        Assert.StartsWith("[not yet]", verdict, StringComparison.Ordinal);
        Assert.Contains("`Find` still throws its `NotImplementedException`", verdict);
    }

    [Fact]
    public async Task Code_that_calls_itself_without_end_is_told_so()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        await kernel.ValueAsync("static int FindEnd(ReadOnlySpan<byte> received) => FindEnd(received) + 1;");

        var verdict = await kernel.ValueAsync("Exercises.FindEnd.Check(FindEnd, keep: false).ToText()");
        Assert.Contains("Does a method call itself without end?", verdict);
        Assert.Equal("2", await kernel.ValueAsync("1 + 1"));
    }

    [Theory]
    [InlineData("static string FindEnd(ReadOnlySpan<byte> received) => \"\";")]
    [InlineData("static int FindEnd(byte[] received) => 0;")]
    public async Task An_earlier_answer_is_not_taken_for_the_last_one(string last)
    {
        const string check = "Exercises.FindEnd.Check(FindEnd, keep: false).ToText()";
        const string right =
            "static int FindEnd(ReadOnlySpan<byte> received) => received.IndexOf((byte)'?') is >= 0 and var at ? at + 1 : -1;";
        using var other = new KernelSession();
        await other.ValueAsync(Load);
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        await kernel.ValueAsync(right);
        Assert.StartsWith("[right]", await kernel.ValueAsync(check), StringComparison.Ordinal);
        await other.ValueAsync("1");
        await other.ValueAsync("2");
        await other.ValueAsync("3");
        await other.ValueAsync(last);
        Assert.StartsWith("[right]", await kernel.ValueAsync(check), StringComparison.Ordinal);

        await kernel.ValueAsync(last);
        var verdict = await kernel.ValueAsync(check);
        Assert.StartsWith("[not yet]", verdict, StringComparison.Ordinal);
        Assert.Contains("Give the new one the types of the stub", verdict!.Replace('\n', ' '), StringComparison.Ordinal);

        await kernel.ValueAsync(right);
        Assert.StartsWith("[right]", await kernel.ValueAsync(check), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lambda_is_taken_for_no_earlier_answer()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        await kernel.ValueAsync(
            """
            var mark = (byte)'?';
            FindEndExercise.Answer answer = received => received.IndexOf(mark) is >= 0 and var at ? at + 1 : -1;
            """);
        await kernel.ValueAsync("Func<int> another = () => mark;");
        var verdict = await kernel.ValueAsync("Exercises.FindEnd.Check(answer, keep: false).ToText()");
        Assert.StartsWith("[right]", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_spins_is_stopped_with_it()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        await kernel.ValueAsync(
            """
            static Thread running;
            static readonly ManualResetEventSlim accepted = new();
            static void Serve(Socket listener, Serving serving)
            {
                running = Thread.CurrentThread;
                using var client = listener.Accept();
                accepted.Set();
                while (client.Receive(new byte[10]) >= 0) { }
            }
            """);

        await kernel.ValueAsync(
            """
            var server = Architecture.Own("spinning", Serve).Start();
            var client = await Client.ConnectAsync(server.EndPoint);
            await client.DisposeAsync();
            accepted.Wait();
            await server.StopAsync(TimeSpan.Zero);
            """);
        Assert.Contains("True", await kernel.ValueAsync("running.Join(20_000)"));
    }

    [Fact]
    public async Task A_stub_is_not_attempted()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Load);
        await kernel.ValueAsync("static int Stub(ReadOnlySpan<byte> received) => throw new NotImplementedException();");
        Assert.Contains(
            "not attempted yet", await kernel.ValueAsync("Exercises.FindEnd.Check(Stub, keep: false).ToText()"));
    }
}
