using NetworkingCourse.Application;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.3: which request follows a redirect.</summary>
    public static RedirectExercise Redirect { get; } = new();
}

/// <summary>The learner says which request follows a redirect: its method, and whether it has the body of the first.</summary>
public sealed class RedirectExercise : CaseExercise<RedirectExercise.Answer, RedirectExercise.Redirected>
{
    private const int RandomCases = 40;

    internal RedirectExercise()
        : base(new ExerciseText(
            "1-application/3-one-request-four-levels.ipynb", "1.3", 1, nameof(Exercises.Redirect),
            "Follow a redirect",
            "A client has sent a request with the method `method`, and the response has the status `status`. If it is one of "
                + "the five redirects 301, 302, 303, 307 and 308, return the method of the request that follows, and whether "
                + "it carries the body of the first one (for `GET` and `HEAD`, which have no body, that is not checked). Do "
                + "what browsers do: 301 and 302 turn a `POST` into a `GET`. A `HEAD` always stays a `HEAD`, even after a 303. "
                + "Return `null` if the status is none of the five, so that no request follows.",
            [
                "Fill in a table: a row for each of the five, and columns for `GET`, `HEAD`, `POST`, and `PUT` or any other "
                    + "method. Which of the cells differ from the method that was sent? When does a body survive?",
                "Three groups: 301 and 302 change `POST` and nothing else; 303 changes everything except `GET` and `HEAD`; "
                    + "307 and 308 change nothing. The body goes with the method: it stays exactly if the method does.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="method">The method of the request that was sent, in capitals.</param>
    /// <param name="status">The status code of its response.</param>
    /// <returns>
    /// The method of the request that follows, and whether it has the body of the request that was sent; null if none follows.
    /// </returns>
    public delegate (string Method, bool KeepsBody)? Answer(string method, int status);

    /// <inheritdoc/>
    public override int Minutes => 5;

    internal override Answer Reference => (method, status) => Follow(method, status, LevelNetwork.Redirected(method, status));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "turns everything into a GET",
            "Your method answers every redirect with a `GET`. That was the habit that made 307 and 308 necessary: they ask "
                + "for the *same* request at another place. With a `GET`, the order that was to be sent there becomes a look "
                + "at the page.",
            (method, status) => Follow(method, status, method == "HEAD" ? "HEAD" : "GET")),
        new(
            "keeps every method",
            "Your method never changes a method. 303 means \"the result is over there, get it\": a `POST` that is sent again "
                + "may order a second time. And for 301 and 302 browsers turn a `POST` into a `GET`, whatever their standard "
                + "once said.",
            (method, status) => Follow(method, status, method)),
        new(
            "lets 301 and 302 change PUT and DELETE",
            "Your method turns a `PUT` or a `DELETE` into a `GET` after 301 or 302. The exception that browsers forced upon "
                + "the standard is for `POST` alone. A `DELETE` that becomes a `GET` deletes nothing, and reports success.",
            (method, status) => Follow(method, status, status is 301 or 302 && method != "HEAD" ? "GET"
                : LevelNetwork.Redirected(method, status))),
        new(
            "lets 303 change only POST",
            "Your method lets `PUT` and `DELETE` pass through a 303 unchanged. 303 changes every method except `GET` and "
                + "`HEAD`: the server has carried out the `DELETE`, and shows the result at another address. Your client "
                + "would delete what is there.",
            (method, status) => Follow(method, status, status == 303 && method != "POST" ? method
                : LevelNetwork.Redirected(method, status))),
        new(
            "turns a HEAD into a GET",
            "Your method turns a `HEAD` into a `GET` after 303. A client that sends `HEAD` does not want the body. After the "
                + "redirect the client would get it all the same, perhaps a gigabyte.",
            (method, status) => Follow(method, status, status == 303 ? "GET" : LevelNetwork.Redirected(method, status))),
        new(
            "loses the body at 307 and 308",
            "Your method keeps the method after 307 and 308, but not the body. They ask for the same request again, and the "
                + "body is a part of it. The server gets an order without the things ordered.",
            (method, status) => Changed(
                Follow(method, status, LevelNetwork.Redirected(method, status)),
                keepsBody: status is 301 or 302 && method != "POST")),
        new(
            "sends a body with the GET",
            "Your method turns a `POST` into a `GET`, and lets it carry the body. The body goes where the method goes: a "
                + "`GET` has none. With its `Content-Length` left in the header the server would wait for it, or refuse the "
                + "request.",
            (method, status) => Changed(Follow(method, status, LevelNetwork.Redirected(method, status)), keepsBody: true)),
        new(
            "does not know 308",
            "Your method does not follow 308. It is the youngest of the five (RFC 7538, 2015): permanent like 301, with the "
                + "method kept as with 307. A client that does not know it shows an empty page.",
            (method, status) => status == 308 ? null : Follow(method, status, LevelNetwork.Redirected(method, status))),
        new(
            "takes 308 for a 301",
            "Your method treats the two permanent redirects alike, and changes a `POST` after 308. The 8 was added for "
                + "servers that need the method to stay: 308 is to 301 what 307 is to 302.",
            (method, status) => Follow(method, status, LevelNetwork.Redirected(method, status == 308 ? 301 : status))),
        new(
            "follows everything from 300 to 399",
            "Your method follows every status that begins with 3. 304 begins with 3, too, and says \"use the copy that you "
                + "have\": there is no `Location` to go to. Only five codes are redirects to follow.",
            (method, status) => Follow(method, status, LevelNetwork.Redirected(method, status))
                ?? (status / 100 == 3 ? (method, true) : null)),
        new(
            "follows 305",
            "Your method follows every status from 301 to 308 except 304. But 305 and 306 are no longer in use: with 305, any "
                + "server could send its clients to a proxy of its choice (RFC 7231, appendix B). Compare with the five codes, "
                + "not with a range.",
            (method, status) => status is 305 or 306 ? (method, true)
                : Follow(method, status, LevelNetwork.Redirected(method, status))),
    ];

    private protected override IEnumerable<Redirected> Cases(Random random)
    {
        string[] methods = ["POST", "GET", "PUT", "DELETE", "HEAD", "PATCH"];
        int[] statuses = [301, 302, 303, 307, 308, 304, 305, 300, 200, 404];
        foreach (var method in methods[..5])
        {
            foreach (var status in statuses)
            {
                yield return new(method, status);
            }
        }

        for (var i = 0; i < RandomCases; i++)
        {
            yield return new(random.GetItems(methods, 1)[0], random.GetItems(statuses, 1)[0]);
        }
    }

    // Whether a GET that stays a GET keeps a body that it does not have is not the question.
    private protected override object? Apply(Answer answer, Redirected arguments) =>
        answer(arguments.Method, arguments.Status) switch
        {
            null => new Said("no request follows"),
            (null, _) => null,
            ("GET" or "HEAD", _) and (var method, _) when arguments.Method is "GET" or "HEAD" => new Said($"`{method}`"),
            (var method, var keepsBody) => new Said($"`{method}` {(keepsBody ? "with the body" : "without a body")}"),
        };

    private protected override string Describe(Redirected arguments) => InvariantText.Format(
        $"sent a `{arguments.Method}`, and the response was {arguments.Status}");

    private static (string Method, bool KeepsBody)? Follow(string method, int status, string next) =>
        status is 301 or 302 or 303 or 307 or 308 ? (next, next == method) : null;

    private static (string Method, bool KeepsBody)? Changed((string Method, bool KeepsBody)? next, bool keepsBody) =>
        next is { } request ? (request.Method, keepsBody) : null;

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Method">The method of the request.</param>
    /// <param name="Status">The status code of the response.</param>
    public sealed record Redirected(string Method, int Status);
}
