using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace NetworkingCourse.Application;

/// <summary>
/// <c>music.test</c>: old Chinese music. Its title is that of the page with which the course began. The same page is available
/// in two encodings, and for each of them with the right <c>charset</c>, with none, and with a wrong one.
/// </summary>
internal static class MusicSite
{
    public const string Title = "网易云音乐";

    // Traditional pieces, in the public domain.
    private static readonly (string Name, string English, string Instrument, int Seconds)[] Pieces =
    [
        ("高山流水", "High mountains, flowing water", "古筝", 512),
        ("广陵散", "Guangling melody", "古琴", 1342),
        ("平沙落雁", "Wild geese on the sandbank", "古琴", 476),
        ("十面埋伏", "Ambush from ten sides", "琵琶", 431),
        ("渔樵问答", "The fisherman and the woodcutter", "古琴", 402),
        ("阳关三叠", "Three refrains on Yang Pass", "古琴", 318),
        ("梅花三弄", "Three variations on plum blossom", "笛子", 365),
        ("春江花月夜", "Spring river in the moonlight", "琵琶", 628),
        ("二泉映月", "The moon over a fountain", "二胡", 387),
        ("茉莉花", "Jasmine flower", "古筝", 204),
    ];

    /// <summary>GBK, the encoding of simplified Chinese before Unicode. .NET supports it, but not by default.</summary>
    private static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!;

    /// <summary>The paths of the page, with its encoding and the <c>Content-Type</c> field.</summary>
    private static readonly (string Path, Encoding Encoding, string ContentType)[] Versions =
    [
        ("/", Encoding.UTF8, "text/html; charset=utf-8"),
        ("/utf-8/unnamed", Encoding.UTF8, "text/html"),
        ("/utf-8/wrong", Encoding.UTF8, "text/html; charset=iso-8859-1"),
        ("/gbk", Gbk, "text/html; charset=gbk"),
        ("/gbk/unnamed", Gbk, "text/html"),
        ("/gbk/wrong", Gbk, "text/html; charset=utf-8"),
    ];

    public static void Map(IEndpointRouteBuilder site)
    {
        foreach (var (path, encoding, contentType) in Versions)
        {
            var page = encoding.GetBytes(Home());
            site.GetOrPost(path, context => SendAsync(context, page, contentType));
        }

        site.Get("/piece/{number:int}", PieceAsync);
        site.Get("/search", context => context.HtmlAsync(Found(context.Request.Query["q"].ToString())));
    }

    /// <summary>The pages of this site that a search can find: address, title, text.</summary>
    public static IEnumerable<(Uri Address, string Title, string Text)> Index =>
        Pieces.Select((piece, i) => (
            new Uri($"https://music.test/piece/{i + 1}"),
            $"{piece.Name} · {Title}",
            $"{piece.Name} {piece.English} {piece.Instrument}"));

    private static string Home() => WebPage.Of(
        Title,
        $"""
        <p>十大古曲: ten old pieces, ordered by their age. <a href="/gbk">The same page in GBK</a>.</p>
        {PieceTable(Enumerable.Range(1, Pieces.Length))}
        <form id="search" action="/search" method="get"><label>搜索 <input name="q" type="search" required></label>
        """
        + """
         <button>Search</button></form>
        <form id="login" action="https://bench.test/form" method="post">
        <label>用户名 <input name="user" autocomplete="username"></label> <label>密码 <input name="password" type="password"></label>
        <label><input name="remember" type="checkbox" value="yes"> remember me</label> <input name="from" type="hidden"
        """
        + """
         value="music.test"> <button>Log in</button>
        </form>
        """,
        "zh-Hans");

    private static string Found(string wanted)
    {
        var found = Enumerable.Range(1, Pieces.Length)
            .Where(number => wanted.Length > 0 && Text(number).Contains(wanted, StringComparison.OrdinalIgnoreCase))
            .ToList();
        return WebPage.Of($"{wanted} · {Title}", $"<p>Found: {found.Count}.</p>{PieceTable(found)}", "zh-Hans");

        static string Text(int number) =>
            $"{Pieces[number - 1].Name} {Pieces[number - 1].English} {Pieces[number - 1].Instrument}";
    }

    private static string PieceTable(IEnumerable<int> numbers) => WebPage.Table(
        "pieces",
        ["#", "曲名", "in English", "乐器", "length"],
        numbers.Select(number =>
        {
            var piece = Pieces[number - 1];
            var length = TimeSpan.FromSeconds(piece.Seconds).ToString(@"m\:ss", CultureInfo.InvariantCulture);
            return (IEnumerable<string>)
            [
                number.ToString(CultureInfo.InvariantCulture),
                $"<a href=\"/piece/{number}\">{piece.Name}</a>",
                piece.English,
                piece.Instrument,
                length,
            ];
        }));

    private static Task PieceAsync(HttpContext context)
    {
        var number = int.Parse((string)context.Request.RouteValues["number"]!, CultureInfo.InvariantCulture);
        if (number < 1 || number > Pieces.Length)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.HtmlAsync(WebPage.Of("There is no such piece", "<p><a href=\"/\">All pieces</a></p>"));
        }

        return context.HtmlAsync(WebPage.Of(
            $"{Pieces[number - 1].Name} · {Title}",
            $"<p>{WebUtility.HtmlEncode(Pieces[number - 1].English)}, {Pieces[number - 1].Instrument}.</p>"
            + $"<p><a href=\"/piece/{(number % Pieces.Length) + 1}\" rel=\"next\">Next</a> · <a href=\"/\">All pieces</a></p>",
            "zh-Hans"));
    }

    private static Task SendAsync(HttpContext context, byte[] page, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = page.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(page).AsTask();
    }
}
