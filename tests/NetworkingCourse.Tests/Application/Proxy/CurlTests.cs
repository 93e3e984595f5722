using NetworkingCourse.Application;

namespace NetworkingCourse.Tests.Application;

/// <summary>A client that is not ours, curl, through our proxy.</summary>
public class CurlTests
{
    private const int ReceiveFailed = 56; // curl's exit code for a refused tunnel
    private const int NotBelieved = 60; // and for an untrusted certificate

    [NeedsFact(Need.Curl)]
    public async Task It_gets_pages_in_clear_and_over_TLS()
    {
        await using var world = new World();
        using var curl = new Curl(world);
        var requests = new[]
        {
            (new[] { "http://music.test/" }, "HTTP/1.1 200"),
            (["https://music.test/"], "HTTP/2 200"),
            (["--http1.1", "https://music.test/"], "HTTP/1.1 200"),
            (["--http1.0", "http://bench.test/chunked"], "HTTP/1.1 200"),
        };
        foreach (var (arguments, version) in requests)
        {
            var (exit, output, errors) = await curl.RunAsync(arguments);
            Assert.True(exit == 0, errors);
            Assert.Contains(version, output);
        }

        var (_, redirected, _) = await curl.RunAsync("-L", "http://adder.test/");
        Assert.Contains("<title>Welcome to Adder</title>", redirected);
        var (_, old, _) = await curl.RunAsync("--http1.0", "http://bench.test/chunked");
        Assert.EndsWith("\r\n\r\nline 1 of 3\nline 2 of 3\nline 3 of 3\n", old);
    }

    [NeedsFact(Need.Curl)]
    public async Task It_is_asked_who_it_is_where_that_matters()
    {
        await using var world = new World(new ProxyOptions { Credentials = new ProxyCredentials("li", "open sesame: 网") });
        using var curl = new Curl(world);
        foreach (var address in new[] { "http://music.test/", "https://music.test/" })
        {
            var (exit, output, _) = await curl.RunAsync("--proxy-user", "li:open sesame: 网", address);
            Assert.Equal(0, exit);
            Assert.Contains("<title>网易云音乐</title>", output);
            foreach (var wrong in new[] { "", "li:", "li:open sesame", "somebody:open sesame: 网" })
            {
                var (failed, answer, _) = await curl.RunAsync(wrong.Length == 0 ? [address] : ["--proxy-user", wrong, address]);
                Assert.Equal(address[4] == 's' ? ReceiveFailed : 0, failed);
                Assert.StartsWith("HTTP/1.1 407 Proxy Authentication Required\r\n", answer);
                Assert.Contains("Proxy-Authenticate: Basic realm=\"Networking Course\"", answer);
                Assert.DoesNotContain("网易云音乐", answer);
            }
        }
    }

    [NeedsFact(Need.Curl)]
    public async Task It_posts_bodies_of_both_framings_and_waits_for_100_where_it_wants_to()
    {
        await using var world = new World();
        using var curl = new Curl(world);
        var body = new string('x', 20_000);
        string[][] requests =
        [
            ["-H", "Expect: 100-continue"],
            ["-H", "Transfer-Encoding: chunked"],
            ["-H", "Expect:"],
        ];
        foreach (var arguments in requests)
        {
            var (exit, output, errors) = await curl.RunAsync([.. arguments, "--data-binary", body, "http://bench.test/echo"]);
            Assert.True(exit == 0, errors);
            Assert.EndsWith("\n\n" + body, output);
        }
    }

    [NeedsFact(Need.Curl)]
    public async Task It_refuses_certificates_that_are_wrong()
    {
        await using var world = new World();
        using var curl = new Curl(world);
        var sites = new[]
        {
            ("https://expired.test/", "expired"),
            ("https://wrong-name.test/", "name"),
            ("https://untrusted.test/", "issuer"),
        };
        foreach (var (address, reason) in sites)
        {
            var (exit, _, errors) = await curl.RunAsync(address);
            Assert.Equal(NotBelieved, exit);
            Assert.Contains(reason, errors);
        }
    }

    [NeedsFact(Need.Curl)]
    public async Task It_gets_nowhere_else()
    {
        await using var world = new World();
        using var curl = new Curl(world);
        var (exit, output, _) = await curl.RunAsync("http://example.com/");
        Assert.Equal(0, exit);
        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\n", output);
        var (tunnel, answer, _) = await curl.RunAsync("https://example.com/");
        Assert.Equal(ReceiveFailed, tunnel);
        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\n", answer);
    }
}
