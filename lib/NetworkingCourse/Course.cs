using System.Net;
using System.Runtime.InteropServices;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse;

/// <summary>What every notebook begins with.</summary>
public static class Course
{
    /// <summary>
    /// The environment variable that turns <see cref="Live"/> on from the start, if it is <c>1</c> or <c>true</c>.
    /// </summary>
    public const string LiveVariable = "NETWORKING_COURSE_LIVE";

    /// <summary>
    /// Whether the lessons on the application layer use the real internet, through the system's proxy if there is one, instead
    /// of the course's own. It is off unless set here or by <see cref="LiveVariable"/>; while it is off, nothing leaves the
    /// machine.
    /// </summary>
    public static bool Live { get; set; } = IsOn(Environment.GetEnvironmentVariable(LiveVariable));

    /// <summary>
    /// Makes the notebook ready: loads the script that draws its figures, once per page and without a network. The script is in
    /// the returned value, which must be shown: call this last in the first code cell. It is always safe to run that cell again.
    /// </summary>
    public static Welcome Begin() => new();

    internal static bool IsOn(string? value) =>
        value?.Trim() == "1" || string.Equals(value?.Trim(), "true", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The output of a notebook's first cell: what the course runs on, and the script that draws figures.</summary>
public sealed class Welcome : Shown
{
    internal Welcome()
    {
    }

    /// <inheritdoc/>
    public override string ToHtml() => $"{Style.Sheet}<p>{WebUtility.HtmlEncode(ToString())}</p>{FigurePage.Script()}";

    /// <inheritdoc/>
    public override string ToString() =>
        $"Networking Course is ready. {RuntimeInformation.FrameworkDescription}, "
        + $"{InvariantText.Count(Environment.ProcessorCount, "core")}, "
        + $"{RuntimeInformation.OSDescription}."
        + (Course.Live ? " Course.Live is on: some cells go to the real internet." : "");
}
