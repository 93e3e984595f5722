using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Capturing;

/// <summary>A test that captures packets. Where that is not possible it is skipped, and says why; in CI it runs, and fails there.</summary>
public sealed class CaptureFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> WhyNot = new(() => Task.Run(Capture.WhyNotAsync).GetAwaiter().GetResult());

    public CaptureFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") is null && WhyNot.Value is { } reason)
        {
            Skip = reason;
        }
    }
}
