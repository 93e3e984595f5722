using System.Net;
using System.Runtime.InteropServices;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse;

/// <summary>What every notebook begins with.</summary>
public static class Course
{
    /// <summary>The variable of the environment that turns <see cref="Live"/> on from the start: <c>1</c> or <c>true</c>.</summary>
    public const string LiveVariable = "NETWORKING_COURSE_LIVE";

    /// <summary>
    /// Whether the lessons on the application layer go to the real internet, through the system's proxy if it has one, instead of the
    /// course's own. Off unless it is set here or by <see cref="LiveVariable"/>: nothing leaves the machine then.
    /// </summary>
    public static bool Live { get; set; } = IsOn(Environment.GetEnvironmentVariable(LiveVariable));

    /// <summary>
    /// Makes the notebook ready: brings the script that draws its figures, once a page and with no network. The value is shown, so this
    /// stands at the end of the first code cell; running that cell again is always safe.
    /// </summary>
    public static Welcome Begin() => new();

    internal static bool IsOn(string? value) => value?.Trim() == "1" || string.Equals(value?.Trim(), "true", StringComparison.OrdinalIgnoreCase);
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
    public override string ToString() => InvariantText.Format(
        $"Networking Course is ready. {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}.{(Course.Live ? " Course.Live is on: some cells go to the real internet." : "")}");
}
