using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Html;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Functions that every cell can call without a <c>using</c>, named as in .NET Interactive.</summary>
[SuppressMessage("Style", "IDE1006:Naming Styles", Justification = "The names are those of .NET Interactive.")]
[SuppressMessage("Naming", "CA1708:Identifiers should differ by more than case",
    Justification = "The names are those of .NET Interactive.")]
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

    /// <summary>Clears the cell's output so far. Only this kernel has it, so no lesson relies on it.</summary>
    /// <param name="wait">Whether to wait until there is new output, so that nothing flickers.</param>
    public static void ClearOutput(bool wait = false)
    {
        if (CellContext.Current is { } context)
        {
            context.Publish(new KernelEvent.Clear(context.Cell, wait));
        }
    }

    /// <summary>Marks text as HTML.</summary>
    public static IHtmlContent HTML(string content) => new HtmlString(content);

    /// <summary>Runs a script in the page, if the front end allows it.</summary>
    public static void Javascript(string scriptContent) =>
        HTML($"<script type=\"text/javascript\">{scriptContent}</script>").Display();

    /// <summary>Adds style rules to the page.</summary>
    public static void CSS(string content) => HTML($"<style>{content}</style>").Display();

    /// <summary>Asks the user for a line of input.</summary>
    /// <returns>The line, or null if no front end can be asked.</returns>
    public static Task<string?> GetInputAsync(string prompt = "") => Task.FromResult(CellContext.Current?.ReadLine(prompt));

    /// <summary>Asks the user for a line of input that is hidden while it is typed.</summary>
    /// <returns>The line, or null if no front end can be asked.</returns>
    public static Task<string?> GetPasswordAsync(string prompt = "") =>
        Task.FromResult(CellContext.Current?.ReadLine(prompt, isPassword: true));
}
