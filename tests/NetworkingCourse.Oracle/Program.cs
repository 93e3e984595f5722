using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NetworkingCourse.Oracle;

// Orders and answers are JSON, one per line: {"code": …} runs a cell, {"folder": …} opens a new session in that folder.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
Session? session = null;
while (await input.ReadLineAsync() is { } line)
{
    var order = JsonNode.Parse(line)!;
    if ((string?)order["folder"] is { } folder)
    {
        Environment.CurrentDirectory = folder;
        session?.Dispose();
        session = new Session();
    }

    var answer = (string?)order["code"] is { } code ? await session!.RunAsync(code) : new JsonObject();
    await output.WriteLineAsync(answer.ToJsonString());
}

session?.Dispose();
