using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.11: whether a balancer sends a failed request to another origin.</summary>
    public static SendAgainExercise SendAgain { get; } = new();
}

/// <summary>The learner writes the rule by which a balancer repeats requests; the clients and the order book judge it.</summary>
public sealed class SendAgainExercise : Exercise<SendAgainExercise.Answer>
{
    private const int MaxAttempts = 3;
    private const int Endless = 20;
    private const int RandomRequests = 30;

    // The other safe methods come first, so this rule has passed them.
    private const string RareMethods =
        "Your rule gives up a request that could be sent again. `OPTIONS` and `TRACE` are safe, like `GET`, and so they are "
            + "idempotent too (RFC 9110, sections 9.2.1 and 9.2.2).";

    private static readonly string[] Methods = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH"];

    private static readonly Mistake<Answer> RepeatsPost = new(
        "repeats a POST that may have been executed",
        "Your rule repeats a `POST` although an origin may have executed it. This one had: the order was in the book and only "
            + "the answer was lost. Now the customer has two orders and gets two parcels, and no error shows anywhere. The "
            + "balancer cannot know what has happened; it must report an error (RFC 9110, section 9.2.2).",
        (method, failure, attempts) => attempts < MaxAttempts && failure != RequestFailure.AnswerCutOff);

    private static readonly Mistake<Answer> RepeatsAllButPost = new(
        "repeats everything except POST",
        "Your rule makes an exception only for `POST`. `PATCH` is not idempotent either, because \"one more, please\" said "
            + "twice means two more. Any other method may not be idempotent either. List the methods that may be "
            + "repeated, not those that may not.",
        (method, failure, attempts) =>
            Allows(failure, attempts) && (failure == RequestFailure.NotConnected || method != "POST"));

    private static readonly Mistake<Answer> RepeatsOnlySafe = new(
        "repeats only methods that change nothing",
        "Your rule does not repeat `PUT` and `DELETE`, because they change something. They are not safe, but they are "
            + "idempotent: a second execution has no further effect. \"This is order 17\" said twice is still one order, and "
            + "what is deleted stays deleted. The client gets an error that a second attempt would have spared it.",
        (method, failure, attempts) =>
            Allows(failure, attempts) && (failure == RequestFailure.NotConnected || IsSafe(method)));

    private static readonly Mistake<Answer> NeverRepeatsPost = new(
        "does not send a POST that was never sent",
        "Your rule gives up a request because of its method although no connection could be made. Nothing was sent, so no "
            + "origin can have executed it: to send it now is not a repetition. When one origin is down, every second order "
            + "would fail for no reason.",
        (method, failure, attempts) => Allows(failure, attempts) && IsIdempotent(method));

    private static readonly Mistake<Answer> RepeatsOnlyUnsent = new(
        "repeats only what was never sent",
        "Your rule gives up every request that was sent, whatever its method. To execute an idempotent request twice does no "
            + "harm, so its client could have been spared the error. When an origin dies, all requests in flight there would "
            + "fail.",
        (method, failure, attempts) => attempts < MaxAttempts && failure == RequestFailure.NotConnected);

    private static readonly Mistake<Answer> HasNoLimit = new(
        "has no limit",
        "Your rule does not count the attempts. When no origin can answer, the balancer tries for ever, for every client that "
            + "waits. Such a retry storm keeps origins down that would have recovered. Give up after 3 "
            + "attempts.",
        (method, failure, attempts) => failure == RequestFailure.NotConnected
            || (failure == RequestFailure.NoAnswer && IsIdempotent(method)));

    private static readonly Mistake<Answer> TriesOnceMore = new(
        "makes a fourth attempt",
        "Your rule counts repetitions instead of attempts. `attempts` includes the first one: after 3 attempts, no other is "
            + "made. One more seems harmless, but when all origins fail, it adds a third to their load.",
        (method, failure, attempts) => attempts <= MaxAttempts && Harmless(method, failure));

    private static readonly Mistake<Answer> GivesUpEarly = new(
        "gives up after the second attempt",
        "Your rule gives up after two attempts, although a third was allowed and would have succeeded. `attempts` is the "
            + "number of attempts so far, the failed one included; another one may follow as long as it is less than 3.",
        (method, failure, attempts) => attempts < MaxAttempts - 1 && Harmless(method, failure));

    private static readonly Mistake<Answer> RepeatsAfterPart = new(
        "repeats a request after part of its answer",
        "Your rule repeats a request although part of the answer has already gone to the client. The balancer cannot take it "
            + "back: the client gets half of the first answer and then the second, and takes them for one. Even a `GET` must "
            + "fail here.",
        (method, failure, attempts) =>
            attempts < MaxAttempts && (failure == RequestFailure.NotConnected || IsIdempotent(method)));

    private static readonly Mistake<Answer> NeverRepeats = new(
        "never tries another origin",
        "Your rule gives up after the first attempt, although nothing was sent and the method changes nothing. Another origin "
            + "was there. Every failure of an origin becomes an error for a client, which is what the balancer is there to "
            + "prevent.",
        (method, failure, attempts) => false);

    internal SendAgainExercise()
        : base(new ExerciseText(
            "4-server-architecture/11-behind-a-load-balancer.ipynb", "4.11", 1, nameof(Exercises.SendAgain),
            "Send the request again?",
            "A balancer has tried to pass a request on, `attempts` times so far, and the last attempt has failed. Return "
                + "whether it tries another origin. It does so whenever that cannot do harm (RFC 9110, section 9.2.2), but "
                + "after 3 attempts it gives up. `failure` says how far the last attempt had come: `NotConnected`, nothing "
                + "was sent; `NoAnswer`, the request was sent and the connection broke; `AnswerCutOff`, it broke when part of "
                + "the answer had been passed on to the client. Methods are in capital letters.",
            [
                "Take the three failures one by one. After which of them does the method not matter at all? After which does "
                    + "it? Which methods are idempotent?",
                "`AnswerCutOff`: never. `NotConnected`: always. `NoAnswer`: only `GET`, `HEAD`, `OPTIONS`, `TRACE`, `PUT` and "
                    + "`DELETE`. All of this only while `attempts < 3`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="method">The request's method, in capital letters.</param>
    /// <param name="failure">How the last attempt has failed.</param>
    /// <param name="attempts">How many attempts have been made, from 1.</param>
    /// <returns>Whether to try another origin.</returns>
    public delegate bool Answer(string method, RequestFailure failure, int attempts);

    internal override Answer Reference => (method, failure, attempts) => attempts < MaxAttempts && Harmless(method, failure);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        RepeatsPost, RepeatsAllButPost, RepeatsOnlySafe, NeverRepeatsPost, RepeatsOnlyUnsent, HasNoLimit, TriesOnceMore,
        GivesUpEarly, RepeatsAfterPart, NeverRepeats,
    ];

    /// <summary>A client's request, and how each attempt to pass it on fails; the next one after these succeeds.</summary>
    private sealed record Request(string Method, params RequestFailure[] Failures);

    /// <summary>What has become of a request.</summary>
    private sealed record Outcome(string Text, bool GaveUp, int Attempts);

    private protected override void Try(Trial trial, Answer answer)
    {
        var number = 0;
        foreach (var request in Requests(trial.Random))
        {
            number++;
            var failures = string.Join(", ", request.Failures.Take(MaxAttempts));
            var what = InvariantText.Format($"client {number} sent `{request.Method}`; attempts failed with {failures}")
                + (request.Failures.Length < MaxAttempts ? "; the next would succeed" : "");
            var expected = Pass(request, Reference);
            var actual = trial.Call(what, () => Pass(request, answer));
            if (expected.Text != actual.Text && request.Method is "OPTIONS" or "TRACE" && actual.Attempts < expected.Attempts)
            {
                trial.Wrong(what, new Said(expected.Text), new Said(actual.Text), reason: RareMethods);
            }

            trial.Expect(what, new Said(expected.Text), new Said(actual.Text), Explain(request, expected, actual));
        }
    }

    private static IEnumerable<Request> Requests(Random random)
    {
        var (notConnected, noAnswer, cutOff) =
            (RequestFailure.NotConnected, RequestFailure.NoAnswer, RequestFailure.AnswerCutOff);
        yield return new("GET", notConnected);
        yield return new("GET", noAnswer);
        yield return new("POST", noAnswer);
        yield return new("PUT", noAnswer);
        yield return new("POST", notConnected);
        yield return new("DELETE", noAnswer);
        yield return new("PATCH", noAnswer);
        yield return new("HEAD", notConnected, noAnswer);
        yield return new("GET", [.. Enumerable.Repeat(notConnected, Endless)]);
        yield return new("GET", cutOff);
        for (var i = 0; i < RandomRequests; i++)
        {
            yield return new(
                Methods[random.Next(Methods.Length)],
                [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (RequestFailure)random.Next(3))]);
        }
    }

    // The balancer, the origins and their order book.
    private static Outcome Pass(Request request, Answer rule)
    {
        var book = new OrderBook();
        var isGarbled = false;
        for (var attempts = 1; ; attempts++)
        {
            RequestFailure? failure = attempts <= request.Failures.Length ? request.Failures[attempts - 1] : null;
            if (failure != RequestFailure.NotConnected)
            {
                Execute(request.Method, book);
            }

            if (failure is not { } failed)
            {
                return new(Describe(isGarbled ? "one and a half answers" : "an answer"), false, attempts);
            }

            if (attempts == Endless || !rule(request.Method, failed, attempts))
            {
                return new(Describe(failed == RequestFailure.AnswerCutOff ? "half an answer" : "an error"), true, attempts);
            }

            isGarbled |= failed == RequestFailure.AnswerCutOff;

            string Describe(string result) =>
                $"{result} after {InvariantText.Count(attempts, "attempt")}{(attempts == Endless ? " and more" : "")}"
                + (IsSafe(request.Method) ? "" : InvariantText.Format($", {Entries(book)} in the order book"));
        }
    }

    private static string Entries(OrderBook book) => book.Count switch
    {
        0 => "no entry",
        1 => "1 entry",
        _ => InvariantText.Format($"{book.Count} entries"),
    };

    private static void Execute(string method, OrderBook book)
    {
        if (!IsIdempotent(method))
        {
            book.Add(method);
        }
        else if (method == "PUT")
        {
            book.Set("17", method);
        }
    }

    private static Mistake<Answer>? Explain(Request request, Outcome expected, Outcome actual)
    {
        // The failed attempt after which the two rules disagree.
        var attempts = Math.Min(expected.Attempts, actual.Attempts);
        if (attempts > request.Failures.Length)
        {
            return null;
        }

        return (expected.Attempts > actual.Attempts, request.Failures[attempts - 1]) switch
        {
            (false, RequestFailure.AnswerCutOff) => RepeatsAfterPart,
            (false, _) when attempts == MaxAttempts => actual.Attempts == Endless ? HasNoLimit : TriesOnceMore,
            (false, _) => request.Method == "POST" ? RepeatsPost : RepeatsAllButPost,
            (true, _) when attempts == MaxAttempts - 1 => GivesUpEarly,
            (true, RequestFailure.NotConnected) => IsIdempotent(request.Method) ? NeverRepeats : NeverRepeatsPost,
            (true, _) => IsSafe(request.Method) ? RepeatsOnlyUnsent : RepeatsOnlySafe,
        };
    }

    private static bool Harmless(string method, RequestFailure failure) => failure switch
    {
        RequestFailure.NotConnected => true,
        RequestFailure.NoAnswer => IsIdempotent(method),
        _ => false,
    };

    private static bool Allows(RequestFailure failure, int attempts) =>
        attempts < MaxAttempts && failure != RequestFailure.AnswerCutOff;

    private static bool IsSafe(string method) => method is "GET" or "HEAD" or "OPTIONS" or "TRACE";

    private static bool IsIdempotent(string method) => IsSafe(method) || method is "PUT" or "DELETE";
}
