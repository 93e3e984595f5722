namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>The stop button: whatever a cell does, it stops, the variables stay, and the next cell runs. By message and by signal.</summary>
[Collection(JupyterTests.Title)]
public sealed class InterruptTests(InstalledKernel kernel)
{
    private static readonly string[] Endless =
    [
        "while (true) { }",
        "while (true) ;",
        "again: goto again;",
        "await Task.Yield();\nwhile (true) { }",
        "Thread.Sleep(Timeout.Infinite);",
        "await Task.Yield();\nThread.Sleep(Timeout.Infinite);",
        "await Task.Delay(Timeout.Infinite);",
        "new TaskCompletionSource().Task.Wait();",
        "await Task.Run(() => { while (true) { } });",
        "listener.AcceptSocket();",
        "await listener.AcceptSocketAsync();",
        "while (true) { try { Thread.Sleep(10); } catch { } }",
        "while (true) Console.WriteLine(\"flood\");",
        "lock (kept) Monitor.Wait(kept);",
        "IEnumerable<int> Ever() { while (true) yield return 1; }\nEver().Where(x => x == 2)",
    ];

    // Not by a signal: front ends send it to the whole group of processes, and a program that the cell waits for may end of it before the cell does.
    private const string WaitsForAProgram = "System.Diagnostics.Process.Start(\"sleep\", \"60\").WaitForExit();";

    [JupyterFact]
    public void Whatever_a_cell_does_it_is_stopped_by_a_message() => StopAll("message", [.. Endless, WaitsForAProgram]);

    [JupyterFact]
    public void Whatever_a_cell_does_it_is_stopped_by_a_signal()
    {
        if (!OperatingSystem.IsWindows())
        {
            StopAll("signal", Endless);
        }
    }

    [JupyterFact]
    public void A_cell_that_was_stopped_does_nothing_any_more()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        frontEnd.Value("using System.Net;\nusing System.Net.Sockets;\nvar done = new List<string>();\nvar listener = new TcpListener(IPAddress.Loopback, 0);\nlistener.Start();");
        Stop(frontEnd, "Console.WriteLine(\"begun\");\nvar mine = 5;\nwhile (true) { await Task.Delay(1); done.Add(\"awaited\"); }");
        Stop(frontEnd, "Console.WriteLine(\"begun\");\nvar peer = listener.AcceptSocket();\ndone.Add(\"accepted\");");
        // The one left behind in accept is woken by this, and must stop then.
        var after = frontEnd.Value("var before = done.Count;\nusing (var client = new TcpClient()) { client.Connect((IPEndPoint)listener.LocalEndpoint); }\nusing (var second = new TcpClient()) { second.Connect((IPEndPoint)listener.LocalEndpoint); using var accepted = await listener.AcceptSocketAsync(); }\nawait Task.Delay(100);\n$\"{done.Count - before}, {mine}, {done.Contains(\"accepted\")}\"");
        Assert.Equal("0, 5, False", after);
    }

    private void StopAll(string mode, string[] cells)
    {
        using var frontEnd = FrontEnd.Start(kernel, mode);
        frontEnd.Value("using System.Net;\nusing System.Net.Sockets;\nusing System.Threading;\nvar kept = new List<int> { 42 };\nvar listener = new TcpListener(IPAddress.Loopback, 0);\nlistener.Start();");
        foreach (var code in cells)
        {
            var stopped = Stop(frontEnd, "Console.WriteLine(\"begun\");\n" + code);
            Assert.Equal((code, "Interrupted"), (code, stopped.ErrorName));
            Assert.Equal("42", frontEnd.Value("kept[0]"));
        }
    }

    /// <summary>Begins a cell, and stops it when it has said that it runs.</summary>
    private static Execution Stop(FrontEnd frontEnd, string code)
    {
        var id = frontEnd.Begin(code);
        try
        {
            frontEnd.Do("late", ("id", id), ("text", "begun"));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"This cell did not begin: {code}", exception);
        }

        frontEnd.Do("interrupt");
        return frontEnd.End(id);
    }
}
