using System.Net;
using System.Net.Sockets;
using System.Text;
using HtmlAgilityPack;
using NetworkingCourse.Application;

namespace NetworkingCourse.Tests.Application;

/// <summary>The pages of the little internet, fetched with HttpClient directly and through the proxy.</summary>
public class SitesTests
{
    private const string Title = "网易云音乐";

    [Theory]
    [InlineData(false, "http", "1.1")]
    [InlineData(false, "https", "2.0")]
    [InlineData(true, "http", "1.1")]
    [InlineData(true, "https", "2.0")]
    public async Task The_page_about_music_has_its_title_whichever_way_one_goes(bool proxy, string scheme, string version)
    {
        await using var world = new World();
        var client = proxy ? world.Client() : world.DirectClient();
        using var response = await client.GetAsync($"{scheme}://music.test/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(version, response.Version.ToString());
        Assert.Equal(Title, TitleOf(await response.Content.ReadAsStringAsync()));
        if (proxy)
        {
            await world.Proxy.Log.WaitForAsync(scheme == "http" ? WebEventKind.Forwarded : WebEventKind.TunnelOpened);
        }

        Assert.Equal(
            proxy,
            world.Proxy.Log.Events.Any(entry => entry.Kind is WebEventKind.Forwarded or WebEventKind.TunnelOpened));
    }

    [Theory]
    [InlineData("", "utf-8", "utf-8")]
    [InlineData("utf-8/unnamed", null, "utf-8")]
    [InlineData("utf-8/wrong", "iso-8859-1", "utf-8")]
    [InlineData("gbk", "gbk", "gbk")]
    [InlineData("gbk/unnamed", null, "gbk")]
    [InlineData("gbk/wrong", "utf-8", "gbk")]
    public async Task The_same_page_comes_in_two_encodings_named_unnamed_and_misnamed(string path, string? named, string encoding)
    {
        await using var world = new World();
        using var response = await world.Client().GetAsync(new Uri(Sites.Music, path));
        Assert.Equal(named, response.Content.Headers.ContentType!.CharSet);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!;
        var (right, wrong) = encoding == "gbk" ? (gbk, Encoding.UTF8) : (Encoding.UTF8, gbk);
        Assert.Equal(Title, TitleOf(right.GetString(bytes)));
        Assert.NotEqual(Title, TitleOf(wrong.GetString(bytes)));
    }

    [Fact]
    public async Task A_short_name_in_clear_is_two_redirects_away_from_the_page()
    {
        await using var world = new World();
        using var response = await world.Client().GetAsync(Sites.Language);
        Assert.Equal("https://www.adder.test/", response.RequestMessage!.RequestUri!.ToString());
        Assert.Equal("Welcome to Adder", TitleOf(await response.Content.ReadAsStringAsync()));
        // Logged a moment after the client has its answer.
        await world.Internet.Origin.Log.WaitForAsync(WebEventKind.Answered, count: 3);
        Assert.Equal(
            ["301 GET http://adder.test/", "301 GET https://adder.test/", "200 GET https://www.adder.test/"],
            world.Internet.Origin.Log.Events
                .Where(entry => entry.Kind == WebEventKind.Answered)
                .Select(entry => $"{entry.Outcome} {entry.What}"));
    }

    [Theory]
    [InlineData(301, "GET", false)]
    [InlineData(302, "GET", false)]
    [InlineData(303, "GET", false)]
    [InlineData(307, "POST", true)]
    [InlineData(308, "POST", true)]
    public async Task What_becomes_of_a_POST_depends_on_the_kind_of_redirect(int code, string method, bool keepsBody)
    {
        await using var world = new World();
        using var response = await world.Client().PostAsync(new Uri(Sites.Bench, $"redirect/{code}"), new StringContent("tea=2"));
        var echo = await response.Content.ReadAsStringAsync();
        Assert.StartsWith($"{method} /echo HTTP/2", echo);
        Assert.Equal(keepsBody, echo.EndsWith("\n\ntea=2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bodies_are_framed_packed_and_cached_as_they_say()
    {
        await using var world = new World();
        var client = world.Client(handler => handler.AutomaticDecompression = DecompressionMethods.None);
        using var length = await client.GetAsync("http://bench.test/length");
        Assert.Equal((37, 37), (length.Content.Headers.ContentLength, (await length.Content.ReadAsByteArrayAsync()).Length));
        using var chunked = await client.GetAsync("http://bench.test/chunked");
        Assert.True(chunked.Headers.TransferEncodingChunked);
        Assert.Equal("line 1 of 3\nline 2 of 3\nline 3 of 3\n", await chunked.Content.ReadAsStringAsync());
        using var close = await client.GetAsync("http://raw.test/close", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(
            (null, null, "This ends where the connection ends.\n"),
            (close.Content.Headers.ContentLength,
                close.Headers.TransferEncodingChunked,
                await close.Content.ReadAsStringAsync()));

        using var plain = await client.GetAsync("http://bench.test/gzip");
        var text = await plain.Content.ReadAsStringAsync();
        using var unpacking = world.Client(handler => handler.AutomaticDecompression = DecompressionMethods.GZip);
        Assert.Equal(text, await unpacking.GetStringAsync("http://bench.test/gzip"));
        // Logged a moment after the client has its answer.
        await world.Proxy.Log.WaitForAsync(WebEventKind.Forwarded, count: 5);
        Assert.Contains(
            world.Proxy.Log.Events,
            entry => entry.What == "GET http://bench.test/gzip"
                && !entry.Detail.Contains($"{text.Length:N0} bytes of", StringComparison.Ordinal));

        using var first = await client.GetAsync("http://bench.test/cached");
        using var again = new HttpRequestMessage(HttpMethod.Get, "http://bench.test/cached");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await client.SendAsync(again);
        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.NotModified, 0),
            (first.StatusCode, second.StatusCode, (await second.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task Cookies_count_forms_come_back_and_slow_bodies_come_in_parts()
    {
        await using var world = new World();
        var client = world.Client();
        Assert.Equal("Visit number 1.\n", await client.GetStringAsync(new Uri(Sites.Bench, "cookies")));
        Assert.Equal("Visit number 2.\n", await client.GetStringAsync(new Uri(Sites.Bench, "cookies")));
        await client.GetStringAsync(new Uri(Sites.Bench, "cookies/forget"));
        Assert.Equal("Visit number 1.\n", await client.GetStringAsync(new Uri(Sites.Bench, "cookies")));

        using var form = await client.PostAsync(
            new Uri(Sites.Bench, "form"),
            new FormUrlEncodedContent([new("what", "tea & <b>cake</b>"), new("note", "网")]));
        var document = Document(await form.Content.ReadAsStringAsync());
        var cells = document.DocumentNode.SelectNodes("//td")!.Select(cell => HtmlEntity.DeEntitize(cell.InnerText));
        Assert.Equal(["what", "tea & <b>cake</b>", "note", "网"], cells);

        using var slow = await client.GetAsync(
            new Uri(Sites.Bench, "slow?lines=3&pause=20"),
            HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await slow.Content.ReadAsStreamAsync());
        Assert.Equal("line 1 of 3", await reader.ReadLineAsync());
        Assert.Equal("line 2 of 3\nline 3 of 3\n", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_length_that_is_wrong_is_noticed_where_it_can_be()
    {
        await using var world = new World();
        foreach (var client in new[] { world.Client(), world.DirectClient() })
        {
            var cut = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("http://raw.test/too-long"));
            Assert.NotNull(cut.InnerException);
            // The bytes after the end are not part of the body.
            Assert.Equal("Ten bytes ", await client.GetStringAsync("http://raw.test/too-short"));
        }
    }

    [Fact]
    public async Task Every_link_of_every_page_leads_to_a_page_and_every_form_to_an_answer()
    {
        await using var world = new World();
        var client = world.Client();
        var (seen, open) = (new HashSet<Uri>(), new Queue<Uri>([Sites.Directory]));
        while (open.TryDequeue(out var address))
        {
            if (!seen.Add(address) || address.Host is SiteMap.Expired or SiteMap.WrongName or SiteMap.Untrusted)
            {
                continue; // those with invalid certificates have a test of their own
            }

            using var response = address.AbsolutePath is "/too-long" ? new HttpResponseMessage() : await client.GetAsync(address);
            Assert.True(
                response.IsSuccessStatusCode || address.AbsolutePath == "/status/404",
                $"{address}: {(int)response.StatusCode}");
            if (response.Content.Headers.ContentType?.MediaType != "text/html")
            {
                continue;
            }

            // Links are ASCII in every encoding.
            var document = Document(Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
            var links = document.DocumentNode.SelectNodes("//a[@href] | //form[@method='get']") ?? Enumerable.Empty<HtmlNode>();
            foreach (var link in links)
            {
                var target = link.GetAttributeValue("href", link.GetAttributeValue("action", ""));
                open.Enqueue(new Uri(response.RequestMessage!.RequestUri!, HtmlEntity.DeEntitize(target)));
            }
        }

        Assert.Equal(world.Internet.Names.Hosts.Order(), seen.Select(address => address.Host).Distinct().Order());
        Assert.True(seen.Count > 25, $"only {seen.Count} pages");
    }

    [Fact]
    public async Task A_name_or_page_that_is_not_there_is_said_to_be_so()
    {
        await using var world = new World();
        var origin = world.Internet.Origin.EndPoint;
        Assert.StartsWith(
            "HTTP/1.1 421 ",
            await World.SendAsync(origin, "GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n"));
        Assert.StartsWith(
            "HTTP/1.1 404 ",
            await World.SendAsync(origin, "GET /nothing HTTP/1.1\r\nHost: music.test\r\nConnection: close\r\n\r\n"));
        foreach (var method in new[] { "DELETE", "POST" })
        {
            var answer = await World.SendAsync(
                origin,
                $"{method} /search HTTP/1.1\r\nHost: music.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 405 ", answer);
            Assert.Contains("\r\nAllow: GET, HEAD\r\n", answer);
        }

        using var head = await world.Client().SendAsync(new HttpRequestMessage(HttpMethod.Head, Sites.Music));
        Assert.Equal((HttpStatusCode.OK, 0), (head.StatusCode, (await head.Content.ReadAsByteArrayAsync()).Length));
        Assert.True(head.Content.Headers.ContentLength > 1000);
    }

    [Fact]
    public async Task Without_the_proxy_names_are_those_of_the_course_and_no_others()
    {
        await using var world = new World();
        Assert.Contains("Adder", await world.DirectClient().GetStringAsync("https://WWW.adder.test/"));
        var unknown = await Assert.ThrowsAsync<HttpRequestException>(
            () => world.DirectClient().GetAsync("http://course.invalid/"));
        Assert.Equal(SocketError.HostNotFound, Assert.IsType<SocketException>(unknown.InnerException).SocketErrorCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => world.DirectClient().GetAsync("https://raw.test/"));
        Assert.Null(world.Internet.Names.Find("music.test", 22));
    }

    private static HtmlDocument Document(string html)
    {
        var document = new HtmlDocument();
        document.LoadHtml(html);
        return document;
    }

    private static string TitleOf(string html) =>
        HtmlEntity.DeEntitize(Document(html).DocumentNode.SelectSingleNode("//title")!.InnerText);
}
