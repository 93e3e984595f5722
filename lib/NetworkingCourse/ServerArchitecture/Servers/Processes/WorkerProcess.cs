using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A worker process, seen from its parent: orders go in, reports come out.</summary>
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

    /// <summary>The number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a worker from the folder that this library was loaded from.</summary>
    /// <param name="order">What it is to do.</param>
    /// <param name="listener">The socket that it is to share; null if it is to listen for itself.</param>
    /// <exception cref="FileNotFoundException">The worker's program is not there.</exception>
    /// <exception cref="Win32Exception">The system would not start it.</exception>
    public static WorkerProcess Start(WorkerOrder order, Socket? listener)
    {
        var program = Path.Combine(Path.GetDirectoryName(typeof(WorkerProcess).Assembly.Location)!, Program);
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"There is no {Program} beside the library. Build the project again: dotnet build", program);
        }

        var start = new ProcessStartInfo(DotNet(), ["exec", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        // The runtime's doors for debuggers and profilers are files in the temporary folder, which a process that is killed would leave there.
        start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        var process = new WorkerProcess(Inheritance.Start(start, listener));
        order.Write(process._orders);
        return process;
    }

    /// <summary>Waits until the worker is ready.</summary>
    /// <returns>The port of its own on which it listens; 0 if it shares its parent's socket.</returns>
    /// <exception cref="EndOfStreamException">It has ended instead.</exception>
    public int WaitUntilReady() => _reports.ReadInt32();

    /// <summary>Waits for the worker's next event.</summary>
    /// <exception cref="EndOfStreamException">The worker has ended.</exception>
    public ServerEvent ReadEvent(string worker) => WorkerReport.Read(_reports, worker);

    /// <summary>Tells the worker to stop, in the three steps of every server.</summary>
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
                // It has ended already.
            }
        }
    }

    /// <summary>Asks what the process holds of the system's.</summary>
    public Resources AskForResources()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _orders.Write(WorkerProgram.ResourcesOrder);
            _orders.Flush();
            return Resources.Read(_reports);
        }
    }

    /// <summary>Stops the process without a grace time, waits for its end, and gives it back.</summary>
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

    /// <summary>Ends the worker by force, if it has not ended.</summary>
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

    /// <summary>Waits for the end of the process, and tells how it came.</summary>
    public string WaitForEnd()
    {
        // What the runtime says of an exception that nobody handled. Read now and not as it comes, which would hold a thread of the pool.
        var words = _process.StandardError.ReadLine() is { Length: > 0 } line ? $": {line}" : "";
        _process.WaitForExit();
        return InvariantText.Format($"process {Id} ended with exit code {_process.ExitCode}{words}");
    }

    /// <summary>Closes the pipes; a worker that still runs ends by that.</summary>
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
                // There was nobody left to read it.
            }

            _reports.Dispose();
            _process.Dispose();
        }
    }

    // The very runtime that this process runs on; in a notebook the program itself may be somebody else's.
    private static string DotNet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(beside) ? beside : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? name;
    }
}
