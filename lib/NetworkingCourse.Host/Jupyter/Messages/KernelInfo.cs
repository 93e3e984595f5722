using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary><c>kernel_info</c>: what this kernel is, and how front ends colour and save its code.</summary>
/// <param name="channels">Where the one who asks should listen too.</param>
internal sealed class KernelInfo(Channels channels) : IReplies
{
    /// <summary>A front end connects its channels one by one. One that does not listen after this time never will.</summary>
    private static readonly TimeSpan ForListener = TimeSpan.FromMilliseconds(400);

    private bool _hasWaited;

    public string RequestType => MessageTypes.KernelInfoRequest;

    public string ReplyType => MessageTypes.KernelInfoReply;

    /// <summary>The program's version.</summary>
    public static string Version { get; } = typeof(KernelInfo).Assembly.GetName().Version?.ToString(3) ?? "1.0.0";

    public JsonObject Reply(Request request)
    {
        // The first reply is taken for "ready". What is broadcast from then on must be heard, or the front end waits for it in vain.
        if (!_hasWaited)
        {
            channels.WaitForListener(ForListener);
            _hasWaited = true;
        }

        return Content();
    }

    /// <summary>The reply itself.</summary>
    public static JsonObject Content() => new()
    {
        ["status"] = "ok",
        ["protocol_version"] = WireFormat.Version,
        ["implementation"] = "networking-course",
        ["implementation_version"] = Version,
        ["language_info"] = LanguageInfo(),
        ["banner"] = $"C# for Networking Course {Version}, on {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}",
        ["help_links"] = new JsonArray(
            new JsonObject { ["text"] = "C# reference", ["url"] = "https://learn.microsoft.com/dotnet/csharp/" },
            new JsonObject { ["text"] = ".NET API browser", ["url"] = "https://learn.microsoft.com/dotnet/api/" }),
        ["debugger"] = false,
    };

    /// <summary>What notebooks say of their language, as the course's own do.</summary>
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
