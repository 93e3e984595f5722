using System.Diagnostics;

namespace NetworkingCourse.Tests.Support;

/// <summary>For states of the system that nothing announces: asks again and again, and gives up at a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task IsTrueAsync(Func<bool> condition, Func<string> otherwise)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Deadline, otherwise());
            await Task.Delay(10);
        }
    }
}
