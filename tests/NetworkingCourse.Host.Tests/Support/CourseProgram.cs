using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests;

/// <summary>Runs the real command in a process of its own.</summary>
internal sealed class CourseProgram : IDisposable
{
    /// <summary>Code of a cell that overflows the stack in library code, where the kernel has no stop points.</summary>
    public const string StackOverflow =
        "var ring = new object[1];\nring[0] = ring;\n"
        + "System.Collections.StructuralComparisons.StructuralEqualityComparer.GetHashCode(ring);";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CourseProgram(string folder, string[] command, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Process = new Process { StartInfo = start };
        Process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        Process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        Process.Start();
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    public static CourseProgram Start(string folder, params string[] arguments) => new(folder, Command(arguments));

    /// <summary>Starts it as a script does in the background, with SIGINT ignored. Unix only.</summary>
    public static CourseProgram StartIgnoringInterrupts(string folder, params string[] arguments) =>
        new(folder, ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", .. Command(arguments)]);

    /// <summary>Runs the command to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(string folder, params string[] arguments) =>
        RunWithAsync([], folder, [], arguments);

    /// <summary>Runs the command to its end, with environment variables.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string folder, (string Name, string Value)[] environment, params string[] arguments) =>
        RunWithAsync([], folder, environment, arguments);

    /// <summary>
    /// Runs the command to its end, through a launcher if one is given: the launcher's words come first, then the command's.
    /// </summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunWithAsync(
        string[] starter, string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        using var program = new CourseProgram(folder, [.. starter, .. Command(arguments)], environment);
        return (await program.ExitCodeAsync(), program.Output, program.Errors);
    }

    /// <summary>Runs the command to its end on a terminal of 100 columns, which script(1) makes. Linux only.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunOnTerminalAsync(
        string folder, params string[] arguments)
    {
        var command = string.Join(' ', Command(arguments).Select(word => $"'{word}'"));
        // There, Spectre.Console would take the terminal for a log.
        string[] script = ["script", "-qec", $"unset GITHUB_ACTIONS; stty cols 100; {command}", "typescript"];
        using var program = new CourseProgram(folder, script, ("TERM", "xterm-256color"));
        return (await program.ExitCodeAsync(), program.Output, program.Errors);
    }

    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(Deadline);
        await Process.WaitForExitAsync(limit.Token);
        return Process.ExitCode;
    }

    /// <summary>Waits until the output contains a text.</summary>
    public async Task WaitForAsync(string text)
    {
        using var limit = new CancellationTokenSource(Deadline);
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (_output.ToString().Contains(text, StringComparison.Ordinal))
                {
                    return;
                }

                news = _news.Task;
            }

            await news.WaitAsync(limit.Token);
        }
    }

    /// <summary>Waits until the output says where a server listens, and returns the port.</summary>
    public async Task<int> PortAsync(string after = "ready 127.0.0.1:")
    {
        await WaitForAsync(after);
        var port = Output[(Output.IndexOf(after, StringComparison.Ordinal) + after.Length)..].TakeWhile(char.IsAsciiDigit);
        return int.Parse(string.Concat(port), CultureInfo.InvariantCulture);
    }

    /// <summary>Stops a server as a supervisor does, and expects it to end well. Unix only.</summary>
    public async Task StopAsync()
    {
        Signal(Signals.Signal.Terminate);
        Assert.Equal(0, await ExitCodeAsync());
        Assert.Contains("stopped", Output);
        Assert.Equal("", Errors);
    }

    /// <summary>Sends a signal, as a terminal or a supervisor does. Unix only.</summary>
    public void Signal(Signals.Signal signal) => Signals.Send(Process.Id, signal);

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        Process.Dispose();
    }

    private static string[] Command(string[] arguments) => ["dotnet", typeof(KernelProcess).Assembly.Location, .. arguments];

    private void Add(StringBuilder target, string? line)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            if (line is not null)
            {
                target.Append(line).Append('\n');
            }

            (news, _news) = (_news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        news.SetResult();
    }

    private string Text(StringBuilder text)
    {
        lock (_gate)
        {
            return text.ToString();
        }
    }
}
