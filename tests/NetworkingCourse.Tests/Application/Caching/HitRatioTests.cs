using NetworkingCourse.Application;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Tests.Application.Caching;

/// <summary>The hit ratio of caches of different sizes, measured and predicted.</summary>
public class HitRatioTests
{
    [Fact]
    public async Task Caches_answer_about_as_many_requests_as_predicted()
    {
        var measured = await HitRatioBySize.MeasureAsync([5, 20, 100, 200], pages: 200, requests: 1000);
        Assert.All(measured.Measured, point =>
        {
            var predicted = HitRatioBySize.Predicted(point.Room, 200);
            Assert.InRange(point.Ratio, (0.85 * predicted) - 0.02, Math.Min(1, predicted + 0.05));
            Assert.Equal(Math.Round(1000 * (1 - point.Ratio)), measured.AtOrigin(point.Room));
        });
        var figure = measured.Chart(Predict.Count("requests", 500), room: 20);
        var guessed = Assert.Single(figure.Panels[0].Series, series => series.Role == Role.Guessed);
        Assert.Equal((20, 50), (guessed.Points[0].X, guessed.Points[0].Y));
    }

    [Fact]
    public void The_prediction_is_that_of_the_formula_at_its_ends()
    {
        Assert.Equal(1, HitRatioBySize.Popularity(200).Sum(), 9);
        Assert.Equal(1, HitRatioBySize.Predicted(200, 200));
        Assert.Equal((1 + 0.5) / (1 + 0.5 + (1.0 / 3)), HitRatioBySize.Best(2, 3), 9);
        // For equally popular pages, any cache answers its share of the requests; for Zipf's law, more than that.
        Assert.InRange(HitRatioBySize.Predicted(100, 200), 0.5, HitRatioBySize.Best(100, 200));
    }
}
