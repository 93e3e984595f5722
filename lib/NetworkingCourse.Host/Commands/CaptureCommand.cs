using System.CommandLine;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>capture</c>: records the real packets of the lessons' scenes in files that Wireshark can open.</summary>
internal static class CaptureCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("scene")
        {
            Description = "The scenes to record, by their names from 'capture --list'; all of them if none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var output = new Option<string>("--out")
        {
            Description = "The folder that the files are written to.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "captures",
        };
        var list = new Option<bool>("--list") { Description = "List the scenes, one per line, the name first." };
        var command = new Command(
            "capture",
            "Play the lessons' scenes on loopback, capture their packets, and write them to .pcap files.")
        {
            names, output, list,
        };
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(list))
            {
                List();
                return ExitCode.Success;
            }

            var wanted = parsed.GetValue(names) ?? [];
            if (wanted.FirstOrDefault(name => CaptureScene.All.All(scene => scene.Name != name)) is { } unknown)
            {
                var known = string.Join(", ", CaptureScene.All.Select(scene => scene.Name));
                return ExitCode.BadInput($"There is no scene '{unknown}'. Choose from: {known}.");
            }

            var scenes = CaptureScene.All.Where(scene => wanted.Length == 0 || wanted.Contains(scene.Name));
            return await RecordAsync([.. scenes], parsed.GetValue(output)!).ConfigureAwait(false);
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
        if (await Capture.UnavailableReasonAsync().ConfigureAwait(false) is { } reason)
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
                return ExitCode.BadInput(
                    $"The folder {output} cannot be written to ({exception.Message.TrimEnd('.')}). Name another with --out DIR.");
            }
        }

        return ExitCode.Success;
    }
}
