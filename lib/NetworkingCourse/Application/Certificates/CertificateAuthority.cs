using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A certificate authority that exists as long as this object: it certifies whose key is whose, for clients that choose to trust
/// it (RFC 5280). No client does by default, and nothing is added to a certificate store of the system. A client that is to trust
/// this authority is given <see cref="Trust"/>, and then trusts no other.
/// </summary>
/// <remarks>
/// It signs server certificates itself. Real authorities keep the key of their root locked away and sign with an intermediate
/// certificate. That step is left out, because Windows finds a server's intermediate certificates only in the machine's store.
/// </remarks>
public sealed class CertificateAuthority : Shown, IDisposable
{
    /// <summary>The default validity of a server certificate: the usual 90 days.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(90);

    private static readonly TimeSpan OwnValidity = TimeSpan.FromDays(365);

    private readonly X509Certificate2 _signing;

    /// <summary>Creates an authority with a new key (ECDSA on P-256).</summary>
    /// <param name="name">The authority's common name (CN).</param>
    public CertificateAuthority(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        // The certificate is backdated: certificates that it signs may have become valid, and have expired, before this moment.
        var now = DateTimeOffset.UtcNow;
        _signing = request.CreateSelfSigned(now - OwnValidity, now + OwnValidity);
        Certificate = X509CertificateLoader.LoadCertificate(_signing.RawData);
        Name = name;
    }

    /// <summary>The authority's common name (CN).</summary>
    public string Name { get; }

    /// <summary>The authority's own certificate, the root of every chain that it signs; without the private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Issues a server certificate with a new key (ECDSA on P-256).</summary>
    /// <param name="hosts">
    /// The server's host names, which become subject alternative names (RFC 9525, section 6). The first is also the common name.
    /// </param>
    /// <param name="expired">
    /// How long ago the certificate expired. Null for a valid one, which became valid an hour ago and expires after
    /// <see cref="DefaultValidity"/>.
    /// </param>
    /// <returns>The certificate with its key. Dispose of it when no server uses it any more.</returns>
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
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "server authentication")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            _signing, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var until = DateTimeOffset.UtcNow + (expired is { } since ? -since : DefaultValidity);
        using var signed = request.Create(_signing, until - DefaultValidity - TimeSpan.FromHours(1), until, SerialNumber());
        using var usable = signed.CopyWithPrivateKey(key);
        return Servable(usable);
    }

    /// <summary>
    /// Returns a chain policy with which a client trusts this authority and no other, for
    /// <c>SslClientAuthenticationOptions.CertificateChainPolicy</c>.
    /// </summary>
    /// <remarks>
    /// Validation does not use the network: revocation is not checked, and missing certificates are not downloaded. Names and
    /// dates are checked as usual.
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
    public void Dispose() => _signing.Dispose(); // clients may still hold Certificate, which has no private key

    /// <inheritdoc/>
    public override string ToHtml() => CertificateTable.Of([Certificate]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() =>
        InvariantText.Format($"{Name}, trusted by clients that are given it, valid until {Certificate.NotAfter:yyyy-MM-dd}");

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

    // On Linux a key that exists only in memory will do. On Windows, TLS runs in another process, which cannot use such a key.
    // Loading it from PKCS #12 puts it into a file of the user's profile, which is deleted when the certificate is disposed of.
    // On macOS, loading puts the key into a temporary keychain of this process. Neither is a certificate store, and neither makes
    // any program trust the certificate.
    private static X509Certificate2 Servable(X509Certificate2 certificate) => X509CertificateLoader.LoadPkcs12(
        certificate.Export(X509ContentType.Pfx), password: null,
        OperatingSystem.IsLinux() ? X509KeyStorageFlags.EphemeralKeySet : X509KeyStorageFlags.DefaultKeySet);
}
