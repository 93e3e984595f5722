using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// The C# kernel of the genuine .NET Interactive, used as Visual Studio Code uses it: commands and events are lines of JSON on
/// its standard input and output.
/// </summary>
internal sealed class InteractiveKernel : IAsyncDisposable
{
    private static readonly TimeSpan CellTimeout = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private int _token;

    private InteractiveKernel(Process process) => _process = process;

    /// <summary>The process that runs the cells; on Linux, it is a child of the tool's starter.</summary>
    public int Id => OperatingSystem.IsLinux() ? ChildProcesses.Of(_process.Id).Single() : _process.Id;

    /// <summary>Starts a kernel in a notebook's folder, and waits until it accepts cells.</summary>
    public static async Task<InteractiveKernel> StartAsync(string folder)
    {
        var start = DotnetInteractive.StartInfo("stdio", "--working-dir", folder);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardInputEncoding = start.StandardOutputEncoding = new UTF8Encoding(false);
        var process = Process.Start(start)!;
        process.StandardInput.AutoFlush = true;
        process.ErrorDataReceived += (_, _) => { }; // unread, a full pipe would block the kernel
        process.BeginErrorReadLine();
        var kernel = new InteractiveKernel(process);
        while ((string?)(await kernel.NextAsync())["eventType"] != "KernelReady")
        {
            // It announces its languages first.
        }

        return kernel;
    }

    /// <summary>Runs a cell to its end.</summary>
    /// <returns>Its outputs, in the form of a notebook file.</returns>
    public async Task<JsonArray> ExecuteAsync(string code)
    {
        var token = (++_token).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var command = new JsonObject
        {
            ["token"] = token,
            ["commandType"] = "SubmitCode",
            ["command"] = new JsonObject { ["code"] = code, ["targetKernelName"] = "csharp" },
            ["routingSlip"] = new JsonArray(),
        };
        await _process.StandardInput.WriteLineAsync(command.ToJsonString());
        var outputs = new JsonArray();
        while (true)
        {
            var message = await NextAsync();
            var (kind, happened) = ((string?)message["eventType"], message["event"]);
            var isOver = kind is "CommandSucceeded" or "CommandFailed" && (string?)message["command"]?["token"] == token;
            if (OutputOf(kind, happened) is { } output && (kind != "CommandFailed" || isOver))
            {
                outputs.Add(output);
            }

            if (isOver)
            {
                return outputs;
            }
        }
    }

    /// <summary>
    /// Kills the kernel. A request to quit, or the end of its input, would not end it: it would go on and use half a core.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static JsonObject? OutputOf(string? kind, JsonNode? happened) => kind switch
    {
        "StandardOutputValueProduced" => Stream("stdout", happened!),
        "StandardErrorValueProduced" => Stream("stderr", happened!),
        "DisplayedValueProduced" => Data("display_data", happened!),
        "ReturnValueProduced" => Data("execute_result", happened!),
        "CommandFailed" => new JsonObject
        {
            ["output_type"] = "error",
            ["ename"] = "Error",
            ["evalue"] = (string?)happened!["message"],
            ["traceback"] = new JsonArray(),
        },
        // A compiler warning is shown too; a lesson has none.
        "DiagnosticsProduced" when happened!["diagnostics"] is JsonArray { Count: > 0 } diagnostics => new JsonObject
        {
            ["output_type"] = "stream",
            ["name"] = "diagnostics",
            ["text"] = diagnostics.ToJsonString(),
        },
        _ => null,
    };

    private static JsonObject Stream(string name, JsonNode happened) => new()
    {
        ["output_type"] = "stream",
        ["name"] = name,
        ["text"] = (string?)Formatted(happened).Single()["value"],
    };

    private static JsonObject Data(string type, JsonNode happened) => new()
    {
        ["output_type"] = type,
        ["data"] = new JsonObject(Formatted(happened)
            .Select(value => KeyValuePair.Create((string)value["mimeType"]!, value["value"]?.DeepClone()))),
    };

    private static IEnumerable<JsonNode> Formatted(JsonNode happened) =>
        happened["formattedValues"]!.AsArray().Select(value => value!);

    /// <summary>
    /// Reads the next message, and skips other lines: code has written them to the standard output, past the console.
    /// </summary>
    private async Task<JsonNode> NextAsync()
    {
        using var timer = new CancellationTokenSource(CellTimeout);
        while (await _process.StandardOutput.ReadLineAsync(timer.Token) is { } line)
        {
            if (line.TrimStart().StartsWith('{'))
            {
                return JsonNode.Parse(line)!;
            }
        }

        throw new EndOfStreamException("The kernel's process has ended.");
    }
}
