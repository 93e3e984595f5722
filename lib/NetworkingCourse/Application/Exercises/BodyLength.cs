using System.Globalization;
using System.Text;
using NetworkingCourse.Application;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.2: how the end of a body is found.</summary>
    public static BodyLengthExercise BodyLength { get; } = new();
}

/// <summary>What a reader knows of a message when its head is complete.</summary>
/// <param name="Method">The method of the request; for a response, that of the request that it answers.</param>
/// <param name="Status">The status code of a response; 0 for a request.</param>
/// <param name="Fields">The fields, in order, each with its name and its value.</param>
public sealed record MessageHead(string Method, int Status, params IReadOnlyList<(string Name, string Value)> Fields)
{
    /// <summary>Whether it is a request.</summary>
    public bool IsRequest => Status == 0;

    /// <summary>The values of all fields with a name, in order. Upper and lower case make no difference in a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>One value for each field; an empty array if there is no such field.</returns>
    public string[] Values(string name) =>
        [.. Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    /// <inheritdoc/>
    public override string ToString() =>
        (IsRequest ? $"the request {Method}" : InvariantText.Format($"the response {Status} to {Method}"))
        + (Fields.Count == 0 ? " without fields" : string.Concat(Fields.Select(field => $" · {field.Name}: {field.Value}")));
}

/// <summary>The learner applies the eight rules of RFC 9112, section 6.3.</summary>
public sealed class BodyLengthExercise : CaseExercise<BodyLengthExercise.Answer, MessageHead>
{
    private const int RandomCases = 80;
    private const string Length = "Content-Length";
    private const string Coding = "Transfer-Encoding";

    private static readonly (string, string) Chunked = (Coding, "chunked");
    private static readonly (string, string) Five = (Length, "5");

    // The course's limit for bodies is no part of the task.
    private static readonly HttpRules Rules = HttpRules.Strict with { Limits = new HttpLimits { Body = int.MaxValue } };

    internal BodyLengthExercise()
        : base(new ExerciseText(
            "1-application/2-one-connection-many-requests.ipynb", "1.2", 2, nameof(Exercises.BodyLength),
            "The eight rules",
            "A reader has read the head of a message. Return how the end of the body is found, and with `HttpFraming.Length` "
                + "how many bytes the body has (otherwise the number does not matter). Follow RFC 9112, section 6.3. Throw "
                + "a `FormatException`, and no other exception, if the fields of a message that can have a body "
                + "include both `Content-Length` and `Transfer-Encoding`; if a `Transfer-Encoding` is anything but "
                + "`chunked`, in upper or lower case; and if a `Content-Length` is anything but digits. Several lengths, in "
                + "several fields or as a list with commas, count as one if they are all the same, and are refused "
                + "otherwise. A length that does not fit into an `int` is refused, too.",
            [
                "The order matters. First come the responses that have no body whatever their fields say; then the fields; "
                    + "and last the messages with neither field. Rules 1 and 2 look at the status and at the method of the "
                    + "*request*.",
                "No body: a response to `HEAD`; 1xx, 204 and 304; 2xx to `CONNECT`. Then both fields: refuse. "
                    + "`Transfer-Encoding`: `chunked` or refuse. `Content-Length`: "
                    + "`head.Values(\"Content-Length\").SelectMany(value => value.Split(','))`, trimmed, all equal, and all "
                    + "of them `char.IsAsciiDigit`. Neither: a request has no body, a response ends with the connection.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="head">The head of a message.</param>
    /// <returns>How the end of the body is found, and the length of the body in bytes if it is found by its length.</returns>
    /// <exception cref="FormatException">The head does not say it, or says two things.</exception>
    public delegate (HttpFraming Framing, int Length) Answer(MessageHead head);

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference { get; } = ByTheCourse;

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "waits for a body after HEAD",
            "Your method goes by the fields although the request was a `HEAD`. The response has the `Content-Length` that a "
                + "`GET` would have got, but no body. A client that waits for it waits for ever, or takes the next response "
                + "for it. The bytes alone cannot tell: a reader of responses must know what was asked.",
            head => ByFields(head)),
        new(
            "waits for a body after 204 and 304",
            "Your method goes by the fields of a response that has no body because of its status: 1xx, 204 and 304. A 304 "
                + "often repeats the `Content-Length` of the page that it does not send. The rule for statuses comes before "
                + "all rules for fields.",
            head => head is { IsRequest: false, Method: "HEAD" } ? None : ByFields(head)),
        new(
            "waits for a body after CONNECT",
            "Your method treats a successful response to `CONNECT` like any other. After its head the tunnel begins: what "
                + "comes is TLS, or whatever the two ends speak. A client that takes these bytes for a body never starts its "
                + "handshake.",
            head => IsEmpty(head) ? None : ByFields(head)),
        new(
            "forgets that a CONNECT can be refused",
            "Your method says that no response to `CONNECT` has a body. That is so for 2xx, where the tunnel begins. A proxy "
                + "that refuses, with 403 or 407, explains itself in a body like any server. What you leave of it on the "
                + "connection is taken for the next response.",
            head => IsEmpty(head) || head is { IsRequest: false, Method: "CONNECT" } ? None : ByFields(head)),
        new(
            "lets the length win",
            "Your method takes the `Content-Length` of a message that has a `Transfer-Encoding`, too. By the RFC the chunks "
                + "win, so the next program on the way puts the end in another place. An attacker hides a request between "
                + "the two ends. Refuse such a message.",
            head => IsEmptyOrTunnel(head) ? None : head.Values(Length).Length > 0 ? ByLength(head) : ByFields(head)),
        new(
            "lets the chunks win",
            "Your method follows the chunks if a message has both fields. That is what rule 3 says first, but it goes on: "
                + "such a message ought to be handled as an error, because it may be an attempt to smuggle a request. A "
                + "program on the way may have gone by the length. Refuse it.",
            head => IsEmptyOrTunnel(head) ? None : head.Values(Coding).Length > 0 ? ByChunks(head) : ByFields(head)),
        new(
            "gives a response without fields no body",
            "Your method says that a response with neither field has no body. That is the rule for requests. A response goes "
                + "on until the server closes the connection: that is how the first web servers answered, and how many "
                + "simple ones still do. To your reader, their pages would be empty.",
            head => IsEmptyOrTunnel(head) || (head.Values(Length).Length == 0 && head.Values(Coding).Length == 0)
                ? None : ByFields(head)),
        new(
            "searches for the word chunked",
            "Your method accepts a `Transfer-Encoding` as soon as `chunked` occurs in it. `xchunked` is another coding, and "
                + "after `gzip, chunked` the data have to be decompressed, which this reader cannot do. If the server behind "
                + "you reads it in another way, you have a hole for smuggled requests. Compare the whole value.",
            head => IsEmptyOrTunnel(head) ? None
                : head.Values(Length).Length == 0 && head.Values(Coding).Any(
                    value => value.Contains("chunked", StringComparison.OrdinalIgnoreCase))
                ? (HttpFraming.Chunked, 0)
                : ByFields(head)),
        new(
            "takes the first of several lengths",
            "Your method takes the first `Content-Length` and does not look at the others. If they differ, one of them is a "
                + "lie, and the program before you may have believed the other. Only if all are the same do they count as "
                + "one.",
            head => IsEmptyOrTunnel(head) ? None
                : head.Values(Coding).Length == 0 && LengthsOf(head) is [var first, ..]
                ? (HttpFraming.Length, NumberIn(first))
                : ByFields(head)),
        new(
            "accepts more than digits",
            "Your method uses `int.Parse` or something like it, which accepts a sign and white space: `+5` becomes 5, and "
                + "`-5` gives a negative length. The RFC allows only digits. If one program accepts more and the next does "
                + "not, an attacker can use the difference. Check each character with `char.IsAsciiDigit`.",
            head => IsEmptyOrTunnel(head) ? None
                : head.Values(Coding).Length == 0 && LengthsOf(head) is { Count: > 0 } lengths && lengths.Distinct().Count() == 1
                && int.TryParse(lengths[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
                ? (HttpFraming.Length, number)
                : ByFields(head)),
        new(
            "lets a length overflow",
            "For a length that does not fit into an `int`, your method throws an `OverflowException`, as `int.Parse` does. The "
                + "caller expects a `FormatException` and does not catch yours: one request ends the whole program. Use "
                + "`int.TryParse`, and throw the `FormatException` yourself.",
            head => !IsEmptyOrTunnel(head) && head.Values(Coding).Length == 0
                && LengthsOf(head).Distinct().ToList() is [{ Length: > 9 } digits] && digits.All(char.IsAsciiDigit)
                ? (HttpFraming.Length, int.Parse(digits, CultureInfo.InvariantCulture))
                : ByTheCourse(head)),
        new(
            "knows `chunked` only in lower case",
            "Your method refuses `Chunked`. The names of codings do not depend on case (RFC 9112, section 7), so this is the "
                + "same coding. Compare with `StringComparison.OrdinalIgnoreCase`.",
            head => head.Values(Coding) is [not "chunked"] && !IsEmptyOrTunnel(head)
                ? throw new FormatException("This coding is not known.")
                : ByTheCourse(head)),
        new(
            "accepts chunked twice",
            "Your method accepts two fields `Transfer-Encoding: chunked`. Several fields mean the same as one with commas: "
                + "`chunked, chunked` says that the chunks are cut into chunks again, which no sender may do (RFC 9112, "
                + "section 6.1). Only lengths may be repeated. Look at all fields of that name, not only at the first.",
            head => !IsEmptyOrTunnel(head) && head.Values(Length).Length == 0 && head.Values(Coding) is [var first, _, ..]
                && first.Equals("chunked", StringComparison.OrdinalIgnoreCase)
                ? (HttpFraming.Chunked, 0)
                : ByTheCourse(head)),
        new(
            "takes a HEAD request for its response",
            "Your method says that the *request* `HEAD` has no body, whatever its fields say. That rule is for the *response*. "
                + "A request goes by its fields, whatever its method is. If you leave its body on the connection, you will "
                + "read it as the next request. Look at `IsRequest`, too.",
            head => head.Method == "HEAD" ? None : ByTheCourse(head)),
    ];

    private static (HttpFraming, int) None => (HttpFraming.None, 0);

    private protected override IEnumerable<MessageHead> Cases(Random random)
    {
        yield return new("GET", 200, Five);
        yield return new("GET", 200, Chunked);
        yield return new("GET", 0);
        yield return new("HEAD", 200, Five);
        yield return new("GET", 200);
        yield return new("POST", 0, ("content-length", "5"));
        yield return new("POST", 0, ("transfer-encoding", "Chunked"));
        yield return new("HEAD", 200);
        yield return new("HEAD", 0, Five);
        yield return new("GET", 304, Five);
        yield return new("DELETE", 204);
        yield return new("POST", 100);
        yield return new("GET", 103, ("Link", "</style.css>"));
        yield return new("POST", 0);
        yield return new("POST", 205); // has no content (RFC 9110), but is not among those that need no field to say so
        yield return new("CONNECT", 200);
        yield return new("CONNECT", 200, Five);
        yield return new("CONNECT", 201, Five);
        yield return new("CONNECT", 407, Five);
        yield return new("POST", 0, Five, Chunked);
        yield return new("GET", 200, Chunked, Five);
        yield return new("HEAD", 200, Five, Chunked);
        yield return new("POST", 0, (Coding, "xchunked"));
        yield return new("GET", 200, (Coding, "gzip, chunked"));
        yield return new("GET", 200, Chunked, Chunked);
        yield return new("POST", 0, (Length, "5"), (Length, "6"));
        yield return new("POST", 0, (Length, "5, 6"));
        yield return new("POST", 0, (Length, "5"), (Length, "5"));
        yield return new("POST", 0, (Length, "5, 5"));
        yield return new("POST", 0, (Length, "+5"));
        yield return new("POST", 0, (Length, "-5"));
        yield return new("POST", 0, (Length, "5 5"));
        yield return new("POST", 0, (Length, ""));
        yield return new("POST", 0, (Length, "99999999999999999999"));
        yield return new("POST", 0, (Length, "4294967301")); // 5, if only 32 bits of it are kept
        yield return new("GET", 304, (Length, "99999999999999999999"));
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomHead(random);
            // Fields that say more than there is, with which most programs begin to fail.
            yield return random.Next(2) == 0
                ? new("HEAD", 200, (Length, InvariantText.Format($"{random.Next(1, 1000)}")))
                : new("GET", 304, (Length, InvariantText.Format($"{random.Next(1, 1000)}")));
        }
    }

    private protected override object? Apply(Answer answer, MessageHead arguments)
    {
        var (framing, length) = answer(arguments with { Fields = [.. arguments.Fields] });
        return new Said(framing == HttpFraming.Length
            ? InvariantText.Format($"{framing}, {Octets.Count(length)}")
            : $"{framing}");
    }

    private protected override string Describe(MessageHead arguments) => $"read the head of {arguments}";

    // The rules of the course's reader. It refuses even lengths that are all the same, as RFC 9112 allows.
    private static (HttpFraming, int) ByTheCourse(MessageHead head)
    {
        var lengths = LengthsOf(head);
        var isRepeated = lengths.Count > 1 && lengths.Distinct().Count() == 1;
        var fields = new HttpFields(HttpRules.Strict);
        foreach (var (name, value) in head.Fields.Where(one => !isRepeated || !IsLength(one.Name)))
        {
            fields.Add(Encoding.Latin1.GetBytes($"{name}: {value}"), 0, isTrailer: false, []);
        }

        if (isRepeated)
        {
            fields.Add(Encoding.Latin1.GetBytes($"{Length}: {lengths[0]}"), 0, isTrailer: false, []);
        }

        string[] start = head.IsRequest
            ? [head.Method, "/", "HTTP/1.1"]
            : ["HTTP/1.1", head.Status.ToString(CultureInfo.InvariantCulture), ""];
        try
        {
            return HttpBodyRules.Of(start, head.IsRequest, head.Method, fields, Rules);
        }
        catch (HttpFormatException exception)
        {
            throw new FormatException(exception.Reason);
        }
    }

    private static MessageHead RandomHead(Random random)
    {
        string[] methods = ["GET", "GET", "POST", "HEAD", "HEAD", "CONNECT"];
        int[] statuses = [0, 0, 200, 200, 206, 204, 304, 404, 407, 101];
        var (method, status) = (random.GetItems(methods, 1)[0], random.GetItems(statuses, 1)[0]);
        var length = random.Next(0, 1000).ToString(CultureInfo.InvariantCulture);
        (string, string)[] fields = random.Next(8) switch
        {
            0 => [],
            1 or 2 => [(Length, length)],
            3 => [Chunked],
            4 => [Chunked, (Length, length)],
            5 => [(Length, random.GetString("+- ", 1).Trim() + length)],
            6 => [(Length, length), (Length, random.Next(2) == 0 ? length : length + "0")],
            _ => [(Coding, random.GetItems(["identity", "gzip", "gzip, chunked", "xchunked", "CHUNKED"], 1)[0])],
        };
        return new MessageHead(method, status, [("Date", "today"), .. fields]);
    }

    private static bool IsLength(string name) => name.Equals(Length, StringComparison.OrdinalIgnoreCase);

    private static List<string> LengthsOf(MessageHead head) =>
        [.. head.Values(Length).SelectMany(value => value.Split(',')).Select(value => value.Trim())];

    private static bool IsEmpty(MessageHead head) =>
        head is { IsRequest: false } and ({ Method: "HEAD" } or { Status: < 200 or 204 or 304 });

    private static bool IsEmptyOrTunnel(MessageHead head) =>
        IsEmpty(head) || head is { Method: "CONNECT", Status: >= 200 and < 300 };

    // Rules 3 to 8.
    private static (HttpFraming, int) ByFields(MessageHead head) =>
        (head.Values(Coding).Length > 0, head.Values(Length).Length > 0) switch
        {
            (true, true) => throw new FormatException("There are two ways to find the end."),
            (true, false) => ByChunks(head),
            (false, true) => ByLength(head),
            _ => (head.IsRequest ? HttpFraming.None : HttpFraming.Close, 0),
        };

    private static (HttpFraming, int) ByChunks(MessageHead head) =>
        head.Values(Coding) is [var coding] && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
            ? (HttpFraming.Chunked, 0)
            : throw new FormatException("This coding is not known.");

    private static (HttpFraming, int) ByLength(MessageHead head) => LengthsOf(head) is { } lengths
        && lengths.Distinct().Count() == 1
            ? (HttpFraming.Length, NumberIn(lengths[0]))
            : throw new FormatException("There is more than one length.");

    private static int NumberIn(string text) => text.Length is > 0 and < 10 && text.All(char.IsAsciiDigit)
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : throw new FormatException("A length is digits and nothing else.");
}
