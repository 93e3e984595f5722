namespace NetworkingCourse.Host.Tests.Oracle;

/// <summary>
/// Where the course's kernel is meant to differ from .NET Interactive's, and why. One that no longer differs fails the
/// tests.
/// </summary>
internal static class Differences
{
    public static IReadOnlyList<(string Session, string Cell, string Reason)> All { get; } =
    [
        (
            "declarations",
            "local functions in blocks",
            "What a function inside a block returns is not what the cell returns: nothing is shown for it."
        ),
        ("displays", "CSS", "A style element does what their script does, and front ends that run no scripts show it, too."),
        ("errors", "a namespace", "The message says what to write instead."),
        ("errors", "a top-level using declaration", "The message says what to write instead."),
        ("errors", "a library that is not there", "The message says where it was looked for, and how to build it."),
        ("statements", "a trailing delegate", "The size of its compiled body, which is shown, is another with stop points."),
        ("statements", "return in an else", "What the cell returns is shown, wherever the return stands."),
        ("statements", "return nothing", "A cell that returns nothing shows nothing."),
    ];

    public static string? ReasonFor(string session, string cell) =>
        All.Where(difference => difference.Session == session && difference.Cell == cell)
            .Select(difference => difference.Reason)
            .SingleOrDefault();
}
