using System.Reflection;
using System.Runtime.Loader;

namespace NetworkingCourse.Figures;

/// <summary>
/// Loads the renderer from the folder <c>charts</c> next to this library into its own load context. Notebook kernels
/// ship their own versions of Plotly.NET's dependencies (above all FSharp.Core), and a single process-wide version would
/// break either the kernel or Plotly.NET.
/// </summary>
internal static class FigureRenderer
{
    private const string Folder = "charts";
    private const string AssemblyName = "NetworkingCourse.Charts";

    private static readonly Lazy<IFigureRenderer> Instance = new(Load);

    public static IFigureRenderer Current => Instance.Value;

    private static IFigureRenderer Load()
    {
        var folder = Path.Combine(Path.GetDirectoryName(typeof(FigureRenderer).Assembly.Location)!, Folder);
        var path = Path.Combine(folder, AssemblyName + ".dll");
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"The charts are missing: there is no {AssemblyName}.dll in the folder '{Folder}' next to the library. "
                    + "Build the project again: dotnet build",
                path);
        }

        var assembly = new ChartsContext(folder).LoadFromAssemblyPath(path);
        var type = assembly.GetTypes().Single(candidate => typeof(IFigureRenderer).IsAssignableFrom(candidate));
        return (IFigureRenderer)Activator.CreateInstance(type)!;
    }

    private sealed class ChartsContext(string folder) : AssemblyLoadContext("NetworkingCourse charts")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var library = typeof(FigureRenderer).Assembly;
            if (assemblyName.Name == library.GetName().Name)
            {
                return library;
            }

            var path = Path.Combine(folder, assemblyName.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
