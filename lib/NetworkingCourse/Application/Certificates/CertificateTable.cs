using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>Displays certificates as a table: subject, names, issuer, validity and key.</summary>
public static class CertificateTable
{
    /// <summary>Displays a certificate chain: the server's own certificate first, each signed by the next.</summary>
    /// <param name="chain">The certificates.</param>
    /// <param name="note">A sentence shown below the table.</param>
    public static Table Of(IEnumerable<X509Certificate2> chain, string? note = null) => new(
        ["subject", "valid for", "signed by", "valid from", "until", "key", "SHA-256 fingerprint"],
        chain.Select(IReadOnlyList<object?> (certificate) =>
        [
            certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
            string.Join(", ", HostsOf(certificate)),
            certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
                ? "itself"
                : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true),
            InvariantText.Format($"{certificate.NotBefore.ToUniversalTime():yyyy-MM-dd}"),
            InvariantText.Format($"{certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"),
            KeyOf(certificate),
            Convert.ToHexStringLower(SHA256.HashData(certificate.RawData))[..16] + "…",
        ]),
        note);

    /// <summary>
    /// Returns the host names for which a certificate is valid: its subject alternative names (RFC 5280, section 4.2.1.6).
    /// </summary>
    public static IReadOnlyList<string> HostsOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return [.. certificate.Extensions
            .OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames())];
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using var ecdsa = certificate.GetECDsaPublicKey();
        using var rsa = certificate.GetRSAPublicKey();
        return ecdsa is not null ? InvariantText.Format($"ECDSA, {ecdsa.KeySize} bits")
            : rsa is not null ? InvariantText.Format($"RSA, {rsa.KeySize} bits") : certificate.PublicKey.Oid.FriendlyName ?? "";
    }
}
