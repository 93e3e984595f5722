using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Markdig.Syntax;

namespace NetworkingCourse.Host.Book;

/// <summary>
/// The text of a page as sections, one for each heading, with anchors. A section is what the contents list, the search finds, and
/// the slides show, in as many steps as it takes.
/// </summary>
internal sealed partial class Sections
{
    private const string Exercise = "Exercise";
    private const string Prediction = "Predict first";
    private readonly StringBuilder _html = new();
    private readonly List<Section> _all = [];
    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _anchors = [SitePath.Solutions];
    private bool _open;

    /// <summary>The sections so far.</summary>
    public IReadOnlyList<Section> All
    {
        get
        {
            TakeText();
            return _all;
        }
    }

    /// <summary>Adds blocks of Markdown: headings begin sections, and exercises and questions stand out.</summary>
    public void Add(IEnumerable<Block> blocks)
    {
        var task = false;
        foreach (var block in blocks)
        {
            if (block is HeadingBlock heading)
            {
                EndTask(ref task);
                Begin(BookMarkdown.Words(heading), heading.Level);
                continue;
            }

            var html = BookMarkdown.Html(block);
            if (!task && Lead().Match(html) is { Success: true } lead && lead.Groups["what"].Value is var what)
            {
                if (what == Exercise)
                {
                    task = true;
                    _html.Append("<div class=\"task\">\n");
                }
                else
                {
                    html = $"<div class=\"predict\">\n{html}</div>\n";
                }
            }

            _html.Append(html);
            _text.Append(BookMarkdown.Text(html)).Append(' ');
        }

        EndTask(ref task);
    }

    /// <summary>Adds HTML that the search does not look through, such as code and outputs.</summary>
    public void AddHtml(string html) => _html.Append(html);

    /// <summary>Begins a section.</summary>
    /// <param name="words">The heading as HTML.</param>
    /// <param name="level">Its level, from 1.</param>
    /// <param name="anchor">Its anchor, if it is not made from its words.</param>
    public void Begin(string words, int level, string? anchor = null)
    {
        End();
        var text = BookMarkdown.Text(words);
        anchor ??= Unique(BookMarkdown.Slug(text));
        _all.Add(new Section(text, level, anchor, ""));
        _html.Append("<section aria-labelledby=\"").Append(anchor).Append("\">\n").Append(Heading(words, level, anchor));
        _open = true;
    }

    /// <summary>Adds a heading inside of a section. It has an anchor, but the contents and the search do not have it.</summary>
    /// <param name="words">The heading as HTML.</param>
    /// <param name="level">Its level, from 2.</param>
    public void AddHeading(string words, int level) =>
        _html.Append(Heading(words, level, Unique(BookMarkdown.Slug(BookMarkdown.Text(words)))));

    /// <summary>All sections as HTML.</summary>
    public string ToHtml()
    {
        End();
        return _html.ToString();
    }

    private static string Heading(string words, int level, string anchor)
    {
        var name = $"Link to this section: {WebUtility.HtmlEncode(BookMarkdown.Text(words))}";
        var link = level == 1 ? "" : $" <a class=\"anchor\" href=\"#{anchor}\" aria-label=\"{name}\">#</a>";
        return FormattableString.Invariant($"<h{level} id=\"{anchor}\">{words}{link}</h{level}>\n");
    }

    private void End()
    {
        TakeText();
        if (_open)
        {
            _html.Append("</section>\n");
        }

        _open = false;
    }

    private void TakeText()
    {
        if (_all.Count > 0 && _text.Length > 0)
        {
            _all[^1] = _all[^1] with { Text = _all[^1].Text + _text };
        }

        _text.Clear();
    }

    private void EndTask(ref bool task)
    {
        _html.Append(task ? "</div>\n" : "");
        task = false;
    }

    private string Unique(string slug)
    {
        var anchor = slug;
        for (var i = 1; !_anchors.Add(anchor); i++)
        {
            anchor = FormattableString.Invariant($"{slug}-{i}");
        }

        return anchor;
    }

    [GeneratedRegex(@"^<p><strong>(?<what>" + Exercise + "|" + Prediction + @")\b")]
    private static partial Regex Lead();
}

/// <summary>A section of a page.</summary>
/// <param name="Title">The heading as text.</param>
/// <param name="Level">The level of the heading.</param>
/// <param name="Anchor">Its anchor.</param>
/// <param name="Text">The text of the section, as the search finds it.</param>
internal sealed record Section(string Title, int Level, string Anchor, string Text);
