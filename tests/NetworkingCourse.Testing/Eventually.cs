using System.Diagnostics;

namespace NetworkingCourse.Testing;

/// <summary>Waits for states of the system that nothing announces: asks repeatedly, and gives up at a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="otherwise">Describes what is there instead, if it never holds.</param>
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
