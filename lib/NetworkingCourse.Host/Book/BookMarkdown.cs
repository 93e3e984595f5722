using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace NetworkingCourse.Host.Book;

/// <summary>Turns Markdown into HTML, block by block, with links that lead to pages of the book.</summary>
internal static partial class BookMarkdown
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    /// <summary>Parses Markdown and rewrites its links.</summary>
    /// <param name="text">The Markdown.</param>
    /// <param name="resolve">The new target of a link; null if the book does not have it: only the text stays then.</param>
    public static IReadOnlyList<Block> Parse(string text, Func<string, string?> resolve)
    {
        var document = Markdown.Parse(text, Pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (resolve(link.Url ?? "") is { } target)
            {
                link.Url = target;
            }
            else if (link.Parent is { } parent && parent.FirstChild == link && parent.LastChild == link
                && parent.ParentBlock is ParagraphBlock alone)
            {
                alone.Parent!.Remove(alone);
            }
            else if (SitePath.IsSolution(link.Url ?? ""))
            {
                link.Remove(); // its word alone, "Solution", would promise one
            }
            else
            {
                link.ReplaceBy(new ContainerInline());
            }
        }

        return [.. document];
    }

    /// <summary>A block as HTML. Tables that are too wide scroll.</summary>
    public static string Html(Block block)
    {
        var html = Render(renderer => renderer.Render(block));
        return block is Table ? $"<div class=\"wide\">{html}</div>\n" : html;
    }

    /// <summary>The words of a heading as HTML, without the element.</summary>
    public static string Words(HeadingBlock heading) => Render(renderer => renderer.WriteLeafInline(heading));

    /// <summary>HTML without its tags, in one line.</summary>
    public static string Text(string html) =>
        Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(html, " ")), " ").Trim();

    /// <summary>The anchor of a heading, as GitHub makes it.</summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var letter in text.ToLowerInvariant())
        {
            slug.Append(char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : letter == ' ' ? '-' : null);
        }

        return slug.Length == 0 ? "section" : slug.ToString();
    }

    private static string Render(Action<HtmlRenderer> write)
    {
        var html = new StringWriter { NewLine = "\n" };
        var renderer = new HtmlRenderer(html);
        Pipeline.Setup(renderer);
        write(renderer);
        return html.ToString();
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
