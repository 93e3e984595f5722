using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;

namespace NetworkingCourse.Checking;

/// <summary>
/// A later definition with the name of an answer, which is not what the check gets: a method with other types, so that C# takes
/// the earlier one, which fits; or code that did not compile. A learner who calls the check again means that one.
/// </summary>
internal static class LaterDefinition
{
    // Roslyn compiles each cell of a session into a class of this name, with a number.
    private const string Submission = "Submission#";

    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Why an answer is not the learner's last; null if it is, or is not from a cell.</summary>
    public static string? Objection(object? answer)
    {
        // A lambda has no name of its own, so no later one can be meant.
        var name = answer is Delegate code ? Trial.NameOf(code.Method) : answer?.GetType().Name;
        var cell = answer is Delegate method ? method.Method.DeclaringType : answer?.GetType().DeclaringType;
        if (name is null || cell is null || NumberOf(cell) is not { } number)
        {
            return null;
        }

        if (AssemblyLoadContext.GetLoadContext(cell.Assembly) is { } session && UncompiledCode.Has(session, name))
        {
            return $"The last cell that defines `{name}` did not compile, so the verdict would be about an earlier `{name}`. "
                + "Correct that cell and run it; then run this one again.";
        }

        return answer is Delegate
            && CellsAfter(cell, number).Any(later => later.GetMethods(Declared).Any(other => other.Name == name))
            ? $"The last `{name}` that you have defined does not fit this check: its parameters or its return "
                + $"type differ from the stub's. C# then takes an earlier `{name}` that fits, and the verdict would be about "
                + "that one. Give the new one the types of the stub, and run its cell and this one again. (If you want both, "
                + "write them into the same cell.)"
            : null;
    }

    private static IEnumerable<Type> CellsAfter(Type cell, int number)
    {
        // Other sessions in the same process have contexts of their own.
        var session = AssemblyLoadContext.GetLoadContext(cell.Assembly);
        return AppDomain.CurrentDomain.GetAssemblies()
            .Where(assembly => !assembly.IsDynamic && assembly.Location.Length == 0
                && AssemblyLoadContext.GetLoadContext(assembly) == session)
            .SelectMany(TypesOf)
            .Where(type => NumberOf(type) > number);
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return exception.Types.OfType<Type>();
        }
    }

    private static int? NumberOf(Type type) =>
        type.Name.StartsWith(Submission, StringComparison.Ordinal)
        && int.TryParse(type.Name.AsSpan(Submission.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
