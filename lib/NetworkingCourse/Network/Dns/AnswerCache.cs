using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>An answer to a question, as a cache keeps it.</summary>
/// <param name="Code">
/// No error, or name error if the name does not exist at all. No error without data: the name exists, but has no records of the
/// type (RFC 2308, section 2).
/// </param>
/// <param name="Data">The data of the records, such as <c>192.0.2.80</c>; empty for a negative answer.</param>
/// <param name="TimeToLive">How long the answer may be cached from now on, in seconds; 0 if it may not be.</param>
public sealed record DnsAnswer(ResponseCode Code, IReadOnlyList<string> Data, int TimeToLive)
{
    /// <summary>The answer as text: <c>192.0.2.80, TTL 300 s</c>.</summary>
    public override string ToString()
    {
        var what = Code == ResponseCode.NameError ? "no such name" : Data.Count == 0 ? "no data" : string.Join(", ", Data);
        return InvariantText.Format($"{what}, TTL {TimeToLive} s");
    }
}

/// <summary>
/// A resolver's cache, which is told the time. A learner derives a class from this one; the course's own resolver has a
/// <see cref="DnsCache"/>.
/// </summary>
public abstract class AnswerCache
{
    /// <summary>Stores what a server has answered.</summary>
    /// <param name="name">The name in the question, without a dot at the end.</param>
    /// <param name="type">The type in the question.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="now">The time in seconds. It never goes back.</param>
    public abstract void Store(string name, DnsType type, DnsAnswer answer, int now);

    /// <summary>Finds the answer to a question.</summary>
    /// <param name="name">The name, without a dot at the end.</param>
    /// <param name="type">The type.</param>
    /// <param name="now">The time in seconds. It never goes back.</param>
    /// <returns>The answer, with the time-to-live that is left; null if a server has to be asked.</returns>
    public abstract DnsAnswer? Find(string name, DnsType type, int now);
}
