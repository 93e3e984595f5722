using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Oracle;

/// <summary>
/// Compares the course's kernel with the C# kernel of .NET Interactive: given the same cells, both produce the same, except for
/// the intended differences (<see cref="Differences"/>).
/// </summary>
public sealed class OracleTests(OracleKernel oracle) : IClassFixture<OracleKernel>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Sessions => [.. OracleCells.Sessions];

    /// <summary>The sessions that set up no formatters, because formatters belong to the whole process.</summary>
    public static TheoryData<string> SessionsOfTheirOwn => [.. OracleCells.Sessions.Where(session => session != "displays")];

    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task The_same_comes_of_a_cell_in_both_kernels(string session)
    {
        using var folder = new TemporaryFolder();
        oracle.Begin(folder.Path);
        await using var kernel = KernelProcess.Start(folder.Path);
        var faults = new List<string>();
        foreach (var cell in OracleCells.Of(session))
        {
            var expected = oracle.Run(cell.Code);
            var events = new List<KernelEvent>();
            await kernel.ExecuteAsync(cell.Code, events.Add, Limit);
            var actual = Outcome.Of(events, expected);
            var reason = Differences.ReasonFor(session, cell.Name);
            if (actual == expected && reason is not null)
            {
                faults.Add($"{cell.Name}: is listed as different ({reason}), and is not.");
            }
            else if (actual != expected && reason is null)
            {
                faults.Add($"{cell.Name}:\n  .NET Interactive\n{expected}\n  the course's kernel\n{actual}");
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} cells\n{string.Join('\n', faults)}");
    }

    [Fact]
    public void There_are_enough_of_them_and_every_difference_is_one_of_them()
    {
        var names = OracleCells.Sessions
            .SelectMany(session => OracleCells.Of(session).Select(cell => (session, cell.Name)))
            .ToHashSet();
        Assert.InRange(names.Count, 200, int.MaxValue);
        Assert.All(Differences.All, difference => Assert.Contains((difference.Session, difference.Cell), names));
    }

    [Theory]
    [MemberData(nameof(SessionsOfTheirOwn))]
    public async Task Stop_points_can_be_written_into_every_cell(string session)
    {
        using var kernel = new KernelSession();
        foreach (var cell in OracleCells.Of(session))
        {
            await kernel.RunAsync(cell.Code);
            Assert.True(kernel.IsStoppable, cell.Name);
        }
    }
}
