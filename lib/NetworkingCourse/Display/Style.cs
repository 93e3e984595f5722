namespace NetworkingCourse.Display;

/// <summary>
/// The style of everything the library shows. Colours are paler shades of the page's own, so that the same output is readable on
/// a light page, on a dark page, and in print.
/// </summary>
internal static class Style
{
    /// <summary>
    /// A style element. Every output repeats it, because no output can rely on another being present. The rules for
    /// cells name the class twice: JupyterLab has a rule that aligns every cell to the right, and the more specific rule
    /// wins. The rules for source do the same, because JupyterLab would wrap it, and Visual Studio Code would draw a
    /// background behind its lines. A table wraps when the page is narrow; if it is still too wide, it fades out on the
    /// right until it is scrolled to its end.
    /// </summary>
    public const string Sheet =
        """
        <style>
        .course-scroll { overflow-x: auto; }
        @supports (animation-timeline: scroll()) {
        .course-scroll, .course-source { animation: course-more linear; animation-timeline: scroll(self inline); }
        @keyframes course-more {
        from, 98% { mask-image: linear-gradient(to left, transparent, #000 3em); } to { mask-image: linear-gradient(#000, #000); }
        }
        }
        .course-table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .3em 0; }
        table.course-table.course-table th, table.course-table.course-table td { padding: .15em .5em; text-align: left;
        border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); white-space: normal;
        vertical-align: baseline; }
        table.course-table.course-table th { font-weight: 600; vertical-align: bottom;
        border-bottom-color: color-mix(in srgb, currentColor 50%, transparent); }
        table.course-table.course-table .n { text-align: right; }
        table.course-table.course-table td.n { white-space: nowrap; }
        .k0 tr > :nth-child(1), .k1 tr > :nth-child(2), .k2 tr > :nth-child(3), .k3 tr > :nth-child(4),
        .k4 tr > :nth-child(5), .k5 tr > :nth-child(6)
        { &:is(table.course-table.course-table td) { white-space: nowrap; } }
        table.course-table.course-table .course-long { min-width: 12em; overflow-wrap: anywhere; }
        .course-note { margin: .3em 0; opacity: .9; }
        .course-source { padding: .6em .9em; overflow-x: auto;
        border-left: 3px solid color-mix(in srgb, currentColor 30%, transparent); line-height: 1.35; }
        pre.course-source.course-source, pre.course-source.course-source code { white-space: pre; color: inherit; }
        pre.course-source.course-source code { padding: 0; border: 0; background: none; }
        .course-source .k { font-weight: 600; } .course-source .c { opacity: .9; font-style: italic; }
        .course-source .s { text-decoration: underline dotted; text-underline-offset: .2em; }
        .course-figure { max-width: 60em; } .course-figure details { margin: .2em 0 .8em 0; }
        .course-figure summary { cursor: pointer; opacity: .9; display: list-item; }
        .course-folded > summary { cursor: pointer; display: list-item; }
        </style>
        """;

    /// <summary>
    /// The style of a drawing of the given width in pixels: on a page that is too narrow it shrinks, as long as its text of 12
    /// pixels remains readable, with 9; beyond that, it scrolls.
    /// </summary>
    public static string Shrinking(double width) =>
        InvariantText.Format($"max-width: 100%; min-width: {0.75 * width:0}px; height: auto");
}
