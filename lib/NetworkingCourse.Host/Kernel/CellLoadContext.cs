using System.Reflection;
using System.Runtime.Loader;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Where compiled cells and their libraries live. The scripting package would load a library from beside this program where
/// one of the same name lies there; a notebook must get the copy that its <c>#r</c> names.
/// </summary>
internal sealed class CellLoadContext(CellReferences references) : AssemblyLoadContext("notebook")
{
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is { } name && !Framework.IsShared(name) && references.FileOf(name) is { } path
            ? LoadFromAssemblyPath(path)
            : null;
}
