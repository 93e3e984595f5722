using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NetworkingCourse.Application;

/// <summary>The certificates of the origin's sites, valid and invalid ones, created anew each time the origin starts.</summary>
internal sealed class SiteCertificates : IDisposable
{
    private readonly Dictionary<string, SslStreamCertificateContext> _contexts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<X509Certificate2> _certificates = [];
    private readonly CertificateAuthority _untrusted = new("An untrusted authority");
    private readonly SslStreamCertificateContext _default;

    public SiteCertificates()
    {
        foreach (var host in SiteMap.Hosts)
        {
            Add(host, host switch
            {
                SiteMap.Expired => Authority.Issue([host], expired: TimeSpan.FromDays(1)),
                SiteMap.Untrusted => _untrusted.Issue([host]),
                SiteMap.WrongName => Authority.Issue(["somebody-else.test"]),
                _ => Authority.Issue([host]),
            });
        }

        _default = _contexts[SiteMap.Hosts[0]];
    }

    /// <summary>The authority that the course's clients trust.</summary>
    public CertificateAuthority Authority { get; } = new("Networking Course Root");

    /// <summary>
    /// Returns the certificate for the name that a client asked for; if there is none, that of the first site, as is customary.
    /// </summary>
    public SslStreamCertificateContext Of(string? host) => host is null ? _default : _contexts.GetValueOrDefault(host, _default);

    public void Dispose()
    {
        _certificates.ForEach(certificate => certificate.Dispose());
        _untrusted.Dispose();
        Authority.Dispose();
    }

    private void Add(string host, X509Certificate2 certificate)
    {
        _certificates.Add(certificate);
        // Offline: do not try to download missing intermediate certificates, because there are none.
        _contexts.Add(host, SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true));
    }
}
