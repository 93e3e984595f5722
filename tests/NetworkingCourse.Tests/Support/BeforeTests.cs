using System.Runtime.CompilerServices;
using CsCheck;

namespace NetworkingCourse.Tests.Support;

/// <summary>What holds for all tests of this project. It is set before the first one runs.</summary>
internal static class BeforeTests
{
#pragma warning disable CA2255 // A test project is an application of its own, for which this is meant.
    [ModuleInitializer]
    internal static void Set()
    {
        // Each property is sampled on one thread: tests run in parallel anyway, and servers under test would starve.
        Check.Threads = 1;
        NoProgress.Keep();
    }
#pragma warning restore CA2255
}
