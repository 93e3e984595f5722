namespace NetworkingCourse.Display;

/// <summary>
/// The style of everything the library shows. Colours are the page's own, thinned, so that the same output is readable on a light
/// page, on a dark one, and in print.
/// </summary>
internal static class Style
{
    /// <summary>
    /// A style element; repeated in every output, because no output may count on another being there. The rules for cells name the class twice: JupyterLab has a
    /// rule of its own that aligns every cell to the right, and the more exact rule wins. So do those for source, which it would wrap.
    /// </summary>
    public const string Sheet =
        """
        <style>
        .course-scroll { overflow-x: auto; }
        .course-table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .3em 0; }
        table.course-table.course-table th, table.course-table.course-table td { padding: .15em .7em; text-align: left; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); white-space: nowrap; }
        table.course-table.course-table th { font-weight: 600; white-space: normal; border-bottom-color: color-mix(in srgb, currentColor 50%, transparent); }
        table.course-table.course-table .course-number { text-align: right; }
        table.course-table.course-table .course-long { white-space: normal; min-width: 20em; }
        .course-note { margin: .3em 0; opacity: .8; }
        .course-source { padding: .6em .9em; overflow-x: auto; border-left: 3px solid color-mix(in srgb, currentColor 30%, transparent); line-height: 1.35; }
        pre.course-source.course-source, pre.course-source.course-source code { white-space: pre; }
        .course-source .k { font-weight: 600; } .course-source .c { opacity: .75; font-style: italic; } .course-source .s { text-decoration: underline dotted; text-underline-offset: .2em; }
        .course-figure { max-width: 60em; } .course-figure details { margin: .2em 0 .8em 0; } .course-figure summary { cursor: pointer; opacity: .8; }
        </style>
        """;
}
