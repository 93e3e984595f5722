using System.Reflection;
using System.Runtime.Loader;
using NetworkingCourse.Checking;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The load context of compiled cells and their libraries. The scripting package would prefer a library of the same name in
/// this program's folder; a notebook must get the copy that its <c>#r</c> names.
/// </summary>
internal sealed class CellLoadContext(CellReferences references) : AssemblyLoadContext("notebook")
{
    /// <summary>The methods and classes whose last cell did not compile.</summary>
    public HashSet<string> Uncompiled { get; } = [];

    /// <summary>Tells the library about them: see <see cref="UncompiledCode"/>.</summary>
    public static void Offer() => AppContext.SetData(
        UncompiledCode.Name,
        (Func<AssemblyLoadContext, string, bool>)((session, name) =>
            session is CellLoadContext cells && cells.Uncompiled.Contains(name)));

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is { } name && !Framework.IsShared(name) && references.FileOf(name) is { } path
            ? LoadFromAssemblyPath(path)
            : null;
}
