using NetworkingCourse.Host.Jupyter;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>Whether anybody for whom a kernel runs is still there.</summary>
public sealed class ParentWatchTests
{
    private const int Init = 1;
    private const int Server = 400;

    [Theory]
    [InlineData("400", Server, Server, false)]
    [InlineData("400", Server, Init, true)]
    [InlineData("400", Init, Init, true)] // gone before the kernel asked
    [InlineData("1", Init, Init, false)] // a container whose first process is the front end
    [InlineData("399", Server, Server, false)] // started through another program, such as conda
    [InlineData("399", Server, Init, true)]
    [InlineData(null, Server, Server, false)] // started by hand, or by a front end that does not identify itself
    [InlineData(null, Server, Init, true)]
    [InlineData("", Server, Init, true)]
    public void Where_there_is_a_parent_it_is_the_parent_that_counts(string? named, int first, int later, bool isGone)
    {
        foreach (var silent in new[] { true, false })
        {
            var parent = first;
            var gone = ParentWatch.OnUnix(named, () => parent, () => silent);
            parent = later;
            Assert.Equal(isGone, gone());
        }
    }

    [Fact]
    public void Where_there_is_none_it_is_silence()
    {
        var silent = false;
        var gone = ParentWatch.OnUnix(null, () => Init, () => silent);
        Assert.False(gone());
        silent = true;
        Assert.True(gone());
    }
}
