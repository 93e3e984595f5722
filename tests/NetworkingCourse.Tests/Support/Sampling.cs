using System.Runtime.CompilerServices;
using CsCheck;

namespace NetworkingCourse.Tests.Support;

/// <summary>Samples each property on one thread: tests run in parallel anyway, and servers under test would starve.</summary>
internal static class Sampling
{
#pragma warning disable CA2255 // A test project is an application of its own, for which this is meant.
    [ModuleInitializer]
    internal static void OnOneThread() => Check.Threads = 1;
#pragma warning restore CA2255
}
