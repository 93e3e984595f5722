using System.Globalization;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Tests.Bench;

/// <summary>The command that measures a room of learners, here of two.</summary>
public sealed partial class BenchKernelsTests
{
    [Fact]
    public async Task It_says_how_long_kernels_take_to_start_what_they_use_and_how_far_they_disturb_each_other()
    {
        var (exit, output, errors) = await CourseProgram.RunAsync(Repository.Root, "bench", "kernels", "--kernels", "2");
        Assert.True(exit == 0, output + errors);
        Assert.Matches(@"one kernel: its first cell has run after \d+\.\d s", output);
        Assert.Matches(@"1 more, started at the same moment: after \d+\.\d s \(median\), \d+\.\d s \(last\)", output);
        Assert.InRange(double.Parse(Memory().Match(output).Groups[1].Value, CultureInfo.InvariantCulture), 20, 2000);
        Assert.Matches(@"each measures once, while the others are idle: the farthest latency is \d+\.\d %", output);
        Assert.Matches(@"(?m)^ +2 +\d+(\.\d)? +\d+(\.\d)? +\d+(\.\d)?$", output);
        Assert.Matches(@"With up to [12] at the same moment, 95 % of the learners were within 10 % of theory", output);
        Assert.Contains("2 at the same moment", errors);
    }

    [GeneratedRegex(@"2 kernels, \d+ s later: they use \d+\.\d\d cores and (\d+) MB each")]
    private static partial Regex Memory();
}
