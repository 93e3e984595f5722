using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using NetworkingCourse.Application;

namespace NetworkingCourse.Tests.Application;

/// <summary>The course's clients trust the course's certificate authority and no other.</summary>
public class CertificateTests
{
    public static TheoryData<string, string> Refused => new()
    {
        { "https://expired.test/", "NotTimeValid" },
        { "https://wrong-name.test/", "RemoteCertificateNameMismatch" },
        { "https://untrusted.test/", "PartialChain" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_certificate_that_is_wrong_is_refused_with_its_reason(string address, string reason)
    {
        await using var world = new World();
        foreach (var client in new[] { world.Client(), world.DirectClient() })
        {
            var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(address));
            Assert.Equal(HttpRequestError.SecureConnectionError, exception.HttpRequestError);
            Assert.Contains(reason, Assert.IsType<AuthenticationException>(exception.InnerException).Message);
        }

        await world.Internet.Origin.Log.WaitForAsync(WebEventKind.Failed, count: 2);
        Assert.DoesNotContain(world.Internet.Origin.Log.Events, entry => entry.Kind == WebEventKind.Answered);
    }

    [Fact]
    public async Task Who_has_not_been_given_the_authority_does_not_believe_it()
    {
        await using var world = new World();
        await using var another = new World();
        var systems = world.Client(handler => handler.SslOptions = new SslClientAuthenticationOptions());
        await Assert.ThrowsAsync<HttpRequestException>(() => systems.GetAsync(Sites.Music));
        var stranger = world.Client(handler => handler.SslOptions = another.Internet.Trust());
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(Sites.Music));
    }

    [Fact]
    public async Task No_store_of_the_system_holds_anything_of_it()
    {
        await using var world = new World();
        await world.Client().GetStringAsync(Sites.Music);
        foreach (var name in new[] { StoreName.Root, StoreName.CertificateAuthority, StoreName.My })
        {
            using var store = new X509Store(name, StoreLocation.CurrentUser, OpenFlags.ReadOnly);
            Assert.DoesNotContain(
                store.Certificates,
                certificate => certificate.Subject.Contains("Networking Course", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_certificate_is_good_for_its_names_until_it_expires_and_its_authority_cannot_make_another_authority()
    {
        using var authority = new CertificateAuthority("A test");
        using var good = authority.Issue(["a.test", "b.test"]);
        using var expired = authority.Issue(["a.test"], expired: TimeSpan.FromDays(2));
        Assert.Equal(["a.test", "b.test"], CertificateTable.HostsOf(good));
        Assert.True(good.HasPrivateKey);
        Assert.False(authority.Certificate.HasPrivateKey);
        Assert.Equal(X509ChainStatusFlags.NoError, StatusOf(good));
        Assert.Equal(X509ChainStatusFlags.NotTimeValid, StatusOf(expired));
        using var other = new CertificateAuthority("A test"); // the same name, but another key
        Assert.NotEqual(X509ChainStatusFlags.NoError, StatusOf(other.Issue(["a.test"])));
        Assert.Contains("a.test, b.test", CertificateTable.Of([good, authority.Certificate]).ToString());

        X509ChainStatusFlags StatusOf(X509Certificate2 certificate)
        {
            using var chain = new X509Chain { ChainPolicy = authority.Trust() };
            _ = chain.Build(certificate);
            return chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        }
    }
}
