using System.Text.Json.Nodes;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary>Formats errors for replies and broadcasts.</summary>
internal static class Errors
{
    // ECMA-48, SGR: front ends choose a red that suits their theme.
    private const string Red = "\e[31m";
    private const string Reset = "\e[0m";

    public static JsonObject Of(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["traceback"] = new JsonArray([.. error.Traceback.Select(entry => (JsonNode)Coloured(entry))]),
    };

    /// <summary>The content of a reply to a failed request.</summary>
    public static JsonObject Reply(CellError error)
    {
        var reply = Of(error);
        reply["status"] = "error";
        return reply;
    }

    /// <summary>
    /// Colours messages red, but not code and stack frames, which are indented. Each line is coloured separately, because front
    /// ends show output line by line.
    /// </summary>
    private static string Coloured(string entry) =>
        string.Join('\n', entry.Split('\n').Select(line => line.Length == 0 || line[0] == ' ' ? line : Red + line + Reset));
}
