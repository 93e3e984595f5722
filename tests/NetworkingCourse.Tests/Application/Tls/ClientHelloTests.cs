using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using CsCheck;
using NetworkingCourse.Application;
using NetworkingCourse.Display;
using NetworkingCourse.Links;

namespace NetworkingCourse.Tests.Application;

/// <summary>The TLS ClientHello: real ones from SslStream and curl, and truncated, altered and made-up ones.</summary>
public class ClientHelloTests
{
    private static readonly byte[] Real = RealHelloAsync(
        "music.test",
        SslProtocols.None,
        SslApplicationProtocol.Http2,
        SslApplicationProtocol.Http11).GetAwaiter().GetResult();

    [Theory]
    [InlineData("music.test", SslProtocols.Tls12 | SslProtocols.Tls13, "TLS 1.3")]
    [InlineData("a-name-that-is-longer-than-most.example.test", SslProtocols.Tls12, "TLS 1.2")]
    [InlineData("x.test", SslProtocols.Tls13, "TLS 1.3")]
    public async Task A_real_one_says_what_its_client_was_told_to_say(string host, SslProtocols versions, string best)
    {
        var bytes = await RealHelloAsync(host, versions, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11);
        var hello = ClientHello.Parse(bytes);
        Assert.Equal(host, hello.ServerName);
        Assert.Equal(["h2", "http/1.1"], hello.ApplicationProtocols);
        Assert.Equal(best, hello.Versions[0]);
        Assert.Equal(versions != SslProtocols.Tls12, hello.CipherSuites.Contains("TLS_AES_256_GCM_SHA384"));

        Assert.All(hello.CipherSuites, suite => Assert.StartsWith("TLS_", suite));
        Assert.Equal(host, hello.View.Field("host_name").Value);
        Assert.Contains(host, hello.ToString());
        Assert.Contains("server_name", hello.ToHtml().Replace("<wbr>", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_without_a_name_or_protocols_says_so()
    {
        var hello = ClientHello.Parse(await RealHelloAsync("", SslProtocols.None));
        Assert.Null(hello.ServerName);
        Assert.Empty(hello.ApplicationProtocols);
    }

    [Fact]
    public void Every_byte_of_a_real_one_is_explained()
    {
        var view = ClientHello.Parse(Real).View;
        Assert.Equal(Real.Length, view.Bytes.Length);
        Assert.Equal(Real.Length, view.Sections.SelectMany(section => section.Fields).Sum(field => field.Length));
        Assert.DoesNotContain("(not explained)", view.ToString());
    }

    [Theory]
    [InlineData(0x0403, "ecdsa_secp256r1_sha256")]
    [InlineData(0x0303, "ecdsa_sha224, for TLS 1.2")]
    [InlineData(0x0302, "dsa_sha224, for TLS 1.2")]
    [InlineData(0x0703, "0x0703")]
    [InlineData(0x1a1a, "GREASE")]
    public void Signatures_have_names_those_of_old_versions_too(int number, string name) =>
        Assert.Equal(name, TlsNames.Signature((ushort)number));

    [Fact]
    public async Task What_a_proxy_keeps_of_a_tunnel_is_the_clients_first_message()
    {
        await using var world = new World();
        await world.Client().GetStringAsync(Sites.Music);
        var hello = ClientHello.Parse(world.Proxy.Tunnels[0].Up.First);
        Assert.Equal("music.test", hello.ServerName);
        Assert.Contains("h2", hello.ApplicationProtocols);
    }

    [Fact]
    public void Without_the_extension_for_versions_the_old_field_counts()
    {
        var hello = ClientHello.Parse(Made("a.test", []));

        Assert.Equal(["TLS 1.2"], hello.Versions);
        Assert.Contains("over TLS 1.2", hello.ToString());
        Assert.DoesNotContain("supported_versions", hello.View.Field("legacy_version").Meaning);
        Assert.Contains("supported_versions", ClientHello.Parse(Real).View.Field("legacy_version").Meaning);
        Assert.Equal(["TLS 1.0"], ClientHello.Parse(Made("a.test", [], version: 1)).Versions);
    }

    [Theory]
    [InlineData(3, "DEFLATE")]
    [InlineData(0, "none")]
    public void What_a_field_means_follows_from_what_is_in_it(byte compression, string said)
    {
        byte[] methods = compression == 0 ? [1, 0] : [2, 1, 0];
        var hello = ClientHello.Parse(Wrapped([3, 3, .. new byte[32], 4, 1, 2, 3, 4, .. Counted16([0x13, 0x01]), .. methods]));

        Assert.Contains(said, hello.View.Field("legacy_compression_methods").Meaning);
        Assert.Contains("resume", hello.View.Field("legacy_session_id").Meaning); // TLS 1.2 uses it
        Assert.DoesNotContain("resume", ClientHello.Parse(Real).View.Field("legacy_session_id").Meaning);
    }

    [Fact]
    public void What_only_keeps_servers_used_to_the_unknown_is_nothing_that_the_client_speaks()
    {
        byte[] versions = [0, 43, .. Counted16([4, 0x1a, 0x1a, 3, 4])];
        var hello = ClientHello.Parse(
            Wrapped([3, 3, .. new byte[32], 0, .. Counted16([0x2a, 0x2a, 0x13, 0x01]), 1, 0, .. Counted16(versions)]));

        Assert.Equal(["TLS 1.3"], hello.Versions);
        Assert.Equal(["TLS_AES_128_GCM_SHA256"], hello.CipherSuites);
        Assert.Contains("GREASE", hello.ToHtml());
    }

    [NeedsFact(Need.Curl)]
    public async Task One_of_curl_that_stops_at_TLS_1_2_says_so()
    {
        await using var world = new World();
        using var curl = new Curl(world);
        await curl.RunAsync("--tls-max", "1.2", "https://music.test/");
        Assert.Equal(["TLS 1.2"], ClientHello.Parse(world.Proxy.Tunnels[0].Up.First).Versions);
    }

    [NeedsFact(Need.Curl)]
    public async Task One_of_curl_is_read_too()
    {
        await using var world = new World();
        using var curl = new Curl(world);
        Assert.Equal(0, (await curl.RunAsync("https://music.test/")).ExitCode);
        var hello = ClientHello.Parse(world.Proxy.Tunnels[0].Up.First);
        Assert.Equal(("music.test", "h2"), (hello.ServerName, hello.ApplicationProtocols[0]));
        Assert.Contains("TLS 1.3", hello.Versions);
    }

    [Fact]
    public void Cut_off_anywhere_it_is_refused_and_shown_as_far_as_it_goes()
    {
        for (var length = 0; length < Real.Length; length++)
        {
            Assert.Throws<TruncatedException>(() => ClientHello.Parse(Real.AsMemory(0, length)));
            var view = ClientHello.Dissect(Real.AsMemory(0, length));
            Assert.Equal(length, view.Bytes.Length);
            Assert.Contains("left", view.Note);
        }

        Assert.Null(ClientHello.Dissect(Real).Note);
        Assert.Equal("music.test", ClientHello.Parse((byte[])[.. Real, 1, 2, 3]).ServerName); // another record follows
    }

    [Fact]
    public void Bent_anywhere_it_is_read_or_refused_and_never_anything_else() =>
        Gen.Select(Gen.Int[0, Real.Length - 1], Gen.Byte).Array[1, 8].Sample(changes =>
        {
            var bytes = (byte[])Real.Clone();
            foreach (var (at, value) in changes)
            {
                bytes[at] = value;
            }

            IsReadOrRefused(bytes);
        }, iter: 3000);

    [Fact]
    public void Garbage_is_refused_also_behind_a_head_that_is_right()
    {
        Gen.Byte.Array[0, 300].Sample(IsReadOrRefused, iter: 3000);
        Gen.Byte.Array[0, 300].Sample(garbage => IsReadOrRefused(Wrapped(garbage)), iter: 3000);
    }

    [Fact]
    public void What_was_put_in_comes_out() => Gen.Select(Name, Name.Array[0, 5]).Sample((host, protocols) =>
    {
        var hello = ClientHello.Parse(Made(host, protocols));
        Assert.Equal(host, hello.ServerName);
        Assert.Equal(protocols, hello.ApplicationProtocols);
        Assert.Equal(["TLS_AES_128_GCM_SHA256"], hello.CipherSuites);
    }, iter: 300);

    [Theory]
    [InlineData(0, 23, "At offset 0: this is not a handshake record.")]
    [InlineData(1, 2, "At offset 1: this is not a TLS version.")]
    [InlineData(3, 0x80, "At offset 3: a record has 1 to 16,384 bytes.")]
    [InlineData(5, 2, "At offset 5: this is not a ClientHello.")]
    [InlineData(43, 33, "At offset 43: legacy_session_id has 0 to 32 bytes.")]
    public void The_offset_of_what_is_wrong_is_named(int offset, byte value, string message)
    {
        var bytes = Made("a.test", []);
        bytes[offset] = value;
        Assert.Equal(message, Assert.Throws<FormatException>(() => ClientHello.Parse(bytes)).Message);
        Assert.Equal(message, ClientHello.Dissect(bytes).Note);
    }

    private static Gen<string> Name =>
        Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789-./"].Array[1, 60].Select(letters => new string(letters));

    private static void IsReadOrRefused(byte[] bytes)
    {
        try
        {
            _ = ClientHello.Parse(bytes).ToString();
        }
        catch (FormatException exception)
        {
            Assert.Matches("offset", exception.Message);
        }

        _ = ClientHello.Dissect(bytes).ToString();
    }

    private static byte[] Made(string host, string[] protocols, byte version = 3)
    {
        byte[] name = [0, .. Counted16(Encoding.ASCII.GetBytes(host))];
        byte[] list =
        [
            .. protocols.SelectMany(protocol => (byte[])[(byte)protocol.Length, .. Encoding.ASCII.GetBytes(protocol)]),
        ];
        byte[] extensions =
        [
            0, 0, .. Counted16(Counted16(name)),
            .. protocols.Length == 0 ? [] : (byte[])[0, 16, .. Counted16(Counted16(list))],
        ];
        return Wrapped([3, version, .. new byte[32], 0, .. Counted16([0x13, 0x01]), 1, 0, .. Counted16(extensions)]);
    }

    private static byte[] Wrapped(byte[] body)
    {
        byte[] message = [1, 0, .. Counted16(body)];
        return [22, 3, 1, .. Counted16(message)];
    }

    private static byte[] Counted16(byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];

    // The bytes that SslStream sends before it receives anything.
    private static async Task<byte[]> RealHelloAsync(
        string host,
        SslProtocols versions,
        params SslApplicationProtocol[] protocols)
    {
        var tap = new Tap();
        await using var tls = new SslStream(tap.On(new DeafStream()));
        await Assert.ThrowsAnyAsync<IOException>(() => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = versions,
            ApplicationProtocols = [.. protocols],
        }));
        return tap.Sent;
    }

    /// <summary>A stream that accepts all data and returns none.</summary>
    private sealed class DeafStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(0);
    }
}
