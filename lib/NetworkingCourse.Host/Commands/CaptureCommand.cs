using System.CommandLine;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>capture</c>: records the lessons' captures of real packets, as files that Wireshark opens.</summary>
internal static class CaptureCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("scene") { Description = "Which scenes: names from 'capture --list'; all of them if there is none.", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string>("--out") { Description = "The folder that the files are written to.", HelpName = "DIR", DefaultValueFactory = _ => "captures" };
        var list = new Option<bool>("--list") { Description = "List the scenes, a line each, the name first." };
        var command = new Command("capture", "Play the lessons' scenes on loopback, capture their packets, and write them as .pcap files.") { names, output, list };
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(list))
            {
                List();
                return ExitCode.Success;
            }

            var wanted = parsed.GetValue(names) ?? [];
            return wanted.FirstOrDefault(name => CaptureScene.All.All(scene => scene.Name != name)) is { } unknown
                ? ExitCode.BadInput($"There is no scene '{unknown}'. Choose from: {string.Join(", ", CaptureScene.All.Select(scene => scene.Name))}.")
                : await RecordAsync([.. CaptureScene.All.Where(scene => wanted.Length == 0 || wanted.Contains(scene.Name))], parsed.GetValue(output)!).ConfigureAwait(false);
        });
        return command;
    }

    private static void List()
    {
        var width = CaptureScene.All.Max(scene => scene.Name.Length);
        foreach (var scene in CaptureScene.All)
        {
            Console.WriteLine($"{scene.Name.PadRight(width)}  {scene.Summary}");
        }
    }

    private static async Task<int> RecordAsync(IReadOnlyList<CaptureScene> scenes, string output)
    {
        if (await Capture.WhyNotAsync().ConfigureAwait(false) is { } reason)
        {
            return ExitCode.BadInput(reason);
        }

        foreach (var scene in scenes)
        {
            var capture = await scene.RecordAsync().ConfigureAwait(false);
            try
            {
                Directory.CreateDirectory(output);
                Console.WriteLine(capture.Write(Path.Combine(output, scene.Name + ".pcap")));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return ExitCode.BadInput($"The folder {output} cannot be written to ({exception.Message.TrimEnd('.')}). Name another with --out DIR.");
            }
        }

        return ExitCode.Success;
    }
}
