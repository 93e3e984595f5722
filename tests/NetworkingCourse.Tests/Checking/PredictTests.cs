using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.Checking;

public class PredictTests
{
    private static readonly TimeSpan Think = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_run_shows_predictions_beside_what_was_measured()
    {
        await using var server = Architecture.Sequential.Start(Think, name: "predicted");
        var run = (await Load.ClosedLoopAsync(server, 3)).With(Predict.Latency(3, 0.3), Predict.Latency(2, null));

        var text = run.ToText();
        Assert.Contains("your prediction (ms)", text);
        Assert.Contains("300.0", text);
        Assert.Contains("You predicted 300 ms for the latency of client 3", text);
        Assert.DoesNotContain("client 2;", text);
        var mark = Assert.Single(run.Chart().Panels[0].Series, series => series.Name == "your prediction");
        Assert.Equal((3, 0.3), (mark.Points[0].X, mark.Points[0].Y));
    }

    [Fact]
    public async Task Without_a_prediction_nothing_is_missing()
    {
        await using var server = Architecture.Sequential.Start(Think, name: "not predicted");
        var run = await Load.ClosedLoopAsync(server, 2);
        var with = run.With(Predict.Latency(2, null));

        Assert.Equal(run.ToText(), with.ToText());
        Assert.Equal(2, with.Chart().Panels[0].Series.Count);
    }

    [Theory]
    [InlineData("sequential", 3, 1, 0.1, "without any waiting")]
    [InlineData("sequential", 3, 1, 0.2, "the waiting alone")]
    [InlineData("sequential", 2, 2, 0.2, "counts questions")]
    [InlineData("threaded", 3, 1, 0.3, "That would be one client at a time")]
    public async Task Typical_causes_are_named(string architecture, int client, int questions, double seconds, string cause)
    {
        await using var server = Architecture.Find(architecture).Start(Think, workers: 2, name: $"{architecture} {cause}");
        var run = await Load.ClosedLoopAsync(server, 3, questions);
        Assert.Contains(cause, run.With(Predict.Latency(client, seconds)).ToText());
    }

    [Fact]
    public async Task A_run_refuses_other_predictions()
    {
        await using var server = Architecture.Sequential.Start(name: "refuses");
        var run = await Load.ClosedLoopAsync(server, 1);
        Assert.Throws<ArgumentException>(() => run.With(Predict.Seconds("a walk", 1)));
    }

    [Fact]
    public void Numbers_and_choices_are_compared()
    {
        Assert.Contains("that is right", Predict.Seconds("three questions", 0.6).Compare(TimeSpan.FromSeconds(0.61)).Note);
        Assert.Contains("2 was measured: 2 too many.", Predict.Count("clients", 4).Compare(2).Note);
        Assert.Contains("64 was measured: 2 too few.", Predict.Count("addresses", 62).Compare(64).Note);
        Assert.Contains("that is right", Predict.Count("addresses", 64).Compare(64).Note);
        Assert.Contains("that is right", Predict.Count("bytes", 1_000_000).Compare(1_048_576).Note);
        Assert.Contains("that is right", Predict.Count("times as many", 5).Compare(4.8).Note);
        Assert.Contains("+25.0 %", Predict.Count("times as many", 6).Compare(4.8).Note);
        Assert.Contains("0 was measured: 3 too many.", Predict.Count("losses", 3).Compare(0).Note);
        Assert.Contains("no prediction", Predict.Count("clients", null).Compare(2).Note);
        Assert.Equal("That is what you predicted.", Predict.Choice("Can it?", "Yes").Compare("yes").Note);
        Assert.Equal("That is not what you predicted.", Predict.Choice("Can it?", "no").Compare("yes").Note);
        Assert.Throws<ArgumentOutOfRangeException>(() => Predict.Seconds("a time", -1));
    }

    [Theory]
    [InlineData("thread per connection", "thread-per-connection", true)]
    [InlineData(" \"Left waiting\".", "left waiting", true)]
    [InlineData("2001::1:0:0:0:1", "2001:0:0:1::1", false)]
    [InlineData("A-C-E", "A-C-D-E", false)]
    public void A_choice_may_be_spelled_differently(string choice, string happened, bool isSame) => Assert.Equal(
        isSame ? "That is what you predicted." : "That is not what you predicted.",
        Predict.Choice("Which one?", choice).Compare(happened).Note);

    [Theory]
    [InlineData("waiting", "You wrote waiting. Write one of these: answered · refused · left waiting.")]
    [InlineData("Left-waiting", "You predict: Left-waiting. Now run the experiment.")]
    public void A_choice_that_the_question_does_not_offer_is_told_at_once(string choice, string expected)
    {
        const string Question = "The next client is: answered, refused, or left waiting?";
        Assert.Equal($"{Question} {expected}", Predict.Choice(Question, choice).ToString());
        Assert.DoesNotContain("one of these", Predict.Choice("Can it: now?! Or later", choice).ToString());
    }
}
