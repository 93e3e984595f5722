using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using NetworkingCourse.Host.Bundle;
using NetworkingCourse.Host.Tests.Jupyter;

namespace NetworkingCourse.Host.Tests.Bundle;

/// <summary>
/// A bundle for Linux, made, unzipped, installed, used and uninstalled as by a learner: another user with an empty home folder,
/// on a machine where there is no <c>dotnet</c> and no network but loopback.
/// </summary>
[Collection(JupyterTests.Title)]
public sealed partial class WholeBundleTests
{
    // The numeric ID of Debian's unprivileged user "nobody".
    private const string Nobody = "65534";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [NeedsFact(Need.Linux, Need.Jupyter, Need.RightsToGiveUp, Need.OwnNetwork, Need.RuntimePackages)]
    public async Task What_is_handed_out_installs_runs_Start_here_and_goes_without_a_trace()
    {
        using var folder = new TemporaryFolder();
        var output = Path.Combine(folder.Path, "stick");
        var (exit, words, errors) = await CourseProgram.RunAsync(
            Repository.Root, "bundle", "--for", Precompiler.Here, "--without-solutions", "--book", Book(folder), "--out", output);
        Assert.True(exit == 0, words + errors);
        var zip = Path.Combine(output, $"networking-course-{Precompiler.Here}.zip");
        SizesAndChecksumsAreSaid(words, output, zip);

        var learner = Directory.CreateDirectory(Path.Combine(folder.Path, "learner"));
        foreach (var place in new[] { "home", "tmp" })
        {
            Directory.CreateDirectory(Path.Combine(learner.FullName, place));
        }

        var (status, said) = await RunAsNobodyAsync(folder.Path, learner.FullName, zip);
        Assert.True(status == 0, said);
        Assert.Contains("dotnet: not found", said);
        Assert.Matches(@"ok +the course's library +loaded in a cell", said);
        Assert.Matches(@"ok +the installed kernel +'C# \(Networking Course\)' started", said);
        Assert.Contains("course-figure", await File.ReadAllTextAsync(Path.Combine(folder.Path, "learner", "executed.ipynb")));
        Assert.Contains("Uninstalled: networking-course", said);
        Assert.Contains("There is nothing to uninstall", said);
        Assert.Contains("Type 'sh install.sh' in the course's folder.", said);
        // A second nbconvert notes in .jupyter that it has looked for settings of old versions.
        Assert.Equal("", string.Join('\n', Directory.EnumerateFiles(
            Path.Combine(learner.FullName, "home"), "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/.jupyter/", StringComparison.Ordinal))));
        Assert.Equal("", string.Join('\n', Directory.EnumerateFiles(
            Path.Combine(learner.FullName, "tmp"), "*", SearchOption.AllDirectories)));
        Assert.Equal("", string.Join('\n', ProgramsBelow(learner.FullName)));
    }

    private static void SizesAndChecksumsAreSaid(string words, string output, string zip)
    {
        Assert.Equal(
            ["SHA256SUMS", "START-HERE.html", Path.GetFileName(zip)],
            Directory.EnumerateFiles(output).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
        var size = new FileInfo(zip).Length;
        var about = double.Parse(About().Match(words).Groups[1].Value, CultureInfo.InvariantCulture) * 1e6;
        Assert.InRange(about, 0.8 * size, 1.25 * size);
        Assert.Contains(BundleMaker.Size(size), words);
        var sum = BundleZip.Sha256(zip);
        Assert.Contains(sum, words);
        Assert.Equal($"{sum}  {Path.GetFileName(zip)}\n", File.ReadAllText(Path.Combine(output, "SHA256SUMS")));
    }

    // A book of no lesson, which is enough to see that it is taken along.
    private static string Book(TemporaryFolder folder)
    {
        folder.File("book/run.json", """{"notebooks": {}}""");
        return Path.GetDirectoryName(folder.File("book/index.html", "a book"))!;
    }

    // Everything above the last line is done as root: the learner's machine has no dotnet, and no network but loopback.
    private static async Task<(int Status, string Said)> RunAsNobodyAsync(string top, string learner, string zip)
    {
        var dotnet = Path.GetDirectoryName(new FileInfo(Programs.Find("dotnet")) is { LinkTarget: not null } link
            ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName
            : Programs.Find("dotnet"))!;
        var python = PythonPackages.Jupyter.Python;
        var script = $"""
            set -e
            ip link set lo up
            mount -t tmpfs none {dotnet}
            chown -R {Nobody}:{Nobody} {learner}
            chmod 755 {top}
            cd {learner}
            exec setpriv --reuid {Nobody} --regid {Nobody} --clear-groups \
                env -i HOME={learner}/home TMPDIR={learner}/tmp PATH=/usr/bin:/bin sh -c '
            dotnet --version
            set -e
            {python} -m zipfile -e {zip} .
            sh networking-course/doctor.sh || test $? = 1
            networking-course/course/NetworkingCourse.Host --help | grep "stands for: /.*/course/NetworkingCourse.Host"
            sh networking-course/install.sh
            test -s networking-course/book/index.html
            test ! -e networking-course/notebooks/solutions
            networking-course/course/NetworkingCourse.Host | grep "serve"
            ! grep -r "dotnet run" --include=*.ipynb --include=*.md networking-course/notebooks
            grep -r "course/NetworkingCourse.Host serve dns" networking-course/notebooks/3-network >/dev/null
            cd networking-course/notebooks
            {python} -m nbconvert --to notebook --execute 0-start-here.ipynb --output {learner}/executed.ipynb
            {python} -m nbconvert --to notebook --execute 2-transport/6-tcp-packet-by-packet.ipynb --output {learner}/files.ipynb
            {python} -m nbconvert --to notebook --execute 4-server-architecture/11-behind-a-load-balancer.ipynb \
                --output {learner}/keys.ipynb
            cd ../..
            sh networking-course/uninstall.sh
            sh networking-course/uninstall.sh
            rm -r networking-course'
            """;
        var start = new ProcessStartInfo("unshare", ["--net", "--mount", "sh", "-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var said = await output + await errors;
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, said);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static IEnumerable<string> ProgramsBelow(string folder) => Directory.EnumerateDirectories("/proc")
        .Where(process => char.IsAsciiDigit(Path.GetFileName(process)[0]))
        .Select(process =>
        {
            try
            {
                return new FileInfo(Path.Combine(process, "exe")).LinkTarget ?? "";
            }
            catch (IOException)
            {
                return ""; // it has just ended
            }
        })
        .Where(program => program.StartsWith(folder, StringComparison.Ordinal));

    [GeneratedRegex(@"about ([0-9.]+) MB as a zip")]
    private static partial Regex About();
}
