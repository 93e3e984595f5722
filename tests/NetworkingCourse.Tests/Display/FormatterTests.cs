using System.Reflection;
using NetworkingCourse.Display;
using NetworkingCourse.Links;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Display;

/// <summary>The library's half of how kernels show a value: all by name, as they do it, with no package of theirs.</summary>
public class FormatterTests
{
    [Fact]
    public async Task A_kernel_that_asks_by_name_gets_html_and_plain_text_in_that_order()
    {
        await using var server = TestServers.Start("async", new ServerOptions { Think = TimeSpan.FromMilliseconds(1) });
        var run = await Load.ClosedLoopAsync(server, 2);

        foreach (var value in new IShown[] { server, server.Log, server.Log.Events[0], run, run.Chart(), server.Log.Table(), Source.Of("AsyncServer"), Course.Begin(), new ByteView("bytes", Layer.Link, new byte[4], []), new LadderDiagram("ladder", ["a", "b"]), new Tap(), Claim.AtLeast("longer by", 2, 3), Claim.Show(Claim.AtLeast("longer by", 2, 3)) })
        {
            // Lengths, because every figure's HTML has an identifier of its own.
            Assert.Equal([("text/html", value.ToHtml().Length), ("text/plain", value.ToString()!.Length)], Shown(value).Select(shown => (shown.MimeType, shown.Text.Length)));
        }
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
            Assert.Equal(true, type.GetMethod("Format", [typeof(object), typeof(TextWriter)])!.Invoke(formatter, [value, writer]));
            yield return ((string)type.GetProperty("MimeType")!.GetValue(formatter)!, writer.ToString());
        }
    }

    private static List<object> Formatters(Type type)
    {
        var attribute = type.GetCustomAttributes(inherit: true).Single(candidate => candidate.GetType().Name == "TypeFormatterSourceAttribute");
        Assert.Equal(["text/html", "text/plain"], (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!);
        var source = Activator.CreateInstance((Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!)!;
        return [.. (IEnumerable<object>)source.GetType().GetMethod("CreateTypeFormatters", BindingFlags.Public | BindingFlags.Instance)!.Invoke(source, [])!];
    }
}
