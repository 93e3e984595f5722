namespace NetworkingCourse.Application;

/// <summary>
/// Where the pages of the chapter are. The course's own are in <c>.test</c>, a domain that nobody can own (RFC 6761, section 6.2). With
/// <see cref="Course.Live"/> the first six lead to the world outside instead; the rest have no like there.
/// </summary>
public static class Sites
{
    /// <summary>A page about music with a Chinese title.</summary>
    public static Uri Music => Of("https://music.test/", "https://music.163.com/");

    /// <summary>The home page of a programming language, by its short name and without TLS: two redirects away from the page itself.</summary>
    public static Uri Language => Of("http://adder.test/", "http://python.org/");

    /// <summary>Where those two redirects lead.</summary>
    public static Uri LanguagePage => Of("https://www.adder.test/", "https://www.python.org/");

    /// <summary>A server whose certificate has expired.</summary>
    public static Uri Expired => Of("https://expired.test/", "https://expired.badssl.com/");

    /// <summary>A server that shows the certificate of another name.</summary>
    public static Uri WrongName => Of("https://wrong-name.test/", "https://wrong.host.badssl.com/");

    /// <summary>A server whose certificate comes from an authority that nobody believes.</summary>
    public static Uri Untrusted => Of("https://untrusted.test/", "https://untrusted-root.badssl.com/");

    /// <summary>A directory of the course's sites, with a search over their pages.</summary>
    public static Uri Directory { get; } = new("https://directory.test/");

    /// <summary>A workbench: redirects, encodings of bodies, caching, cookies, forms, slow bodies.</summary>
    public static Uri Bench { get; } = new("https://bench.test/");

    /// <summary>Answers whose every byte is written out by hand: a body that ends with the connection, and bodies of a wrong length.</summary>
    public static Uri Raw { get; } = new("http://raw.test/");

    private static Uri Of(string own, string real) => new(Course.Live ? real : own);
}
