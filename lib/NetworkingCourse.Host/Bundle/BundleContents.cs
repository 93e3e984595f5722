namespace NetworkingCourse.Host.Bundle;

/// <summary>What all systems' bundles have in common.</summary>
/// <param name="Notebooks">The notebooks and their library.</param>
/// <param name="Book">The book; nothing if there is none.</param>
/// <param name="Licence">The course's licence.</param>
internal sealed record BundleContents(
    IReadOnlyList<BundleFile> Notebooks, IReadOnlyList<BundleFile> Book, IReadOnlyList<BundleFile> Licence)
{
    /// <summary>The folder in which everything lies when it is unzipped.</summary>
    public const string Top = "networking-course";

    private const string Kernel = "course";
    private const string NotebooksFolder = "notebooks";
    private const string BookFolder = "book";

    // What a zip keeps of the files, on average. A bundle is mostly machine code; notebooks and books compress better.
    private const double Compressed = 0.43;

    /// <param name="project">The course's project folder.</param>
    /// <param name="notebooks">Its folder of notebooks.</param>
    /// <param name="book">The book's folder; null for none.</param>
    /// <param name="withSolutions">Whether learners get the solutions.</param>
    /// <param name="scratch">A folder for a copy of the book.</param>
    public static BundleContents Read(string project, string notebooks, string? book, bool withSolutions, string scratch) => new(
        NotebookFiles.Of(NotebooksFolder, notebooks, withSolutions),
        book is null ? [] : [.. BookFiles.Of(BookFolder, book, withSolutions ? null : scratch)],
        [BundleFile.FromDisk("LICENSE", Path.Combine(project, "LICENSE"))]);

    /// <summary>All files of the bundle for a system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="parts">What the SDK has got for it.</param>
    /// <param name="version">The runtime's version.</param>
    /// <param name="precompiled">Finds the file to take for one of the program's.</param>
    public async Task<IReadOnlyList<BundleFile>> ForAsync(
        TargetSystem system,
        Parts parts,
        string version,
        Func<ProgramFile, IReadOnlyList<ProgramFile>, Task<string>> precompiled) =>
    [
        .. HandOut.Of(system),
        .. Licence,
        .. Notebooks,
        KernelFiles.Starter($"{NotebooksFolder}/bin", Parts.Worker, system, parts),
        .. Book,
        .. await KernelFiles.OfAsync(Kernel, system, parts, precompiled).ConfigureAwait(false),
        .. RuntimeFiles.Of($"{Kernel}/runtime", system, parts, version),
    ];

    /// <summary>About how large the zip of some files will be, in bytes.</summary>
    public static long Estimate(IEnumerable<BundleFile> files) => (long)(files.Sum(file => file.Length) * Compressed);
}
