using CsCheck;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Links;

public sealed class LinkScriptTests
{
    [Theory]
    [InlineData("drop the 2nd and 5th", new[] { 2, 5 })]
    [InlineData("drop 2, 5", new[] { 2, 5 })]
    [InlineData("Drop the 1st, the 3rd, and the 4th", new[] { 1, 3, 4 })]
    [InlineData("drop the 3rd to 5th and the 9th", new[] { 3, 4, 5, 9 })]
    [InlineData("drop every 4th", new[] { 4, 8, 12 })]
    [InlineData("drop 11th; drop 12th", new[] { 11, 12 })]
    public void It_names_datagrams_by_their_numbers(string text, int[] dropped) =>
        Assert.Equal(
            dropped,
            Enumerable.Range(1, 12).Where(number => LinkScript.Of(text).OutcomeOf(number).HasFlag(LinkOutcome.Lost)));

    [Fact]
    public void Each_verb_does_its_own_and_one_datagram_can_meet_with_several()
    {
        var script = LinkScript.Of("drop the 1st; corrupt the 2nd; duplicate 2nd and 3rd; hold back the 4th");
        Assert.Equal(
            [
                LinkOutcome.Lost | LinkOutcome.Scripted,
                LinkOutcome.Corrupted | LinkOutcome.Duplicated | LinkOutcome.Scripted,
                LinkOutcome.Duplicated | LinkOutcome.Scripted,
                LinkOutcome.HeldBack | LinkOutcome.Scripted,
                LinkOutcome.None,
            ],
            Enumerable.Range(1, 5).Select(script.OutcomeOf));
    }

    [Fact]
    public void Written_and_read_again_it_is_the_same_script() => Clauses.Array[1, 6].Sample(clauses =>
    {
        var script = LinkScript.Of(string.Join("; ", clauses));
        var again = LinkScript.Of(script.ToString());
        Assert.All(Enumerable.Range(1, 200), number => Assert.Equal(script.OutcomeOf(number), again.OutcomeOf(number)));
        Assert.Equal(script.ToString(), again.ToString());
    });

    [Theory]
    [InlineData("drop")]
    [InlineData("drop the")]
    [InlineData("lose the 2nd")]
    [InlineData("drop the second")]
    [InlineData("drop the 0th")]
    [InlineData("drop the 99999999999th")]
    [InlineData("drop 2nd 5th corrupt 3rd")]
    public void What_is_no_script_is_refused(string text) => Assert.Throws<FormatException>(() => LinkScript.Of(text));

    private static Gen<string> Clauses =>
        Gen.Select(Gen.OneOfConst("drop", "corrupt", "duplicate", "hold back"), Numbers.Array[1, 4])
            .Select((verb, numbers) => $"{verb} the {string.Join(" and ", numbers)}");

    private static Gen<string> Numbers => Gen.OneOf(
        Gen.Int[1, 150].Select(number => $"{number}th"),
        Gen.Int[1, 150].Select(number => $"every {number}th"),
        Gen.Int[1, 150].Select(number => $"{number}th to {number + 3}th"));
}
