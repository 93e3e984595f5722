using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Doctor;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>doctor</c>: says what this machine has of what the course needs, and what to do about the rest.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write the findings as JSON." };
        var command = new Command(
            "doctor", "Check that this machine is ready for the course, and say what to do where it is not. Exit code 1 if not.")
        {
            json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(bool json, CancellationToken cancellation)
    {
        using var stop = new StopSignals(cancellation);
        var findings = new List<Finding>();
        try
        {
            await foreach (var finding in Examination.RunAsync(stop.Token).ConfigureAwait(false))
            {
                findings.Add(finding);
                if (!json)
                {
                    Console.WriteLine(Line(finding));
                }
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }

        var missing = findings.Count(finding => finding.State == FindingState.Missing);
        Console.WriteLine(json ? Json(findings).ToJsonString(Indented)
            : missing == 0 ? "\nThis machine is ready."
            : FormattableString.Invariant($"\nNot ready: {missing} of {findings.Count} checks need something. See above."));
        return missing == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static string Line(Finding finding)
    {
        var line = $"{StateOf(finding),-10}  {finding.Check,-24}  {finding.Found}";
        return finding.Advice.Length == 0 ? line : $"{line}\n{"",-10}  {"",-24}  → {finding.Advice}";
    }

    private static JsonArray Json(IEnumerable<Finding> findings) =>
    [
        .. findings.Select(finding => new JsonObject
        {
            ["check"] = finding.Check,
            ["state"] = StateOf(finding),
            ["found"] = finding.Found,
            ["advice"] = finding.Advice,
        }),
    ];

    private static string StateOf(Finding finding) => finding.State switch
    {
        FindingState.Ok => "ok",
        FindingState.Missing => "missing",
        _ => "note",
    };
}
