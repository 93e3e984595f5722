using System.Diagnostics;
using System.Globalization;

namespace NetworkingCourse.Host.Bundle;

/// <summary>Makes the zips of a bundle, one for each system, and says what it does.</summary>
/// <param name="project">The course's project folder.</param>
/// <param name="contents">What all systems have in common.</param>
/// <param name="output">The folder for the zips.</param>
internal sealed class BundleMaker(string project, BundleContents contents, string output)
{
    private const string Checksums = "SHA256SUMS";

    private readonly Sdk _sdk = new(project);

    /// <exception cref="BundleException">A bundle cannot be made. Those made before stay.</exception>
    /// <exception cref="IOException">The output folder cannot be written to.</exception>
    public async Task MakeAsync(IReadOnlyList<TargetSystem> systems, CancellationToken cancellation)
    {
        var made = new List<(string Path, string Sum)>();
        foreach (var system in systems)
        {
            var path = Path.Combine(output, system.ZipName);
            await MakeAsync(system, path, cancellation).ConfigureAwait(false);
            made.Add((path, BundleZip.Sha256(path)));
        }

        AtomicFile.WriteText(Path.Combine(output, HandOut.StartHere), HandOut.Page());
        AtomicFile.WriteText(
            Path.Combine(output, Checksums), string.Concat(made.Select(zip => $"{zip.Sum}  {Path.GetFileName(zip.Path)}\n")));
        Console.WriteLine();
        foreach (var (path, sum) in made)
        {
            Console.WriteLine($"{Size(new FileInfo(path).Length),9}  {Path.GetFileName(path),-34}  SHA-256 {sum}");
        }
    }

    /// <summary>A size in words.</summary>
    public static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    private async Task MakeAsync(TargetSystem system, string path, CancellationToken cancellation)
    {
        Parts parts;
        using (Progress($"{system.Name}: getting the runtime (the first time from NuGet)", () => ""))
        {
            parts = await _sdk.PartsForAsync(system, cancellation).ConfigureAwait(false);
        }

        IReadOnlyList<BundleFile> files;
        var file = "";
        using (Progress($"{system.Name}: precompiling the kernel, once", () => file))
        {
            var precompiler = new Precompiler(system, parts, Sdk.RuntimeVersion);
            files = await contents.ForAsync(system, parts, Sdk.RuntimeVersion, (next, all) =>
            {
                file = $"{Path.GetFileName(next.Path)}, ";
                return precompiler.OfAsync(next, all, cancellation);
            }).ConfigureAwait(false);
        }

        var (total, about) = (files.Sum(file => file.Length), BundleContents.Estimate(files));
        Console.WriteLine($"{system.Name}: {Size(total)} in {files.Count.ToString(CultureInfo.InvariantCulture)} files, "
            + $"about {Size(about)} as a zip");
        Machine.Check(system, files);
        CheckRoom(about);
        var percent = "";
        using (Progress($"{system.Name}: writing {Path.GetFileName(path)}", () => percent))
        {
            BundleZip.Write(
                path,
                BundleContents.Top,
                files,
                done => percent = string.Create(CultureInfo.InvariantCulture, $"{100 * done / total} %, "),
                cancellation);
        }
    }

    private static ProgressLine Progress(string what, Func<string> state)
    {
        var (line, began) = (new ProgressLine(), Stopwatch.GetTimestamp());
        line.Set(() => FormattableString.Invariant($"{what}: {state()}{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        return line;
    }

    private void CheckRoom(long needed)
    {
        var room = new DriveInfo(output).AvailableFreeSpace;
        if (room < needed)
        {
            throw new BundleException(
                $"There is not enough room in {output}: {Size(room)} are free, and the next zip needs about {Size(needed)}. "
                    + "Make room, name fewer systems with --for, or another folder with --out.");
        }
    }
}
