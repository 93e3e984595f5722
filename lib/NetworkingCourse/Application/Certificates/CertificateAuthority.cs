using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A certificate authority that lives as long as this object: it says whose key is whose, for those who have decided to believe it
/// (RFC 5280). Nobody does by default. Nothing of it enters a store of the system's; a client that is to believe it is given
/// <see cref="Trust"/>, and believes it alone.
/// </summary>
/// <remarks>
/// It signs certificates of servers itself. Real authorities keep the key of their root locked away and sign with an intermediate
/// certificate; that is left out, because on Windows a server's intermediate certificates are put into the machine's store to be found.
/// </remarks>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class CertificateAuthority : IShown, IDisposable
{
    /// <summary>How long the certificate of a server is valid, unless told otherwise: the usual 90 days.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(90);

    private static readonly TimeSpan OwnValidity = TimeSpan.FromDays(365);

    private readonly X509Certificate2 _signing;

    /// <summary>Makes an authority with a new key (ECDSA on P-256).</summary>
    /// <param name="name">Its common name (CN).</param>
    public CertificateAuthority(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        // It is older than it is: what it signs may have been valid, and have expired, before it was made.
        var now = DateTimeOffset.UtcNow;
        _signing = request.CreateSelfSigned(now - OwnValidity, now + OwnValidity);
        Certificate = X509CertificateLoader.LoadCertificate(_signing.RawData);
        Name = name;
    }

    /// <summary>Its common name (CN).</summary>
    public string Name { get; }

    /// <summary>Its own certificate, the root of every chain that it signs; without the key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Signs a certificate for a server, with a new key (ECDSA on P-256).</summary>
    /// <param name="hosts">The names the server goes by, as subject alternative names (RFC 9525, section 6); the first is the common name too.</param>
    /// <param name="expired">Since when it is no longer valid; null for one that is, from an hour ago on for <see cref="DefaultValidity"/>.</param>
    /// <returns>The certificate with its key. Dispose it when nothing serves with it any more.</returns>
    public X509Certificate2 Issue(IReadOnlyList<string> hosts, TimeSpan? expired = null)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentOutOfRangeException.ThrowIfZero(hosts.Count, nameof(hosts));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            names.AddDnsName(host);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf(hosts[0]), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "server authentication")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_signing, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var until = DateTimeOffset.UtcNow + (expired is { } since ? -since : DefaultValidity);
        using var signed = request.Create(_signing, until - DefaultValidity - TimeSpan.FromHours(1), until, SerialNumber());
        using var usable = signed.CopyWithPrivateKey(key);
        return Servable(usable);
    }

    /// <summary>
    /// What makes a client believe this authority and no other: for
    /// <c>SslClientAuthenticationOptions.CertificateChainPolicy</c>.
    /// </summary>
    /// <remarks>
    /// Nothing is looked up in the network: there is no list of revoked certificates, and who has not been given a
    /// certificate does without. Names and dates are checked as ever.
    /// </remarks>
    public X509ChainPolicy Trust()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(Certificate);
        return policy;
    }

    /// <inheritdoc/>
    public void Dispose() => _signing.Dispose(); // what clients may still hold is the certificate, which has no key

    /// <inheritdoc/>
    public string ToHtml() => CertificateTable.Of([Certificate]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format($"{Name}, believed by whoever is given it, until {Certificate.NotAfter:yyyy-MM-dd}");

    private static X500DistinguishedName NameOf(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName("Networking Course");
        name.AddCommonName(commonName);
        return name.Build();
    }

    // Unpredictable and positive (RFC 5280, section 4.1.2.2).
    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    // On Linux a key that exists in memory alone will do. On Windows TLS happens in another process, which such a key cannot be handed to:
    // read from PKCS #12 the key lies in a file of the user's profile, which goes when the certificate is disposed. On macOS reading it
    // puts the key into a temporary keychain of this process. Neither is a store of certificates, and neither makes anybody believe anything.
    private static X509Certificate2 Servable(X509Certificate2 certificate) => X509CertificateLoader.LoadPkcs12(
        certificate.Export(X509ContentType.Pfx), password: null,
        OperatingSystem.IsLinux() ? X509KeyStorageFlags.EphemeralKeySet : X509KeyStorageFlags.DefaultKeySet);
}
