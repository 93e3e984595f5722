namespace NetworkingCourse.Application;

/// <summary>
/// The addresses of the chapter's pages. The course's own are in <c>.test</c>, a domain that is reserved for testing (RFC 6761,
/// section 6.2). With <see cref="Course.Live"/> on, the first six lead to the real internet instead; the others have no
/// counterpart there.
/// </summary>
public static class Sites
{
    /// <summary>A page about music with a Chinese title.</summary>
    public static Uri Music => Of("https://music.test/", "https://music.163.com/");

    /// <summary>
    /// The home page of a programming language, by its short name and without TLS: two redirects away from the page itself.
    /// </summary>
    public static Uri Language => Of("http://adder.test/", "http://python.org/");

    /// <summary>The destination of those two redirects.</summary>
    public static Uri LanguagePage => Of("https://www.adder.test/", "https://www.python.org/");

    /// <summary>A server whose certificate has expired.</summary>
    public static Uri Expired => Of("https://expired.test/", "https://expired.badssl.com/");

    /// <summary>A server that presents the certificate of another name.</summary>
    public static Uri WrongName => Of("https://wrong-name.test/", "https://wrong.host.badssl.com/");

    /// <summary>A server whose certificate comes from an authority that no client trusts.</summary>
    public static Uri Untrusted => Of("https://untrusted.test/", "https://untrusted-root.badssl.com/");

    /// <summary>A directory of the course's sites, with a search over their pages.</summary>
    public static Uri Directory { get; } = new("https://directory.test/");

    /// <summary>A workbench: redirects, content codings, caching, cookies, forms, slow bodies.</summary>
    public static Uri Bench { get; } = new("https://bench.test/");

    /// <summary>
    /// Responses written byte by byte: a body that ends with the connection, and bodies whose length is wrong.
    /// </summary>
    public static Uri Raw { get; } = new("http://raw.test/");

    private static Uri Of(string own, string real) => new(Course.Live ? real : own);
}
