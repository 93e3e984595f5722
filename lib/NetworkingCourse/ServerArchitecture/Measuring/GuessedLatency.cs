using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Compares a predicted latency with a run, and names the typical cause if the prediction is wrong.</summary>
internal static class GuessedLatency
{
    private const double SameShare = 0.05;

    /// <summary>A sentence that says how far off the guess was and, where it is typical, why.</summary>
    public static string Sentence(Run run, Guess guess)
    {
        if (guess.Value is not { } value || guess.Client is not { } client)
        {
            return "";
        }

        if (client > run.Answered)
        {
            return InvariantText.Format($" You predicted {guess.What}, but only {run.Answered} clients were answered.");
        }

        var measured = run.Latencies[client - 1].TotalSeconds;
        var cause = guess.IsClose(measured) ? "" : Cause(run, value, client);
        return $" {guess.Sentence(measured)}{cause}";
    }

    private static string Cause(Run run, double value, int client)
    {
        var answer = run.Options.Think.TotalSeconds;
        var conversation = run.Questions * answer;
        var atOnce = Math.Min(run.Architecture.AtOnce(run.Options, run.Clients.Count), run.Clients.Count);
        var turns = Math.Ceiling((double)client / atOnce);
        bool Is(double other) => other > 0 && Math.Abs(value - other) <= SameShare * other;

        return run switch
        {
            { Questions: > 1 } when Is(answer * (((run.Questions - 1) * run.Clients.Count) + client) / atOnce)
                || Is(answer * turns) =>
                " That counts questions. The server serves whole conversations: the next client waits until this one has left.",
            _ when atOnce > 1 && Is(client * conversation) =>
                InvariantText.Format($" That would be one client at a time. This server serves {atOnce} clients at once."),
            _ when turns > 1 && Is(conversation) =>
                " That would be without any waiting. This server serves "
                    + (atOnce == 1 ? "one client at a time" : InvariantText.Format($"{atOnce} clients at once"))
                    + "; the others wait.",
            _ when turns > 1 && Is((turns - 1) * conversation) =>
                " That is the waiting alone. The client's own conversation comes after it.",
            _ => "",
        };
    }
}
