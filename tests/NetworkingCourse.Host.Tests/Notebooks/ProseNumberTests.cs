namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// The check of the numbers in prose is itself checked: it finds those for which nothing stands, and only those.
/// </summary>
public sealed class ProseNumberTests
{
    [Theory]
    [InlineData("The system reserves 8 MiB for each stack.", "workers: 8")]
    [InlineData("Linux waits for 40 ms.", "140 ms")]
    [InlineData("It takes 0.2 s.", "TimeSpan.FromSeconds(2)")]
    [InlineData("It stays below 60 %.", "0.06")]
    [InlineData("It waits for 20, 40 and 80 ms.", "20 ms, 40 ms")]
    [InlineData("The timeout is 2 s. RFC 6298 has another one.", "")]
    public void A_number_for_which_nothing_stands_is_found(string prose, string near) =>
        Assert.Single(ProseNumbers.Unfounded(prose, near));

    [Theory]
    [InlineData("It takes 0.2 s.", "TimeSpan.FromMilliseconds(200)")]
    [InlineData("A queue of 64 KiB.", "bytes: 65_536")]
    [InlineData("It stays below 60 %.", "at most 60 %")]
    [InlineData("It sends 1,500 segments of 500 bytes.", "length = 500")]
    [InlineData("Linux waits for 60 s (its constant `TCP_TIMEWAIT_LEN`).", "")]
    [InlineData("A message has at most 512 bytes (RFC 1035, section 4.2.1).", "")]
    [InlineData("That leaves 1,500 − 20 = 1,480 bytes.", "")]
    [InlineData("Linux waits, as [its page](https://example.org) says, for 40 ms.", "")]
    [InlineData("A port has 16 bits, and section 4.5 explains it.", "")]
    public void A_number_that_is_made_or_cited_or_calculated_is_not(string prose, string near) =>
        Assert.Empty(ProseNumbers.Unfounded(prose, near));
}
