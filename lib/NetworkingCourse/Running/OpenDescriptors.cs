using System.Globalization;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>
/// The file descriptors that this process has open. To the system, files, sockets and pipes are all alike: entries in
/// one table. Linux shows the table as a folder (/proc/self/fd, proc(5)); macOS shows only the numbers; Windows has
/// handles instead, and no list of them.
/// </summary>
public sealed class OpenDescriptors : Shown
{
    private readonly string _note;

    private OpenDescriptors(IReadOnlyDictionary<int, string> all, string note) => (All, _note) = (all, note);

    /// <summary>The descriptors and what each one refers to.</summary>
    public IReadOnlyDictionary<int, string> All { get; }

    /// <summary>Lists the descriptors open now. If the system has no such list, the result is empty and says so.</summary>
    public static OpenDescriptors Now()
    {
        var folder = !SystemFeatures.DescriptorList ? null : OperatingSystem.IsLinux() ? "/proc/self/fd" : "/dev/fd";
        if (folder is null)
        {
            return new OpenDescriptors(
                new SortedDictionary<int, string>(),
                "This system has handles instead of descriptors, and no list of them.");
        }

        var all = new SortedDictionary<int, string>();
        foreach (var entry in Directory.GetFileSystemEntries(folder))
        {
            if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && Kind(entry) is { } kind)
            {
                all.Add(number, kind);
            }
        }

        return new OpenDescriptors(all, InvariantText.Format($"This process has {all.Count} descriptors."));
    }

    /// <summary>The descriptors that have been added since an earlier list.</summary>
    /// <param name="before">The earlier list.</param>
    public OpenDescriptors Since(OpenDescriptors before)
    {
        ArgumentNullException.ThrowIfNull(before);
        var added = All
            .Where(entry => !before.All.TryGetValue(entry.Key, out var kind) || kind != entry.Value)
            .ToDictionary();
        return new OpenDescriptors(
            new SortedDictionary<int, string>(added),
            All.Count == 0
                ? _note
                : InvariantText.Format($"{added.Count} new {(added.Count == 1 ? "descriptor" : "descriptors")}: ")
                    + InvariantText.Format($"{before.All.Count} before, {All.Count} now."));
    }

    // Shows only the name of a file, because its path may reveal the user. Listing the folder itself opens a
    // descriptor, which has been closed by now.
    private static string? Kind(string entry)
    {
        try
        {
            return OperatingSystem.IsMacOS() ? "open" : new FileInfo(entry).LinkTarget is not { } target ? null
                : target.StartsWith('/') ? $"file {Path.GetFileName(target)}" : target;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["descriptor", "what it is"],
        All.Select(IReadOnlyList<object?> (entry) => [entry.Key, entry.Value]),
        _note);
}
