using System.Net;
using System.Runtime.InteropServices;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse;

/// <summary>What every notebook begins with.</summary>
public static class Course
{
    /// <summary>
    /// Makes the notebook ready: brings the script that draws its figures, once a page and with no network. The value is shown, so this
    /// stands at the end of the first code cell; running that cell again is always safe.
    /// </summary>
    public static Welcome Begin() => new();
}

/// <summary>The output of a notebook's first cell: what the course runs on, and the script that draws figures.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Welcome : IShown
{
    internal Welcome()
    {
    }

    /// <inheritdoc/>
    public string ToHtml() => $"{Style.Sheet}<p>{WebUtility.HtmlEncode(ToString())}</p>{FigurePage.Script()}";

    /// <inheritdoc/>
    public override string ToString() => Words.Invariant(
        $"Networking Course is ready. {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}.");
}
