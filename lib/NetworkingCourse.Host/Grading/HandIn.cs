namespace NetworkingCourse.Host.Grading;

/// <summary>A notebook that a student has handed in.</summary>
/// <param name="Student">The student's name, as the files say it.</param>
/// <param name="Name">The file's path below the folder of the class, with forward slashes.</param>
/// <param name="FilePath">The file's full path.</param>
internal sealed record HandIn(string Student, string Name, string FilePath);

/// <summary>A file that cannot be graded.</summary>
/// <param name="Student">The student's name; empty if the file does not say it.</param>
/// <param name="Name">The file's path below the folder of the class, with forward slashes.</param>
/// <param name="Reason">Why it cannot be graded, in a sentence.</param>
internal sealed record RefusedFile(string Student, string Name, string Reason);

/// <summary>The notebooks of a class, and the files that are not notebooks.</summary>
/// <param name="Title">The name of the folder.</param>
/// <param name="Notebooks">The notebooks, by student.</param>
/// <param name="Refused">The other files.</param>
internal sealed record ClassFolder(string Title, IReadOnlyList<HandIn> Notebooks, IReadOnlyList<RefusedFile> Refused)
{
    private const string Ending = ".ipynb";
    private const long MaxBytes = 50_000_000;

    private static readonly string[] Ignored = ["__MACOSX"];
    private static readonly string[] Archives = [".zip", ".7z", ".rar", ".tar", ".gz", ".tgz"];
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None };

    /// <summary>
    /// Reads a folder with a folder for each student; notebooks that lie in it directly are named after their student.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="output">A folder that is not the students': that of the grades.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static ClassFolder Read(string folder, string output)
    {
        var top = new DirectoryInfo(Path.GetFullPath(folder));
        var (notebooks, refused) = (new List<HandIn>(), new List<RefusedFile>());
        var grades = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        foreach (var entry in EntriesOf(top).Where(entry => entry.FullName != grades))
        {
            if (entry is DirectoryInfo student && !IsLink(student))
            {
                var before = notebooks.Count + refused.Count;
                ReadBelow(student, student.Name);
                if (notebooks.Count + refused.Count == before)
                {
                    refused.Add(new RefusedFile(student.Name, student.Name + "/", "There is no notebook in this folder."));
                }
            }
            else
            {
                Take(entry, IsNotebook(entry) ? Path.GetFileNameWithoutExtension(entry.Name) : "");
            }
        }

        return new ClassFolder(top.Name, notebooks, refused);

        void ReadBelow(DirectoryInfo below, string student)
        {
            foreach (var entry in EntriesOf(below))
            {
                if (entry is DirectoryInfo further && !IsLink(further))
                {
                    ReadBelow(further, student);
                }
                else
                {
                    Take(entry, student);
                }
            }
        }

        void Take(FileSystemInfo entry, string student)
        {
            var name = Path.GetRelativePath(top.FullName, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (ReasonAgainst(entry) is { } reason)
            {
                refused.Add(new RefusedFile(student, name, reason));
            }
            else
            {
                notebooks.Add(new HandIn(student, name, entry.FullName));
            }
        }
    }

    private static IEnumerable<FileSystemInfo> EntriesOf(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos("*", All)
            .Where(entry => !IsIgnored(entry))
            .OrderBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase);

    // The system's own files, such as .DS_Store, and those of programs.
    private static bool IsIgnored(FileSystemInfo entry) => entry.Name.StartsWith('.') || Ignored.Contains(entry.Name);

    private static string? ReasonAgainst(FileSystemInfo entry) => entry switch
    {
        _ when IsLink(entry) => "It is a link to another file. Ask for the file itself.",
        _ when Archives.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase) => "It is an archive. Unpack it first.",
        _ when !IsNotebook(entry) =>
            $"It is not a notebook: its name does not end with {Ending}.",
        FileInfo { Length: 0 } => "It is empty.",
        FileInfo { Length: > MaxBytes } => FormattableString.Invariant($"It is larger than {MaxBytes / 1_000_000} MB."),
        _ => null,
    };

    private static bool IsNotebook(FileSystemInfo entry) =>
        entry.Extension.Equals(Ending, StringComparison.OrdinalIgnoreCase);

    private static bool IsLink(FileSystemInfo entry) => entry.LinkTarget is not null;
}
