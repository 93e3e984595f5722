using System.Reflection;
using System.Runtime.Loader;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The load context of compiled cells and their libraries. The scripting package would prefer a library of the same name in
/// this program's folder; a notebook must get the copy that its <c>#r</c> names.
/// </summary>
internal sealed class CellLoadContext(CellReferences references) : AssemblyLoadContext("notebook")
{
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is { } name && !Framework.IsShared(name) && references.FileOf(name) is { } path
            ? LoadFromAssemblyPath(path)
            : null;
}
