using System.IO.Compression;
using System.Text;
using NetworkingCourse.Host.Bundle;

namespace NetworkingCourse.Host.Tests.Bundle;

public sealed class BundleZipTests : IDisposable
{
    private static readonly IReadOnlyList<BundleFile> Files =
    [
        BundleFile.FromText("read.txt", "words"),
        BundleFile.FromText("bin/program", "#!/bin/sh\n", isProgram: true),
        BundleFile.FromText("Zebra", "z"),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_lie_in_one_folder_in_order_and_programs_can_be_started()
    {
        using var zip = ZipFile.OpenRead(Write("a.zip", Files));
        Assert.Equal(["top/Zebra", "top/bin/program", "top/read.txt"], zip.Entries.Select(entry => entry.FullName));
        Assert.Equal(
            [Convert.ToInt32("100644", 8), Convert.ToInt32("100755", 8), Convert.ToInt32("100644", 8)],
            zip.Entries.Select(entry => (int)((uint)entry.ExternalAttributes >> 16)));
        using var reader = new StreamReader(zip.GetEntry("top/read.txt")!.Open(), Encoding.UTF8);
        Assert.Equal("words", reader.ReadToEnd());
    }

    [NeedsFact(Need.Signals)]
    public void A_program_that_unzips_as_Unix_does_leaves_programs_that_can_be_started()
    {
        var to = Path.Combine(_folder.Path, "unzipped");
        ZipFile.ExtractToDirectory(Write("a.zip", Files), to);
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(Path.Combine(to, "top/bin/program")).HasFlag(UnixFileMode.UserExecute));
            Assert.False(File.GetUnixFileMode(Path.Combine(to, "top/read.txt")).HasFlag(UnixFileMode.UserExecute));
        }
    }

    [Fact]
    public void The_same_files_give_the_same_zip_in_whatever_order_they_come() => Assert.Equal(
        BundleZip.Sha256(Write("a.zip", Files)), BundleZip.Sha256(Write("b.zip", Files.Reverse())));

    [Fact]
    public void The_checksum_is_the_one_that_others_compute() =>
        // FIPS 180-2, appendix B.1.
        Assert.Equal(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            BundleZip.Sha256(_folder.File("abc", "abc")));

    [Fact]
    public void What_is_stopped_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var path = Path.Combine(_folder.Path, "a.zip");
        Assert.Throws<OperationCanceledException>(
            () => BundleZip.Write(path, "top", Files, _ => stop.Cancel(), stop.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private string Write(string name, IEnumerable<BundleFile> files)
    {
        var path = Path.Combine(_folder.Path, name);
        BundleZip.Write(path, "top", files, _ => { }, CancellationToken.None);
        return path;
    }
}
