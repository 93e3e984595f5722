using NetworkingCourse.Packets;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport;

public sealed class CultureTests
{
    [Theory]
    [MemberData(nameof(Cultures.WithAComma), MemberType = typeof(Cultures))]
    public void What_is_shown_is_the_same_on_every_desktop(string culture) => Assert.All(
        Shown().Zip(In(culture)), pair => Assert.Equal(pair.First, pair.Second));

    private static List<string> In(string culture)
    {
        List<string> shown = [];
        Cultures.With(culture, () => shown = Shown());
        return shown;
    }

    private static List<string> Shown()
    {
        var there = new TransferOptions().Forward with { Script = LinkScript.Of("drop the 3rd") };
        var transfer = ReliableProtocol.SelectiveRepeat.Send(8, new TransferOptions { Forward = there });
        var flows = Bottleneck.Share(
            TimeSpan.FromSeconds(5), new LinkOptions { BitsPerSecond = 2.5e6 }, [new FlowOptions(), new FlowOptions()]);
        var capture = Capture.Shipped("window");
        return
        [
            capture.ToHtml(),
            capture.ToString(),
            capture.Table().ToString(),
            capture.Conversations().ToString(),
            capture[5].View().ToString(),
            transfer.ToString(),
            transfer.ToHtml(),
            transfer.Ladder().ToHtml(),
            flows.ToString(),
            flows.Shares().ToCsv(),
            flows.Windows().Caption,
            new LinkOptions { Loss = 0.125, BitsPerSecond = 1.5e6, Delay = TimeSpan.FromMilliseconds(1.5) }.ToString(),
            UtilisationByWindow.Measure(new TransferOptions(), [1, 3], [0, 0.05], segments: 50).ToString(),
            InternetChecksum.Explain("Hello!"u8).ToString(),
            new RequestOutcome(
                1, "get", "5", [TimeSpan.Zero, TimeSpan.FromMilliseconds(51.5)], TimeSpan.FromMilliseconds(52.5)).ToString(),
        ];
    }
}
