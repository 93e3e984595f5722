using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Tests.Oracle;

/// <summary>The C# kernel of .NET Interactive in a process of its own, where one session follows another.</summary>
public sealed class OracleKernel : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    public OracleKernel()
    {
        var utf8 = new UTF8Encoding(false);
        var program = AppContext.BaseDirectory.Replace(
            "NetworkingCourse.Host.Tests", "NetworkingCourse.Oracle", StringComparison.Ordinal);
        _process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(program, "NetworkingCourse.Oracle.dll")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
        })!;
        _process.StandardInput.NewLine = "\n";
    }

    internal void Begin(string folder) => Ask(new JsonObject { ["folder"] = folder });

    internal Outcome Run(string code) => Outcome.Of(Ask(new JsonObject { ["code"] = code })["events"]!.AsArray());

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private JsonNode Ask(JsonObject order)
    {
        _process.StandardInput.WriteLine(order.ToJsonString());
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLineAsync();
        Assert.True(answer.Wait(Limit), $"No answer to {order.ToJsonString()}");
        return JsonNode.Parse(answer.Result ?? throw new InvalidOperationException("The kernel of .NET Interactive has ended."))!;
    }
}
