using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The parent's handle to a worker process: it sends orders and receives reports.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const string Program = "NetworkingCourse.Worker.dll";

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly BinaryWriter _orders;
    private readonly BinaryReader _reports;
    private readonly Lock _gate = new();
    private bool _disposed;

    private WorkerProcess(Process process)
    {
        _process = process;
        _orders = new BinaryWriter(process.StandardInput.BaseStream);
        _reports = new BinaryReader(new BufferedStream(process.StandardOutput.BaseStream, 8192));
    }

    /// <summary>The process ID.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a worker from the folder from which this library was loaded.</summary>
    /// <param name="order">The startup instructions.</param>
    /// <param name="listener">The socket to share with the worker; null if the worker opens its own listener.</param>
    /// <param name="environment">Variables to add to the worker's environment; null for none.</param>
    /// <exception cref="FileNotFoundException">The worker program is missing.</exception>
    /// <exception cref="Win32Exception">The system could not start the process.</exception>
    public static WorkerProcess Start(
        WorkerOrder order, Socket? listener, IReadOnlyDictionary<string, string>? environment = null)
    {
        var program = Path.Combine(Path.GetDirectoryName(typeof(WorkerProcess).Assembly.Location)!, Program);
        if (!File.Exists(program))
        {
            throw new FileNotFoundException(
                $"There is no {Program} next to the library. Rebuild the project: dotnet build", program);
        }

        var start = StartInfo(program);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        // The runtime's diagnostic ports are files in the temporary folder, and a killed process would leave them behind.
        start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = new WorkerProcess(Inheritance.Start(start, listener));
        order.Write(process._orders);
        return process;
    }

    /// <summary>Waits until the worker is ready.</summary>
    /// <returns>The port on which the worker listens; 0 if it shares the parent's socket.</returns>
    /// <exception cref="EndOfStreamException">The worker has ended instead.</exception>
    public int WaitUntilReady() => _reports.ReadInt32();

    /// <summary>Waits for the worker's next event.</summary>
    /// <exception cref="EndOfStreamException">The worker has ended.</exception>
    public ServerEvent ReadEvent(string worker) => WorkerReport.Read(_reports, worker);

    /// <summary>Tells the worker to stop, in the same three steps as any server.</summary>
    public void Stop(TimeSpan grace)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            try
            {
                _orders.Write(WorkerProgram.StopOrder);
                _orders.Write(grace.Ticks);
                _orders.Flush();
            }
            catch (IOException)
            {
                // The worker has already ended.
            }
        }
    }

    /// <summary>Asks the process which system resources it holds.</summary>
    public Resources AskForResources() => Ask(WorkerProgram.ResourcesOrder, Resources.Read);

    /// <summary>Asks the process how many connections of its server are open.</summary>
    public int AskForConnections() => Ask(WorkerProgram.ConnectionsOrder, reports => reports.ReadInt32());

    /// <summary>Lets an accepting loop take turns, and asks what it has done.</summary>
    /// <exception cref="EndOfStreamException">The process has ended.</exception>
    public AcceptCounts AskToAccept(AcceptingOrder order) => Ask(WorkerProgram.AcceptOrder, AcceptCounts.Read, order.Write);

    /// <summary>Stops the process without a grace period, waits for it to exit, and disposes it.</summary>
    public void StopAndDispose()
    {
        Stop(TimeSpan.Zero);
        if (!_process.WaitForExit(StopLimit))
        {
            Kill();
            _process.WaitForExit();
        }

        Dispose();
    }

    /// <summary>Kills the worker if it has not ended.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _process.Kill();
            }
        }
    }

    /// <summary>Waits for the process to exit and describes how it ended.</summary>
    public string WaitForEnd()
    {
        // The runtime's message about an unhandled exception. Reading it as it arrives would block a thread-pool thread.
        var words = _process.StandardError.ReadLine() is { Length: > 0 } line ? $": {line}" : "";
        _process.WaitForExit();
        return InvariantText.Format($"process {Id} ended with exit code {_process.ExitCode}{words}");
    }

    /// <summary>Closes the pipes, which ends a worker that is still running.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            try
            {
                _orders.Dispose();
            }
            catch (IOException)
            {
                // The worker no longer reads its input.
            }

            _reports.Dispose();
            _process.Dispose();
        }
    }

    private T Ask<T>(byte order, Func<BinaryReader, T> read, Action<BinaryWriter>? writeDetails = null)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _orders.Write(order);
            writeDetails?.Invoke(_orders);
            _orders.Flush();
            return read(_reports);
        }
    }

    // With the dotnet command of the runtime that this process runs on; in a notebook, the process may be a different program.
    // A bundle has no such command. There, a program beside the worker's file starts it with the runtime that it is told of.
    private static ProcessStartInfo StartInfo(string program)
    {
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var beside = Path.Combine(runtime, name);
        var starter = Path.ChangeExtension(program, OperatingSystem.IsWindows() ? ".exe" : null);
        if (File.Exists(beside) || !File.Exists(starter))
        {
            return new ProcessStartInfo(
                File.Exists(beside) ? beside : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? name, ["exec", program]);
        }

        var start = new ProcessStartInfo(starter);
        // The name with the architecture precedes the one without.
        start.Environment[$"DOTNET_ROOT_{RuntimeInformation.ProcessArchitecture.ToString().ToUpperInvariant()}"] = runtime;
        start.Environment["DOTNET_ROOT"] = runtime;
        return start;
    }
}
