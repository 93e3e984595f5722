using System.Net;
using System.Text;

namespace NetworkingCourse.Display;

/// <summary>A table of claims with their verdicts, created by <see cref="Claim.Show"/>.</summary>
public sealed class Claims : Shown
{
    // Each verdict has its own background, so that its contrast is the same on a light page, on a dark page and on paper.
    private const string Sheet =
        """
        <style>
        .course-verdict { padding: .05em .6em; border-radius: .8em; color: #ffffff; font-weight: 600; white-space: nowrap; }
        .course-verdict { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        .course-verdict.course-holds { background: #1a7f37; } .course-verdict.course-fails { background: #b42318; }
        </style>
        """;

    private static readonly string[] Head = ["claim", "stated", "measured here", "verdict"];

    internal Claims(IReadOnlyList<Claim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (claims.Count == 0 || claims.Contains(null!))
        {
            throw new ArgumentException("There is no claim to show.", nameof(claims));
        }

        All = [.. claims];
    }

    /// <summary>The claims, in display order.</summary>
    public IReadOnlyList<Claim> All { get; }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder(Style.Sheet).Append(Sheet)
            .Append("<div class=\"course-scroll\"><table class=\"course-table course-claims\"><thead><tr>");
        foreach (var head in Head)
        {
            html.Append(InvariantText.Format($"<th>{head}</th>"));
        }

        html.Append("</tr></thead><tbody>");
        foreach (var claim in All)
        {
            html.Append("<tr><td class=\"course-long\">").Append(Encode(claim.Text))
                // A percent sign stays on the line of its number.
                .Append("</td><td>").Append(Encode(claim.Stated.Replace(" %", "\u00a0%", StringComparison.Ordinal)))
                .Append("</td><td class=n>").Append(Encode(claim.MeasuredText()))
                .Append("</td><td><span class=\"course-verdict ").Append(claim.Holds ? "course-holds" : "course-fails")
                .Append("\">").Append(claim.Verdict).Append("</span></td></tr>");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    /// <summary>The claims as text, with aligned columns.</summary>
    public override string ToString() => new Table(Head, All.Select(Row)).ToString();

    private static object?[] Row(Claim claim) => [claim.Text, claim.Stated, claim.MeasuredText(), claim.Verdict];

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
