using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Compares how many clients a server of the learner's claims to serve at once with what its latencies say.
/// </summary>
internal static class ClaimOfOwn
{
    // Latencies this far from a prediction, as a share of one conversation, still fit it.
    private const double Tolerance = 0.3;

    /// <summary>A sentence if the latencies contradict the claim; otherwise an empty text.</summary>
    /// <param name="run">A run in which the think time is spent waiting.</param>
    public static string Contradiction(Run run)
    {
        var conversation = run.Questions * run.Options.Think.TotalSeconds;
        if (!run.Architecture.IsOwn || run.Answered < run.Clients.Count || conversation <= 0
            || run.Options.ThinkKind != ThinkKind.Waiting)
        {
            return "";
        }

        // From the fewest conversations in a row to the most: several numbers of workers may predict the same.
        var claimed = Math.Min(run.Architecture.ClaimedAtOnce, run.Clients.Count);
        if (Fits(run, claimed, conversation))
        {
            return "";
        }

        var fitting = Enumerable.Range(1, run.Clients.Count).FirstOrDefault(atOnce => Fits(run, atOnce, conversation));
        return fitting == 0
            ? ""
            : InvariantText.Format($" It claims to serve {Number(run.Architecture.ClaimedAtOnce)} at once; ")
                + InvariantText.Format($"these latencies are those of a server that serves {Number(fitting)}")
                + (fitting == run.Clients.Count ? " or more." : ".");
    }

    private static bool Fits(Run run, int atOnce, double conversation) => run.Latencies.Index().All(client =>
        Math.Abs(client.Item.TotalSeconds / conversation - Math.Ceiling((client.Index + 1.0) / atOnce)) < Tolerance);

    private static string Number(int atOnce) => atOnce == int.MaxValue ? "all clients" : InvariantText.Format($"{atOnce}");
}
