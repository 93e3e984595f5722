using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace NetworkingCourse.Host.Tests.Commands;

/// <summary><c>serve origin</c> and <c>serve proxy</c>, for clients in another process.</summary>
public sealed class ServeInternetTests
{
    [Fact]
    public async Task The_proxy_leads_whoever_says_who_he_is_to_the_pages_and_shows_its_log()
    {
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "root.pem");
        using var program = CourseProgram.Start(folder.Path, "serve", "proxy", "--user", "li:open sesame", "--root", "root.pem");
        var proxy = new WebProxy($"http://127.0.0.1:{await program.PortAsync()}/")
        {
            Credentials = new NetworkCredential("li", "open sesame"),
        };
        using (var client = Client(root, handler => handler.Proxy = proxy))
        {
            Assert.Contains("网易云音乐", await client.GetStringAsync("http://music.test/"));
            Assert.Contains("网易云音乐", await client.GetStringAsync("https://music.test/"));
        }

        await program.WaitForAsync("GET http://music.test/ · 200");
        await program.WaitForAsync("tunnel opened");
        Assert.Contains("for li, with a password", program.Output);
        Assert.DoesNotContain("open sesame", program.Output);
        await StopAsync(program);
    }

    [Fact]
    public async Task The_origin_answers_in_clear_and_over_TLS()
    {
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "root.pem");
        using var program = CourseProgram.Start(folder.Path, "serve", "origin", "--root", root);
        await program.WaitForAsync("Ctrl-C");
        var (http, https) = (await program.PortAsync(), await program.PortAsync("https at 127.0.0.1:"));
        using (var client = Client(root, handler => handler.ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port == 443 ? https : http, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }))
        {
            // In clear, then over TLS, then over TLS under another name.
            Assert.Contains("Welcome to Adder", await client.GetStringAsync("http://adder.test/"));
        }

        using (var raw = new TcpClient())
        {
            await raw.ConnectAsync(IPAddress.Loopback, await program.PortAsync("raw.test at 127.0.0.1:"));
            await raw.Client.SendAsync("GET /close HTTP/1.1\r\nHost: raw.test\r\n\r\n"u8.ToArray());
            Assert.EndsWith("This ends where the connection ends.\n", await new StreamReader(raw.GetStream()).ReadToEndAsync());
        }

        await program.WaitForAsync("GET https://www.adder.test/ · 200");
        await StopAsync(program);
    }

    [Fact]
    public async Task Help_tells_of_them_and_of_all_their_options()
    {
        var (exit, output, _) = await CourseProgram.RunAsync(Repository.Root, "serve", "--help");
        Assert.Equal(0, exit);
        Assert.All(
            ["origin", "proxy", "--port <N>", "--tls-port <N>", "--user <NAME:PASSWORD>", "--root <FILE>", "--think <MS>"],
            wanted => Assert.Contains(wanted, output));
    }

    private static async Task StopAsync(CourseProgram program)
    {
        if (!OperatingSystem.IsWindows()) // there is no kill -TERM
        {
            await program.StopAsync();
            Assert.EndsWith("stopped\n", program.Output);
        }
    }

    private static HttpClient Client(string root, Action<SocketsHttpHandler> change)
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust.CustomTrustStore.ImportFromPemFile(root);
        var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } };
        change(handler);
        return new HttpClient(handler);
    }
}
