using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;

namespace NetworkingCourse.Checking;

/// <summary>
/// A method of a later cell that has the same name as an answer, and other types. A learner who calls the check again means that
/// one; but it does not fit the check, so C# takes the earlier one, which does.
/// </summary>
internal static class LaterDefinition
{
    // Roslyn compiles each cell of a session into a class of this name, with a number.
    private const string Submission = "Submission#";

    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Why an answer is not the learner's last; null if it is, or is no method of a cell.</summary>
    public static string? Objection(Delegate answer)
    {
        var method = answer.Method;
        // A lambda has no name of its own, so no later one can be meant.
        return Trial.NameOf(method) is { } name && method.DeclaringType is { } cell && NumberOf(cell) is { } number
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
