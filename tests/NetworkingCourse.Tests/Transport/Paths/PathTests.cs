using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Paths;

[Collection(Alone.Name)]
public class PathTests
{
    public static TheoryData<string> Names
    {
        get
        {
            var paths = PathComparison.Make().ToList();
            paths.ForEach(path => path.Dispose());
            return [.. paths.Select(path => path.Name)];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_goes_there_and_back(string name)
    {
        var path = Find(name);
        using var run = new PathRun(path);
        foreach (var length in new[] { 1, 16, 8192, 65_000 }.Where(length => length <= path.Longest))
        {
            var roundTrips = new List<double>();
            run.PingPong(length, TimeSpan.FromMilliseconds(2), roundTrips);
            Assert.NotEmpty(roundTrips);
            Assert.All(roundTrips, time => Assert.True(time > 0));
            Assert.True(run.Stream(length, TimeSpan.FromMilliseconds(2)).Messages > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whoever_waits_is_woken_when_the_path_is_taken_away(string name)
    {
        // Often, because the path may be taken away at any moment of the wait, before it has begun too.
        for (var time = 1; time <= 200; time++)
        {
            var path = Find(name);
            var run = new PathRun(path);
            var waiting = new Thread(() => Assert.ThrowsAny<Exception>(() => path.Near.Receive(1))) { IsBackground = true };
            waiting.Start();
            run.Dispose();

            Assert.True(waiting.Join(TimeSpan.FromSeconds(20)), $"{name}, time {time}: the receiver still waits");
        }
    }

    [Fact]
    public async Task All_are_compared_with_all_lengths_that_they_take_and_nothing_is_left_behind()
    {
        var before = Held.Now();
        var compared = await PathComparison.MeasureAsync(rounds: 2, TimeSpan.FromMilliseconds(1), 16, 65_536);

        Assert.Equal(6, compared.Paths.Count);
        Assert.All(compared.Cells, cell => Assert.True(cell.RoundTrips.Count > 0 && cell.MessagesPerSecond > 0, cell.Path));
        // 64 KiB is more than a datagram can hold.
        Assert.Equal(
            [("UDP, loopback", 16)],
            compared.Cells
                .Where(cell => cell.Path.StartsWith("UDP", StringComparison.Ordinal))
                .Select(cell => (cell.Path, cell.Length)));
        Assert.Equal(1, compared.TimesSlower(compared.Paths[0], 16));
        Assert.Equal(["1.0", "1.0"], compared.Ratios(16, 65_536).Rows[0].Skip(1));
        Assert.Equal("", compared.Ratios(65_536).Rows[4][1]);
        Assert.Equal([6, 6], compared.Chart().Panels.Select(panel => panel.Series.Count));
        await before.HoldsNoMoreSocketsAsync();
        await before.HoldsNoMoreThreadsAsync();
    }

    private static MessagePath Find(string name)
    {
        var paths = PathComparison.Make().ToList();
        paths.Where(path => path.Name != name).ToList().ForEach(path => path.Dispose());
        return paths.Single(path => path.Name == name);
    }
}
