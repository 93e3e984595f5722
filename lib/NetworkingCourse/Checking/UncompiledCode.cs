using System.Runtime.Loader;

namespace NetworkingCourse.Checking;

/// <summary>
/// What a learner has written last, and the compiler has refused: a check would be about an earlier version. Only the kernel
/// knows. The course's own kernel tells; in another one, such code is not noticed.
/// </summary>
public static class UncompiledCode
{
    /// <summary>
    /// The name under which a kernel tells it in <see cref="AppContext"/>: a function that takes the load context of a session
    /// and the name of a method or class, and returns whether the last cell that defines it did not compile.
    /// </summary>
    public const string Name = "NetworkingCourse.UncompiledCode";

    /// <summary>Whether the last cell of a session that defines this did not compile.</summary>
    internal static bool Has(AssemblyLoadContext session, string name) =>
        AppContext.GetData(Name) is Func<AssemblyLoadContext, string, bool> kernel && kernel(session, name);
}
