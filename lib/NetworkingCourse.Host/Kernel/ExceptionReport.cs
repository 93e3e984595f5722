using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Formats an exception for the author of the cells: their frames with cell and line, without the kernel's.</summary>
internal static partial class ExceptionReport
{
    private const int MaxFrames = 30;

    /// <summary>The maximum number of causes shown for an <see cref="AggregateException"/>.</summary>
    private const int MaxCauses = 10;

    public static CellError For(Exception exception)
    {
        var lines = new List<string>();
        Add(lines, exception, "");
        return new CellError(exception.GetType().Name, exception.Message, lines);
    }

    private static void Add(List<string> lines, Exception exception, string relation)
    {
        lines.Add($"{relation}{exception.GetType()}: {exception.Message}");
        lines.AddRange(Frames(exception));
        if (exception is AggregateException { InnerExceptions: { Count: > 1 } causes })
        {
            for (var i = 0; i < Math.Min(causes.Count, MaxCauses); i++)
            {
                Add(lines, causes[i], $"caused by ({i + 1} of {causes.Count}) ");
            }
        }
        else if (exception.InnerException is { } cause)
        {
            Add(lines, cause, "caused by ");
        }
    }

    private static List<string> Frames(Exception exception)
    {
        if (exception.StackTrace is null)
        {
            return []; // it was never thrown: its message says it all
        }

        var frames = new StackTrace(exception, fNeedFileInfo: true).GetFrames();
        var outermost = Array.FindLastIndex(frames, frame => PlaceOf(frame) is not null);
        // If no cell is on the stack (a thread that runs only library code), all frames are worth showing.
        var lines = frames.Take(outermost < 0 ? frames.Length : outermost + 1)
            .Select(Describe)
            .OfType<string>()
            .ToList();
        if (lines.Count > MaxFrames)
        {
            var left = lines.Count - MaxFrames;
            lines.RemoveRange(MaxFrames / 2, left);
            lines.Insert(MaxFrames / 2, $"   … {left} more …");
        }

        return lines;
    }

    private static string? Describe(StackFrame frame)
    {
        var method = frame.GetMethod();
        var type = method?.DeclaringType;
        if (method is null || type?.Assembly == typeof(ExceptionReport).Assembly
            || type?.Namespace is { } space && (space.StartsWith("System.Runtime.", StringComparison.Ordinal)
                || space.StartsWith("System.Threading", StringComparison.Ordinal)))
        {
            return null;
        }

        var name = NameOf(method);
        return PlaceOf(frame) is not { } place ? $"   at {name}"
            : name.Length == 0 ? $"   at {place}, line {frame.GetFileLineNumber()}"
            : $"   at {name} in {place}, line {frame.GetFileLineNumber()}";
    }

    /// <summary>The cell, or the file that a cell has loaded; null for library code, whose assembly is a file.</summary>
    private static string? PlaceOf(StackFrame frame) =>
        frame.GetFileName() is { } path && frame.GetMethod()?.Module.Assembly is not { Location.Length: > 0 }
            ? SourceName.Shown(path)
            : null;

    /// <summary>
    /// The method's name in the source: async methods and lambdas are compiled under other names. Empty for a cell's own code.
    /// </summary>
    private static string NameOf(MethodBase method)
    {
        var type = method.DeclaringType;
        var name = method.Name;
        while (type is not null && Generated().Match(type.Name) is { Success: true } generated)
        {
            name = generated.Groups["name"].Value is { Length: > 0 } original ? original : name;
            type = type.DeclaringType;
        }

        if (Generated().Match(name) is { Success: true } inner)
        {
            name = inner.Groups["name"].Value;
        }

        name = name.Trim('<', '>');
        var isSubmission = type is null || type.Name.StartsWith("Submission#", StringComparison.Ordinal);
        return isSubmission ? (name is "Initialize" or "Factory" ? "" : $"{name}()") : $"{Readable(type!)}.{name}()";
    }

    private static string Readable(Type type) =>
        SubmissionPrefix().Replace((type.FullName ?? type.Name).Split('[', '`')[0].Replace('+', '.'), "");

    [GeneratedRegex(@"^<(?<name><?\w*>?)>")]
    private static partial Regex Generated();

    [GeneratedRegex(@"^Submission#\d+\.")]
    private static partial Regex SubmissionPrefix();
}
