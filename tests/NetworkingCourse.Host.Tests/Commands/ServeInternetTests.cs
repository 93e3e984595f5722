using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Tests.Commands;

/// <summary><c>serve origin</c> and <c>serve proxy</c>, for clients in another process.</summary>
public sealed partial class ServeInternetTests
{
    [Fact]
    public async Task The_proxy_leads_whoever_says_who_he_is_to_the_pages_and_shows_its_log()
    {
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "root.pem");
        using var program = CourseProgram.Start(folder.Path, "serve", "proxy", "--user", "li:open sesame", "--root", "root.pem");
        await program.WaitForAsync("ready 127.0.0.1:");
        var proxy = new WebProxy($"http://127.0.0.1:{Number(Ready(), program)}/")
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
        var (http, https) = (Number(Ready(), program), Number(Tls(), program));
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
            await raw.ConnectAsync(IPAddress.Loopback, Number(Raw(), program));
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

    [Fact]
    public async Task A_port_for_TLS_that_is_taken_is_said_in_one_line()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        var (exit, _, errors) = await CourseProgram.RunAsync(Repository.Root, "serve", "origin", "--tls-port", $"{port}");
        Assert.Equal(2, exit);
        Assert.Contains($"Port {port} is in use", errors);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    private static async Task StopAsync(CourseProgram program)
    {
        if (!OperatingSystem.IsWindows()) // there is no kill -TERM
        {
            program.Signal(Signals.Signal.Terminate);
            Assert.Equal(0, await program.ExitCodeAsync());
            Assert.EndsWith("stopped\n", program.Output);
            Assert.Equal("", program.Errors);
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

    private static int Number(Regex pattern, CourseProgram program) =>
        int.Parse(pattern.Match(program.Output).Groups["port"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"ready 127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Ready();

    [GeneratedRegex(@"https at 127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Tls();

    [GeneratedRegex(@"raw\.test at 127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Raw();
}
