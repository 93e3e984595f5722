using System.Security.Cryptography;
using System.Text;

namespace NetworkingCourse.Host.Jupyter.Protocol;

/// <summary>Signs messages and verifies signatures with a shared key (HMAC, RFC 2104, in hexadecimal digits).</summary>
internal sealed class Signature
{
    public const string Sha256 = "hmac-sha256";
    private const string Prefix = "hmac-";

    private readonly byte[] _key;
    private readonly HashAlgorithmName _algorithm;

    /// <param name="scheme">The signature scheme from the connection file.</param>
    /// <param name="key">The shared secret; if it is empty, nothing is signed, and every signature is accepted.</param>
    /// <exception cref="FormatException">The scheme is not supported.</exception>
    public Signature(string scheme, string key)
    {
        _key = Encoding.UTF8.GetBytes(key);
        _algorithm = scheme.StartsWith(Prefix, StringComparison.Ordinal)
            ? new HashAlgorithmName(scheme[Prefix.Length..].ToUpperInvariant())
            : default;
        if (_algorithm != HashAlgorithmName.SHA256
            && _algorithm != HashAlgorithmName.SHA384
            && _algorithm != HashAlgorithmName.SHA512)
        {
            throw new FormatException($"The signature scheme '{scheme}' is not supported; use {Sha256}.");
        }
    }

    /// <summary>The signature of a message's four parts.</summary>
    public byte[] Of(
        ReadOnlySpan<byte> header, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> metadata, ReadOnlySpan<byte> content)
    {
        if (_key.Length == 0)
        {
            return [];
        }

        using var hash = IncrementalHash.CreateHMAC(_algorithm, _key);
        hash.AppendData(header);
        hash.AppendData(parent);
        hash.AppendData(metadata);
        hash.AppendData(content);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Whether a message's signature is correct. Takes as long for a wrong signature as for the right one.</summary>
    public bool IsRight(
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> header,
        ReadOnlySpan<byte> parent,
        ReadOnlySpan<byte> metadata,
        ReadOnlySpan<byte> content) =>
        _key.Length == 0 || CryptographicOperations.FixedTimeEquals(signature, Of(header, parent, metadata, content));
}
