using System.Net;
using System.Text.RegularExpressions;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.Display;

public partial class SourceTests
{
    public static TheoryData<string> Servers =>
        [.. typeof(Server).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Server))).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Servers))]
    public void Every_servers_source_can_be_shown_and_says_in_its_first_sentence_how_it_serves(string server)
    {
        var source = Source.Of(server);

        Assert.Matches($@"class {server}\b", source.ToString());
        var lines = source.ToString().Split('\n');
        Assert.StartsWith(
            "/// <summary>",
            lines.SkipWhile(line => !line.StartsWith("///", StringComparison.Ordinal)).First(),
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    [InlineData(nameof(Connection))]
    [InlineData(nameof(Question))]
    public void As_html_it_is_the_same_text_encoded_from_its_namespace_on(string type)
    {
        var source = Source.Of(type);
        var code = Code().Match(source.ToHtml()).Groups["code"].Value;

        Assert.DoesNotMatch("<(?!/?span)", code);
        var text = source.ToString();
        Assert.Equal(
            text[text.IndexOf("namespace ", StringComparison.Ordinal)..],
            WebUtility.HtmlDecode(Span().Replace(code, "")));
    }

    [Fact]
    public void The_source_of_a_type_is_found_by_the_type() => Assert.Equal("AsyncServer.cs", Source.Of<AsyncServer>().Name);

    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are()
    {
        var exception = Assert.Throws<ArgumentException>(() => Source.Of("NoSuchServer"));

        Assert.Contains("'NoSuchServer'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("SequentialServer, ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_is_shown_alone_with_its_comments_and_without_its_indentation()
    {
        var member = Source.Of<AsyncServer>().Member("AcceptConnectionsAsync");

        Assert.Equal("AsyncServer.cs: AcceptConnectionsAsync", member.Name);
        var lines = member.ToString().Split('\n');
        Assert.Equal(("private async Task AcceptConnectionsAsync()", "{", "}"), (lines[0], lines[1], lines[^1]));
        Assert.Contains("    while (await AcceptAsync(\"pool\").ConfigureAwait(false) is { } connection)", lines);
        Assert.DoesNotContain(
            "HandleConversationAsync(SocketConnection connection)",
            member.ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Listener", "HasWaiting", "/// <summary>", ";")]       // a property on one line
    [InlineData("SequentialServer", "Serve", "/// <inheritdoc/>", ";")] // an expression on the next line
    [InlineData("EventLoopServer", "Turn", "private void Turn()", "}")] // in a nested type
    [InlineData("PolledConnection", "Advance", "/// <summary>", "}")]
    [InlineData("HttpBodyRules", "Of", "/// <summary>", "}")]           // parameters on a line of their own
    public void Members_of_every_form_begin_with_their_comments_and_end_where_they_end(
        string type,
        string name,
        string begin,
        string end)
    {
        var lines = Source.Of(type).Member(name).ToString().Split('\n');

        Assert.StartsWith(begin, lines[0], StringComparison.Ordinal);
        Assert.EndsWith(end, lines[^1], StringComparison.Ordinal);
        Assert.Single(
            lines,
            line => line.Contains($" {name}", StringComparison.Ordinal) && !line.StartsWith(' ') && !line.StartsWith('/'));
    }

    [Fact]
    public void A_member_that_is_only_called_but_not_declared_is_not_there()
    {
        var exception = Assert.Throws<ArgumentException>(() => Source.Of<AsyncServer>().Member("TryTakeQuestion"));

        Assert.Contains("AsyncServer.cs declares no 'TryTakeQuestion'", exception.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex("<pre[^>]*><code>(?<code>.*)</code></pre>", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("</?span[^>]*>")]
    private static partial Regex Span();
}
