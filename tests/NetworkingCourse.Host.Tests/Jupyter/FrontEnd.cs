using System.Diagnostics;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>A real front end, jupyter_client, that does what a test says: see <c>client.py</c>.</summary>
internal sealed class FrontEnd : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private FrontEnd(InstalledKernel kernel)
    {
        _process = Process.Start(kernel.Python("client.py"))!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The kernel's process.</summary>
    public int Kernel { get; private set; }

    /// <summary>A front end that has no kernel yet.</summary>
    public static FrontEnd WithoutKernel(InstalledKernel kernel) => new(kernel);

    public static FrontEnd Start(InstalledKernel kernel, string mode = "message", string? folder = null)
    {
        var frontEnd = new FrontEnd(kernel);
        (string, JsonNode?)[] arguments =
        [
            ("kernel", InstalledKernel.Name),
            ("cwd", folder ?? Repository.Notebooks),
            ("mode", mode),
        ];
        frontEnd.Kernel = (int)frontEnd.Do("start", arguments)!;
        return frontEnd;
    }

    /// <summary>Has an order carried out.</summary>
    /// <returns>What came of it.</returns>
    public JsonNode? Do(string what, params (string Name, JsonNode? Value)[] arguments)
    {
        var order = new JsonObject { ["do"] = what };
        foreach (var (name, value) in arguments)
        {
            order[name] = value;
        }

        _process.StandardInput.WriteLine(order.ToJsonString());
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("The front end ended: " + _errors.Result);
        var answer = JsonNode.Parse(line)!;
        Assert.True(answer["failure"] is null, $"{what}: {(string?)answer["failure"]}");
        return answer["answer"];
    }

    public Execution Execute(string code, params (string Name, JsonNode? Value)[] options) =>
        new(Do("execute", [("code", code), .. options])!);

    /// <summary>Runs a cell that must succeed.</summary>
    /// <returns>Its value as text.</returns>
    public string? Value(string code)
    {
        var execution = Execute(code);
        Assert.True(execution.Status == "ok", execution.ToString());
        return execution.Value;
    }

    public string Begin(string code, params (string Name, JsonNode? Value)[] options) =>
        (string)Do("begin", [("code", code), .. options])!;

    public Execution End(string id) => new(Do("end", ("id", id))!);

    public JsonNode Ask(string type, JsonObject content) => Do("ask", ("type", type), ("content", content))!["content"]!;

    /// <summary>Ends both, and returns what they have written to standard error.</summary>
    public string EndAndErrors()
    {
        Do("shutdown");
        Crash();
        return _errors.Result;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    /// <summary>Ends the front end as a crash does. Its kernel does not hear of it.</summary>
    public void Crash()
    {
        _process.Kill();
        _process.WaitForExit();
    }
}

/// <summary>What came of a cell.</summary>
internal sealed class Execution(JsonNode answer)
{
    public string? Status => (string?)answer["reply"]!["status"];

    public string? ErrorName => (string?)answer["reply"]!["ename"];

    public JsonNode Reply => answer["reply"]!;

    public double Seconds => (double)answer["seconds"]!;

    public int Asked => answer["asked"]!.AsArray().Count;

    public IEnumerable<(string Type, JsonNode Content)> Outputs =>
        answer["outputs"]!.AsArray().Select(output => ((string)output!["type"]!, output["content"]!));

    public string? Value => Outputs
        .Where(output => output.Type == "execute_result")
        .Select(output => (string?)output.Content["data"]!["text/plain"])
        .SingleOrDefault();

    public string Text(string stream) => string.Concat(Outputs
        .Where(output => output.Type == "stream" && (string?)output.Content["name"] == stream)
        .Select(output => (string?)output.Content["text"]));

    public override string ToString() => answer.ToJsonString();
}
