using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Html;

namespace NetworkingCourse.Host.Kernel;

/// <summary>What every cell can call without a <c>using</c>, under the names that .NET Interactive gives it.</summary>
[SuppressMessage("Style", "IDE1006:Naming Styles", Justification = "The names are those of .NET Interactive.")]
[SuppressMessage("Naming", "CA1708:Identifiers should differ by more than case", Justification = "The names are those of .NET Interactive.")]
public static partial class CellHelpers
{
    /// <summary>Shows a value below the cell, in the given formats or in those its type prefers.</summary>
    public static DisplayedValue display(object? value, params string[] mimeTypes)
    {
        var displayed = new DisplayedValue(Guid.NewGuid().ToString("N"), mimeTypes);
        if (CellContext.Current is { } context)
        {
            context.Publish(new KernelEvent.Display(context.Cell, ValueFormatter.Format(value, mimeTypes), displayed.Id));
        }

        return displayed;
    }

    /// <summary>Shows a value below the cell, in the given formats or in those its type prefers.</summary>
    public static DisplayedValue Display<T>(this T value, params string[] mimeTypes) => display(value, mimeTypes);

    /// <summary>Takes away what the cell has put out so far. Of this kernel only: no lesson relies on it.</summary>
    /// <param name="wait">Not before there is something new to be put in its place, so that nothing flickers.</param>
    public static void ClearOutput(bool wait = false)
    {
        if (CellContext.Current is { } context)
        {
            context.Publish(new KernelEvent.Clear(context.Cell, wait));
        }
    }

    /// <summary>Text that is HTML already.</summary>
    public static IHtmlContent HTML(string content) => new HtmlString(content);

    /// <summary>Runs a script in the page, where the front end allows it.</summary>
    public static void Javascript(string scriptContent) =>
        HTML($"<script type=\"text/javascript\">{scriptContent}</script>").Display();

    /// <summary>Adds rules to the page's style.</summary>
    public static void CSS(string content) => HTML($"<style>{content}</style>").Display();

    /// <summary>Asks the person in front of the notebook for a line.</summary>
    /// <returns>The line; null where no front end can be asked.</returns>
    public static Task<string?> GetInputAsync(string prompt = "") => Task.FromResult(CellContext.Current?.ReadLine(prompt));

    /// <summary>Asks the person in front of the notebook for a line that is not shown while it is typed.</summary>
    /// <returns>The line; null where no front end can be asked.</returns>
    public static Task<string?> GetPasswordAsync(string prompt = "") =>
        Task.FromResult(CellContext.Current?.ReadLine(prompt, isPassword: true));
}
