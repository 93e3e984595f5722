using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using NetworkingCourse.Host.Jupyter.Installing;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Doctor;

/// <summary>Checks that cells run: the library is built, and the installed kernel computes.</summary>
internal static class KernelChecks
{
    private const string Sum = "sum";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(50);

    private static string StartInstaller => OperatingSystem.IsWindows() ? "Double-click install.cmd" : "Type 'sh install.sh'";

    /// <summary>Runs a cell that loads the library, in a kernel of its own.</summary>
    /// <param name="notebooks">The folder of the notebooks.</param>
    /// <param name="cancellation">Cancels the check.</param>
    public static async Task<Finding> LibraryAsync(string notebooks, CancellationToken cancellation)
    {
        const string check = "the course's library";
        var began = Stopwatch.GetTimestamp();
        await using var kernel = KernelProcess.Start(notebooks);
        var error = await kernel.ExecuteAsync(
            "#r \"bin/NetworkingCourse.dll\"\n(1 + 1, typeof(NetworkingCourse.Course).Assembly.GetName().Version)",
            _ => { },
            Timeout,
            cancellation).ConfigureAwait(false);
        return error is null
            ? Finding.Ok(check, $"loaded in a cell; 1 + 1 took {Seconds(began)}")
            : Finding.Missing(check, error.Message, SelfProcess.IsBundled
                ? "Unzip the course again, all of it."
                : "Run 'dotnet build' in the project's folder.");
    }

    /// <summary>Starts the installed kernel as a front end does, and lets it compute 1 + 1.</summary>
    /// <param name="folders">Where kernels are installed.</param>
    /// <param name="cancellation">Cancels the check.</param>
    /// <param name="timeout">How long the kernel may take to answer; null for a minute.</param>
    public static async Task<Finding> InstalledAsync(
        IEnumerable<string> folders, CancellationToken cancellation, TimeSpan? timeout = null)
    {
        const string check = "the installed kernel";
        if (Installation.Find(folders).FirstOrDefault() is not { } kernel)
        {
            return Finding.Missing(check, "not installed", SelfProcess.IsBundled
                ? $"{StartInstaller} in the course's folder."
                : "Run 'dotnet run --project lib/NetworkingCourse.Host -- jupyter install'.");
        }

        var again = SelfProcess.IsBundled
            ? $"{StartInstaller} in the course's folder."
            : "Install it again: 'jupyter install'.";
        if (!File.Exists(kernel.Program))
        {
            return Finding.Missing(check, $"its program is gone: {kernel.Program}", again);
        }

        var began = Stopwatch.GetTimestamp();
        return await ProblemOfAsync(kernel, timeout ?? Timeout, cancellation).ConfigureAwait(false) is { } problem
            ? Finding.Missing(check, problem, again)
            : Finding.Ok(check, $"'{kernel.DisplayName}' started, and 1 + 1 was 2, in {Seconds(began)}");
    }

    private static async Task<string?> ProblemOfAsync(Installed kernel, TimeSpan timeout, CancellationToken cancellation)
    {
        using var folder = new ScratchFolder();
        var file = Path.Combine(folder.Path, "connection.json");
        var (ports, key) = (FreePorts(5), Guid.NewGuid().ToString());
        await File.WriteAllTextAsync(file, ConnectionFile(ports, key), cancellation).ConfigureAwait(false);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(kernel.Command[0], [.. kernel.Command.Skip(1), "jupyter", "kernel", file])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        // It is killed below, and would leave its diagnostic ports behind, which are files in the temporary folder.
        process.StartInfo.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            return $"{kernel.Command[0]} does not start: {exception.Message}";
        }

        try
        {
            return await Task.Run(() => AskForSum(process, ports[0], key, timeout, cancellation), cancellation)
                .ConfigureAwait(false);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    // The socket connects as soon as the kernel listens, and sends the request then.
    private static string? AskForSum(
        Process process, int port, string key, TimeSpan timeout, CancellationToken cancellation)
    {
        var format = new WireFormat(new Signature(Signature.Sha256, key));
        using var shell = new DealerSocket();
        shell.Options.Linger = TimeSpan.Zero;
        shell.Connect(FormattableString.Invariant($"tcp://127.0.0.1:{port}"));
        shell.SendMultipartBytes(format.Write([], MessageTypes.ExecuteRequest, Request.None, new JsonObject
        {
            ["code"] = "",
            ["silent"] = true,
            ["user_expressions"] = new JsonObject { [Sum] = "1 + 1" },
        }));
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < timeout)
        {
            cancellation.ThrowIfCancellationRequested();
            var frames = new List<byte[]>();
            if (shell.TryReceiveMultipartBytes(LookPeriod, ref frames))
            {
                var (reply, fault) = format.Read(frames);
                var sum = reply?.Content["user_expressions"]?[Sum]?["data"]?["text/plain"]?.ToString();
                return sum == "2" ? null : $"1 + 1 gave {sum ?? reply?.Content.ToJsonString() ?? fault}";
            }

            if (process.HasExited)
            {
                return FormattableString.Invariant($"it ended with exit code {process.ExitCode}: ")
                    + process.StandardError.ReadToEnd().Trim();
            }
        }

        return FormattableString.Invariant($"it did not answer within {timeout.TotalSeconds:0.#} s");
    }

    private static string ConnectionFile(List<int> ports, string key) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["transport"] = "tcp",
        ["ip"] = "127.0.0.1",
        ["shell_port"] = ports[0],
        ["control_port"] = ports[1],
        ["iopub_port"] = ports[2],
        ["stdin_port"] = ports[3],
        ["hb_port"] = ports[4],
        ["signature_scheme"] = Signature.Sha256,
        ["key"] = key,
    });

    private static List<int> FreePorts(int count)
    {
        var sockets = Enumerable.Range(0, count)
            .Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            sockets.ForEach(socket => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
            return [.. sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port)];
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static string Seconds(long since) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s");
}
