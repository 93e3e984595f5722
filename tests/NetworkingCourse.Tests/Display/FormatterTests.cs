using System.Reflection;
using NetworkingCourse.Display;
using NetworkingCourse.Links;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Display;

/// <summary>How kernels show the library's values: found by name, as kernels do it, without any of their packages.</summary>
public class FormatterTests
{
    [Fact]
    public async Task A_kernel_that_asks_by_name_gets_html_and_plain_text_in_that_order()
    {
        await using var server = TestServers.Start("async", new ServerOptions { Think = TimeSpan.FromMilliseconds(1) });
        var run = await Load.ClosedLoopAsync(server, 2);
        await server.Log.WaitForAsync(ServerEventKind.Closed, count: 2);

        IShown[] values =
        [
            server,
            server.Log,
            server.Log.Events[0],
            run,
            run.Chart(),
            server.Log.Table(),
            Source.Of("AsyncServer"),
            Course.Begin(),
            new ByteView("bytes", Layer.Link, new byte[4], []),
            new LadderDiagram("ladder", ["a", "b"]),
            new Tap(),
            Claim.AtLeast("longer by", 2, 3),
            Claim.Show(Claim.AtLeast("longer by", 2, 3)),
        ];
        foreach (var value in values)
        {
            // Only the lengths, because every figure's HTML has an identifier of its own.
            Assert.Equal(
                [("text/html", value.ToHtml().Length), ("text/plain", value.ToText().Length)],
                Shown(value).Select(shown => (shown.MimeType, shown.Text.Length)));
        }
    }

    [Fact]
    public async Task The_text_says_what_the_html_says_also_where_the_value_itself_is_named_in_one_line()
    {
        await using var server = TestServers.Start("async", new ServerOptions { Think = TimeSpan.FromMilliseconds(1) });
        var run = await Load.ClosedLoopAsync(server, 3);
        var chart = run.Chart();

        // A head, a rule below it, a row for each client, and the sentence.
        Assert.Equal(2 + 3 + 1, run.ToText().Split('\n').Length);
        Assert.EndsWith($"{run}.", run.ToText(), StringComparison.Ordinal);
        Assert.Equal([chart.Title, chart.Caption, "", .. chart.ToTable().ToString().Split('\n')], chart.ToText().Split('\n'));
    }

    [Fact]
    public void What_is_not_the_librarys_own_is_left_to_the_kernel()
    {
        var html = Formatters(typeof(ServerLog))[0];

        Assert.Equal(false, html.GetType().GetMethod("Format")!.Invoke(html, ["a string", new StringWriter()]));
    }

    private static IEnumerable<(string MimeType, string Text)> Shown(object value)
    {
        foreach (var formatter in Formatters(value.GetType()))
        {
            var writer = new StringWriter();
            var type = formatter.GetType();
            var format = type.GetMethod("Format", [typeof(object), typeof(TextWriter)])!;
            Assert.Equal(true, format.Invoke(formatter, [value, writer]));
            yield return ((string)type.GetProperty("MimeType")!.GetValue(formatter)!, writer.ToString());
        }
    }

    private static List<object> Formatters(Type type)
    {
        var attribute = type.GetCustomAttributes(inherit: true)
            .Single(candidate => candidate.GetType().Name == "TypeFormatterSourceAttribute");
        var preferred = attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!;
        Assert.Equal(["text/html", "text/plain"], (string[])preferred);
        var sourceType = (Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!;
        var source = Activator.CreateInstance(sourceType)!;
        var create = source.GetType().GetMethod("CreateTypeFormatters", BindingFlags.Public | BindingFlags.Instance)!;
        return [.. (IEnumerable<object>)create.Invoke(source, [])!];
    }
}
