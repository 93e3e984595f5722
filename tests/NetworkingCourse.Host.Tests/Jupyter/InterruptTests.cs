namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>
/// The stop button: whatever a cell does, it stops, the variables stay, and the next cell runs. By message and by signal.
/// </summary>
[Collection(KernelInFrontEnds.Title)]
public sealed class InterruptTests(InstalledKernel kernel)
{
    /// <summary>Cells that compute, or wait in the runtime.</summary>
    private static readonly string[] Blocking =
    [
        "while (true) { }",
        "while (true) ;",
        "again: goto again;",
        "Thread.Sleep(Timeout.Infinite);",
        "new TaskCompletionSource().Task.Wait();",
        "Task.Run(() => { while (true) { } }).Wait();",
        "while (true) { try { Thread.Sleep(10); } catch { } }",
        "while (true) Console.WriteLine(\"flood\");",
        "lock (kept) Monitor.Wait(kept);",
    ];

    /// <summary>Cells that are never resumed, or wait inside the operating system.</summary>
    private static readonly string[] LeftBehind =
    [
        "await Task.Yield();\nwhile (true) { }",
        "await Task.Yield();\nThread.Sleep(Timeout.Infinite);",
        "await Task.Delay(Timeout.Infinite);",
        "await Task.Run(() => { while (true) { } });",
        "listener.AcceptSocket();",
        "await listener.AcceptSocketAsync();",
        "IEnumerable<int> Ever() { while (true) yield return 1; }\nEver().Where(x => x == 2)",
    ];

    // Not by a signal: front ends send it to the whole process group, and a program that the cell waits for may be ended by it
    // before the cell is.
    private const string WaitsForAProgram = "System.Diagnostics.Process.Start(\"sleep\", \"60\").WaitForExit();";

    [NeedsFact(Need.Jupyter)]
    public void Whatever_a_cell_does_it_is_stopped_by_a_message() => StopAll("message", [.. LeftBehind, WaitsForAProgram]);

    [NeedsFact(Need.Jupyter, Need.Signals)]
    public void Whatever_a_cell_does_it_is_stopped_by_a_signal() => StopAll("signal", LeftBehind);

    [NeedsFact(Need.Jupyter)]
    public void A_cell_that_was_stopped_does_nothing_any_more()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        frontEnd.Value(
            "using System.Net;\n"
            + "using System.Net.Sockets;\n"
            + "var done = new List<string>();\n"
            + "var listener = new TcpListener(IPAddress.Loopback, 0);\n"
            + "listener.Start();");
        Stop(
            frontEnd,
            "Console.WriteLine(\"begun\");\nvar mine = 5;\nwhile (true) { await Task.Delay(1); done.Add(\"awaited\"); }");
        Stop(frontEnd, "Console.WriteLine(\"begun\");\nvar peer = listener.AcceptSocket();\ndone.Add(\"accepted\");");
        // This wakes the one left behind in accept, which must then stop.
        var after = frontEnd.Value(
            "var before = done.Count;\n"
            + "using (var client = new TcpClient()) { client.Connect((IPEndPoint)listener.LocalEndpoint); }\n"
            + "using (var second = new TcpClient()) { second.Connect((IPEndPoint)listener.LocalEndpoint); "
            + "using var accepted = await listener.AcceptSocketAsync(); }\n"
            + "await Task.Delay(100);\n"
            + "$\"{done.Count - before}, {mine}, {done.Contains(\"accepted\")}\"");
        Assert.Equal("0, 5, False", after);
    }

    private void StopAll(string mode, string[] leftBehind)
    {
        using var frontEnd = FrontEnd.Start(kernel, mode);
        frontEnd.Value(
            "using System.Net;\n"
            + "using System.Net.Sockets;\n"
            + "using System.Threading;\n"
            + "var kept = new List<int> { 42 };\n"
            + "var ended = 0;\n"
            + "var listener = new TcpListener(IPAddress.Loopback, 0);\n"
            + "listener.Start();");
        for (var i = 0; i < Blocking.Length; i++)
        {
            // It announces itself inside the try: a stop that comes before that has nothing to clean up.
            IsStopped(frontEnd, Blocking[i], "try { ", " } finally { ended++; }");
            // It has ended by itself: the kernel does not wait for a cell that does not end, and the next cell would find this
            // unchanged.
            Assert.Equal((Blocking[i], FormattableString.Invariant($"{i + 1}")), (Blocking[i], frontEnd.Value("ended")));
        }

        foreach (var code in leftBehind)
        {
            IsStopped(frontEnd, code);
        }
    }

    private static void IsStopped(FrontEnd frontEnd, string code, string before = "", string after = "")
    {
        var stopped = Stop(frontEnd, $"{before}Console.WriteLine(\"begun\");\n{code}{after}");
        Assert.Equal((code, "Interrupted"), (code, stopped.ErrorName));
        Assert.Equal("42", frontEnd.Value("kept[0]"));
    }

    /// <summary>Begins a cell, and stops it once it has announced that it runs.</summary>
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
