using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary><c>kernel_info</c>: describes this kernel, and how front ends highlight and save its code.</summary>
/// <param name="channels">The channels that the requester is expected to listen on as well.</param>
internal sealed class KernelInfo(Channels channels) : IReplies
{
    /// <summary>
    /// How long a front end, which connects its channels one by one, may take to listen. If it does not by then, it never will.
    /// </summary>
    private static readonly TimeSpan ForListener = TimeSpan.FromMilliseconds(400);

    private bool _hasWaited;

    public string RequestType => MessageTypes.KernelInfoRequest;

    public string ReplyType => MessageTypes.KernelInfoReply;

    /// <summary>The program's version.</summary>
    public static string Version { get; } = typeof(KernelInfo).Assembly.GetName().Version?.ToString(3) ?? "1.0.0";

    public JsonObject Reply(Request request)
    {
        // Front ends take the first reply for "ready". Broadcasts from then on must reach the front end, or it waits in vain.
        if (!_hasWaited)
        {
            channels.WaitForListener(ForListener);
            _hasWaited = true;
        }

        return Content();
    }

    /// <summary>The content of the reply.</summary>
    public static JsonObject Content() => new()
    {
        ["status"] = "ok",
        ["protocol_version"] = WireFormat.Version,
        ["implementation"] = "networking-course",
        ["implementation_version"] = Version,
        ["language_info"] = LanguageInfo(),
        ["banner"] =
            $"C# for Networking Course {Version}, on {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}",
        ["help_links"] = new JsonArray(
            new JsonObject { ["text"] = "C# reference", ["url"] = "https://learn.microsoft.com/dotnet/csharp/" },
            new JsonObject { ["text"] = ".NET API browser", ["url"] = "https://learn.microsoft.com/dotnet/api/" }),
        ["debugger"] = false,
    };

    /// <summary>The language metadata for notebooks, the same as in the course's own.</summary>
    private static JsonObject LanguageInfo() => new()
    {
        ["name"] = "C#",
        ["version"] = CellLanguage.VersionText,
        ["mimetype"] = "text/x-csharp",
        ["file_extension"] = ".cs",
        ["pygments_lexer"] = "csharp",
        ["codemirror_mode"] = "text/x-csharp",
    };
}
