using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NetworkingCourse.Application;

/// <summary>The certificates of the origin's sites, right ones and wrong ones, made anew each time the origin starts.</summary>
internal sealed class SiteCertificates : IDisposable
{
    private readonly Dictionary<string, SslStreamCertificateContext> _contexts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<X509Certificate2> _certificates = [];
    private readonly CertificateAuthority _nobody = new("An authority that nobody believes");
    private readonly SslStreamCertificateContext _default;

    public SiteCertificates()
    {
        foreach (var host in SiteMap.Hosts)
        {
            Add(host, host switch
            {
                SiteMap.Expired => Authority.Issue([host], expired: TimeSpan.FromDays(1)),
                SiteMap.Untrusted => _nobody.Issue([host]),
                SiteMap.WrongName => Authority.Issue(["somebody-else.test"]),
                _ => Authority.Issue([host]),
            });
        }

        _default = _contexts[SiteMap.Hosts[0]];
    }

    /// <summary>The authority that the course's clients believe.</summary>
    public CertificateAuthority Authority { get; } = new("Networking Course Root");

    /// <summary>What a client is shown that has asked for this name; if there is nothing for it, the certificate of the first site, as usual.</summary>
    public SslStreamCertificateContext Of(string? host) => host is null ? _default : _contexts.GetValueOrDefault(host, _default);

    public void Dispose()
    {
        _certificates.ForEach(certificate => certificate.Dispose());
        _nobody.Dispose();
        Authority.Dispose();
    }

    private void Add(string host, X509Certificate2 certificate)
    {
        _certificates.Add(certificate);
        // Offline: no missing link of the chain is fetched from anywhere, for there is none.
        _contexts.Add(host, SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true));
    }
}
