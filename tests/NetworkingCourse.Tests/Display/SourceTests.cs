using System.Net;
using System.Text.RegularExpressions;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.Display;

public partial class SourceTests
{
    public static TheoryData<string> Servers =>
        [.. typeof(Server).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Server))).Select(type => type.Name)];

    private static Dictionary<string, string> Files { get; } = new()
    {
        ["A/Wheel.cs"] = "namespace N;\n\nclass Wheel\n{\n    class Axle;\n}\n\nclass Twice;",
        ["B/Wheel2.cs"] = "namespace N;\n\npublic sealed record Axle(int Twice);\n\nenum Twice { }",
        ["B/C/Brake.cs"] = "",
        ["C/Brake.cs"] = "",
    };

    [Theory]
    [MemberData(nameof(Servers))]
    public void Every_servers_source_can_be_shown_and_says_in_its_first_sentence_how_it_serves(string server)
    {
        var lines = Source.Of(server).ToString().Split('\n');

        Assert.StartsWith("// ", lines[0], StringComparison.Ordinal);
        Assert.Matches(
            $@"^[a-z ]+ class {server}\b",
            lines.SkipWhile(line => line.StartsWith('/') || line.StartsWith('[')).First());
        Assert.Equal("}", lines[^1]);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    [InlineData(nameof(Connection))]
    [InlineData(nameof(Question))]
    public void As_html_it_is_the_same_text_encoded(string type)
    {
        var source = Source.Of(type);
        var code = Code().Match(source.ToHtml()).Groups["code"].Value;

        Assert.DoesNotMatch("<(?!/?span)", code);
        Assert.Equal(source.ToString(), WebUtility.HtmlDecode(Span().Replace(code, "")));
    }

    [Fact]
    public void The_source_of_a_type_is_found_by_the_type() => Assert.Equal("AsyncServer.cs", Source.Of<AsyncServer>().Name);

    [Fact]
    public void A_type_without_a_file_of_its_own_is_found_where_it_is_declared()
    {
        var source = Source.Of("Interest");

        Assert.Equal("IReadiness.cs: Interest", source.Name);
        Assert.StartsWith(
            "// What an event loop wants to do with a socket.\ninternal enum Interest\n{\n",
            source.ToString(),
            StringComparison.Ordinal);
        Assert.EndsWith("    Write,\n}", source.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_file_with_several_types_only_the_one_with_its_name_is_shown() =>
        Assert.DoesNotContain("class QuestionTooLongException", Source.Of("Question").ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Wheel", "A/Wheel.cs")]
    [InlineData("Axle", "B/Wheel2.cs")]
    [InlineData("C/Brake", "C/Brake.cs")]
    [InlineData("B/C/Brake", "B/C/Brake.cs")]
    public void A_type_is_found_by_its_name_alone_or_after_folders(string type, string file) =>
        Assert.Equal(file, Source.Find([.. Files.Keys], type, name => Files[name]));

    [Theory]
    [InlineData("Brake", "'Brake' can be any of: B/C/Brake, C/Brake.")]
    [InlineData("Twice", "'Twice' can be any of: A/Wheel, B/Wheel2.")]
    public void A_name_that_can_mean_several_is_answered_with_all_of_them(string type, string message)
    {
        var exception = Assert.Throws<ArgumentException>(() => Source.Find([.. Files.Keys], type, name => Files[name]));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_of_the_library_is_there_under_its_path()
    {
        var files = Repository.SourceFiles("lib/NetworkingCourse");
        var embedded = typeof(Source).Assembly.GetManifestResourceNames();

        Assert.Equal(files.Order(), embedded.Where(name => name.EndsWith(".cs", StringComparison.Ordinal)).Order());
    }

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
        Assert.Contains("    while (await AcceptAsync(\"pool\") is { } connection)", lines);
        Assert.DoesNotContain(
            "HandleConversationAsync(SocketConnection connection)",
            member.ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Listener", "HasWaiting", "// ", ";")]                                // a property in one line
    [InlineData("SequentialServer", "Serve", "protected override void Serve()", ";")] // an expression on the next line
    [InlineData("EventLoopServer", "Turn", "private void Turn()", "}")]               // inside a type inside a type
    [InlineData("PolledConnection", "Advance", "// ", "}")]
    [InlineData("HttpBodyRules", "Of", "// ", "}")]                                  // parameters on a line of their own
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
