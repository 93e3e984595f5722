using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NetworkingCourse.Host.Jupyter.Installing;
using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Doctor;

/// <summary>Checks that cells run: the library is built, and the installed kernel really starts.</summary>
internal static class KernelChecks
{
    private const byte FirstOfGreeting = 0xFF; // of every ZMTP connection (RFC 23/ZMTP, 3.0)

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static string StartInstaller => OperatingSystem.IsWindows() ? "Double-click install.cmd" : "Type 'sh install.sh'";

    /// <summary>Runs a cell that loads the library, in a kernel of its own.</summary>
    /// <param name="notebooks">The folder of the notebooks.</param>
    /// <param name="cancellation">Cancels the check.</param>
    public static async Task<Finding> LibraryAsync(string notebooks, CancellationToken cancellation)
    {
        const string check = "the course's library";
        var began = Stopwatch.GetTimestamp();
        var text = "";
        await using var kernel = KernelProcess.Start(notebooks);
        var error = await kernel.ExecuteAsync(
            "#r \"bin/NetworkingCourse.dll\"\n$\"{1 + 1}, {typeof(NetworkingCourse.Course).Assembly.GetName().Version}\"",
            happened => text += happened is KernelEvent.Result result ? result.Data.ToString() : "",
            Timeout,
            cancellation).ConfigureAwait(false);
        return error is null && text.Contains("2, ", StringComparison.Ordinal)
            ? Finding.Ok(check, $"loaded in a cell; 1 + 1 took {Seconds(began)}")
            : Finding.Missing(check, error?.Message ?? $"1 + 1 gave {text}", SelfProcess.IsBundled
                ? "Unzip the course again, all of it."
                : "Run 'dotnet build' in the project's folder.");
    }

    /// <summary>Starts the installed kernel as a front end does, and waits until it greets.</summary>
    /// <param name="folders">Where kernels are installed.</param>
    /// <param name="cancellation">Cancels the check.</param>
    public static async Task<Finding> InstalledAsync(IEnumerable<string> folders, CancellationToken cancellation)
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
        return await GreetsAsync(kernel, cancellation).ConfigureAwait(false) is { } problem
            ? Finding.Missing(check, problem, again)
            : Finding.Ok(check, $"'{kernel.DisplayName}' started in {Seconds(began)}");
    }

    private static async Task<string?> GreetsAsync(Installed kernel, CancellationToken cancellation)
    {
        using var folder = new ScratchFolder();
        var file = Path.Combine(folder.Path, "connection.json");
        var ports = FreePorts(5);
        await File.WriteAllTextAsync(file, ConnectionFile(ports), cancellation).ConfigureAwait(false);
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
            return await WaitForGreetingAsync(process, ports[0], cancellation).ConfigureAwait(false);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    // A kernel does not announce that it listens, so the port is tried until it answers.
    private static async Task<string?> WaitForGreetingAsync(Process process, int port, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Timeout)
        {
            if (process.HasExited)
            {
                var words = await process.StandardError.ReadToEndAsync(cancellation).ConfigureAwait(false);
                return string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {process.ExitCode}: {words.Trim()}");
            }

            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation).ConfigureAwait(false);
                var first = new byte[1];
                var count = await client.ReceiveAsync(first, cancellation).ConfigureAwait(false);
                return count == 1 && first[0] == FirstOfGreeting ? null : "something else answers at its port";
            }
            catch (SocketException)
            {
                await Task.Delay(50, cancellation).ConfigureAwait(false);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"it did not answer within {Timeout.TotalSeconds:0} s");
    }

    private static string ConnectionFile(List<int> ports) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["transport"] = "tcp",
        ["ip"] = "127.0.0.1",
        ["shell_port"] = ports[0],
        ["control_port"] = ports[1],
        ["iopub_port"] = ports[2],
        ["stdin_port"] = ports[3],
        ["hb_port"] = ports[4],
        ["signature_scheme"] = "hmac-sha256",
        ["key"] = Guid.NewGuid().ToString(),
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
