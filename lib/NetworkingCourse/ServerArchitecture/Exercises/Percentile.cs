using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.10: a percentile of latencies, counted from when each request was due.</summary>
    public static PercentileExercise Percentile { get; } = new();
}

/// <summary>The learner computes a percentile of latencies that are counted from when the requests were due.</summary>
public sealed class PercentileExercise : CaseExercise<PercentileExercise.Answer, PercentileExercise.Asked>
{
    private const int RandomCases = 25;
    private const int MaxShown = 5;

    internal PercentileExercise()
        : base(new ExerciseText(
            "4-server-architecture/10-under-load.ipynb", "4.10", 2, nameof(Exercises.Percentile),
            "A percentile that hides no stall",
            "A load generator noted for each request when it was due, when it was really sent (late, if an answer was still "
                + "missing), and when it was answered. Return the given percentile of the latencies as users see them: the "
                + "shortest latency such that at least `percent` per cent of the requests took no longer. `percent` is from 1 to "
                + "99. `requests` holds at least one request, in the order in which they were due.",
            [
                "A user clicks when the request is due and knows nothing of when the load generator sent it. From where do you "
                    + "count? Then sort, and ask: how many requests are `percent` per cent of all, if only whole requests count?",
                "Sort `request.Answered - request.Due`. The rank is `percent * requests.Count / 100`, rounded up to a whole "
                    + "number. Ranks count from 1, positions in an array from 0.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="requests">The requests in the order in which they were due; at least one.</param>
    /// <param name="percent">Which percentile, from 1 to 99: 99 for the latency that 99 % of the requests do not exceed.</param>
    /// <returns>The percentile, by the nearest rank: a latency that occurred, without interpolation.</returns>
    public delegate TimeSpan Answer(IReadOnlyList<TimedRequest> requests, int percent);

    internal override Answer Reference => (requests, percent) => AtRank(FromDue(requests), percent);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "counts from when the request was sent",
            "Your method counts from when a request was sent. That is coordinated omission: while the server stalls, the load "
                + "generator waits too, and the time that the next requests are late does not count. Their users have been "
                + "waiting since the requests were due.",
            (requests, percent) => AtRank([.. requests.Select(request => request.Answered - request.Sent).Order()], percent)),
        new(
            "takes the wrong rank",
            "Your method takes `percent * count / 100` as a position in the array. Positions count from 0, and the fraction is "
                + "cut off. The result is one position too far whenever the exact rank is a whole number: the 50th percentile of "
                + "four requests is the second shortest, at position 1.",
            (requests, percent) => FromDue(requests)[requests.Count * percent / 100]),
        new(
            "rounds the rank down",
            "Your method rounds the rank down. Fewer than `percent` per cent of the requests are then within the result: of five "
                + "requests, the two shortest are 40 %, not half. Round up.",
            (requests, percent) => FromDue(requests)[Math.Max(0, (requests.Count * percent / 100) - 1)]),
        new(
            "divides the per cent as integers",
            "Your method computes `percent / 100` in integers, and that is 0 for each of the percentiles from 1 to 99. The "
                + "result is the shortest latency of all, and every server looks splendid. Multiply first, or divide by `100.0`.",
            (requests, percent) => FromDue(requests)[percent / 100 * requests.Count]),
        new(
            "multiplies by 0.01",
            "Your method computes the rank with `percent * 0.01`. In floating point, 70 * 0.01 is a tiny bit more than 0.7, and "
                + "`Math.Ceiling` rounds that excess up to a whole rank. Multiply first and divide last: "
                + "`count * percent / 100.0`.",
            (requests, percent) => FromDue(requests)[(int)Math.Ceiling(requests.Count * (percent * 0.01)) - 1]),
        new(
            "returns the mean",
            "Your method returns the mean, whatever the percentile. A mean hides what a percentile is for: if one request in a "
                + "hundred takes a hundred times longer than the others, the mean doubles, and describes neither the one nor the "
                + "others.",
            (requests, _) => TimeSpan.FromTicks((long)requests.Average(request => (request.Answered - request.Due).Ticks))),
        new(
            "does not sort",
            "Your method takes a rank from latencies in the order in which the requests were due. The result is the latency of "
                + "whichever request stands there. Sort the latencies first.",
            (requests, percent) => AtRank([.. requests.Select(request => request.Answered - request.Due)], percent)),
        new(
            "interpolates",
            "Your method interpolates between two latencies. That is another definition of a percentile, and many spreadsheets "
                + "use it, but it returns times that no request took: if half of the answers take 1 ms and the others 1 s, it "
                + "reports half a second.",
            (requests, percent) => Between(FromDue(requests), percent / 100.0 * (requests.Count - 1))),
        new(
            "sorts the wrong way round",
            "Your method sorts from the longest latency to the shortest. The 99th percentile is then one of the shortest: "
                + "the worse the server, the better its figures.",
            (requests, percent) => AtRank([.. FromDue(requests).Reverse()], percent)),
    ];

    private protected override IEnumerable<Asked> Cases(Random random)
    {
        TimedRequest[] calm = [Noted(0, 0, 20), Noted(100, 100, 130), Noted(200, 200, 240), Noted(300, 300, 310)];
        TimedRequest[] stalled =
            [Noted(0, 0, 20), Noted(100, 100, 330), Noted(200, 330, 350), Noted(300, 350, 370), Noted(400, 400, 420)];
        yield return new Asked(calm, 50);
        yield return new Asked(stalled, 50);
        yield return new Asked(stalled, 80);
        yield return new Asked([.. Enumerable.Range(0, 10).Select(i => Noted(100 * i, 100 * i, (101 * i) + 10))], 70);
        for (var i = 0; i < RandomCases; i++)
        {
            var count = random.Next(4, 120);
            var every = random.Next(5, 50);
            var requests = Measure(count, every, random.Next(1, every), random.Next(count - 1), random.Next(every, 10 * every));
            foreach (var percent in (int[])[random.Next(1, 100), 50, 95])
            {
                // Where the machine's rounding of percent / 100.0 would move the rank, the check does not ask.
                if (Math.Ceiling(percent / 100.0 * count) == RankOf(count, percent))
                {
                    yield return new Asked(requests, percent);
                }
            }
        }
    }

    private protected override object? Apply(Answer answer, Asked arguments) =>
        answer([.. arguments.Requests], arguments.Percent);

    private protected override string Describe(Asked arguments)
    {
        var requests = arguments.Requests;
        var what = requests.Count > MaxShown
            ? InvariantText.Format(
                $"{requests.Count} requests, {requests.Count(request => request.Sent > request.Due)} of them sent late")
            : string.Join(", ", requests.Select(InMilliseconds)) + " ms";
        return InvariantText.Format($"asked for percentile {arguments.Percent} of {what}");
    }

    private static string InMilliseconds(TimedRequest request) => InvariantText.Format(
        $"(due {request.Due.TotalMilliseconds}, sent {request.Sent.TotalMilliseconds}, ")
        + InvariantText.Format($"answered {request.Answered.TotalMilliseconds})");

    private static TimedRequest Noted(int due, int sent, int answered) => new(
        TimeSpan.FromMilliseconds(due), TimeSpan.FromMilliseconds(sent), TimeSpan.FromMilliseconds(answered));

    // One connection and one worker; one request takes longer than the others.
    private static TimedRequest[] Measure(int count, int every, int takes, int stallAt, int stall)
    {
        var requests = new TimedRequest[count];
        var free = TimeSpan.Zero;
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromMilliseconds(i * every);
            var sent = free > due ? free : due;
            // Each takes a little longer than the one before, so that hardly any two latencies are equal.
            free = sent + TimeSpan.FromMilliseconds(takes + (i == stallAt ? stall : 0)) + TimeSpan.FromMicroseconds(10 * i);
            requests[i] = new TimedRequest(due, sent, free);
        }

        return requests;
    }

    private static TimeSpan[] FromDue(IReadOnlyList<TimedRequest> requests) =>
        [.. requests.Select(request => request.Answered - request.Due).Order()];

    private static TimeSpan AtRank(TimeSpan[] latencies, int percent) => latencies[RankOf(latencies.Length, percent) - 1];

    private static int RankOf(int count, int percent) => ((count * percent) + 99) / 100;

    private static TimeSpan Between(TimeSpan[] sorted, double position)
    {
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>What a load generator noted for one request. Times are counted from the start of the run.</summary>
    /// <param name="Due">When the request was due: when a user would have clicked.</param>
    /// <param name="Sent">When it was sent; later than <paramref name="Due"/> if an earlier answer was still missing.</param>
    /// <param name="Answered">When its answer was complete.</param>
    public sealed record TimedRequest(TimeSpan Due, TimeSpan Sent, TimeSpan Answered);

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Requests">The requests.</param>
    /// <param name="Percent">Which percentile.</param>
    public sealed record Asked(IReadOnlyList<TimedRequest> Requests, int Percent);
}
