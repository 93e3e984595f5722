using System.Net.Security;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The names of the code points of TLS, from the IANA registries, as far as today's clients use them.</summary>
internal static class TlsNames
{
    private static readonly Dictionary<ushort, string> ExtensionTypes = new()
    {
        [0] = "server_name",
        [1] = "max_fragment_length",
        [5] = "status_request",
        [10] = "supported_groups",
        [11] = "ec_point_formats",
        [13] = "signature_algorithms",
        [16] = "application_layer_protocol_negotiation",
        [18] = "signed_certificate_timestamp",
        [21] = "padding",
        [22] = "encrypt_then_mac",
        [23] = "extended_master_secret",
        [27] = "compress_certificate",
        [28] = "record_size_limit",
        [35] = "session_ticket",
        [41] = "pre_shared_key",
        [42] = "early_data",
        [43] = "supported_versions",
        [44] = "cookie",
        [45] = "psk_key_exchange_modes",
        [47] = "certificate_authorities",
        [49] = "post_handshake_auth",
        [50] = "signature_algorithms_cert",
        [51] = "key_share",
        [0xfe0d] = "encrypted_client_hello",
        [0xff01] = "renegotiation_info",
    };

    private static readonly Dictionary<ushort, string> Groups = new()
    {
        [0x0017] = "secp256r1",
        [0x0018] = "secp384r1",
        [0x0019] = "secp521r1",
        [0x001d] = "x25519",
        [0x001e] = "x448",
        [0x0100] = "ffdhe2048",
        [0x0101] = "ffdhe3072",
        [0x0102] = "ffdhe4096",
        [0x0103] = "ffdhe6144",
        [0x0104] = "ffdhe8192",
        [0x11eb] = "SecP256r1MLKEM768",
        [0x11ec] = "X25519MLKEM768",
        [0x11ed] = "SecP384r1MLKEM1024",
    };

    private static readonly Dictionary<ushort, string> Signatures = new()
    {
        [0x0201] = "rsa_pkcs1_sha1",
        [0x0203] = "ecdsa_sha1",
        [0x0401] = "rsa_pkcs1_sha256",
        [0x0403] = "ecdsa_secp256r1_sha256",
        [0x0501] = "rsa_pkcs1_sha384",
        [0x0503] = "ecdsa_secp384r1_sha384",
        [0x0601] = "rsa_pkcs1_sha512",
        [0x0603] = "ecdsa_secp521r1_sha512",
        [0x0804] = "rsa_pss_rsae_sha256",
        [0x0805] = "rsa_pss_rsae_sha384",
        [0x0806] = "rsa_pss_rsae_sha512",
        [0x0807] = "ed25519",
        [0x0808] = "ed448",
        [0x0809] = "rsa_pss_pss_sha256",
        [0x080a] = "rsa_pss_pss_sha384",
        [0x080b] = "rsa_pss_pss_sha512",
        [0x0904] = "mldsa44",
        [0x0905] = "mldsa65",
        [0x0906] = "mldsa87",
    };

    public static string RecordType(byte value) => value switch
    {
        20 => "change_cipher_spec",
        21 => "alert",
        22 => "handshake",
        23 => "application_data",
        _ => "",
    };

    /// <summary>
    /// Describes a legacy version field, which no longer determines the version: TLS 1.3 puts 1.2 or 1.0 here, because
    /// middleboxes did not tolerate new numbers.
    /// </summary>
    public static string LegacyVersion(ushort value) =>
        value is >= 0x0301 and <= 0x0303 ? $"says {Version(value)}" : Version(value);

    public static string Version(ushort value) => value switch
    {
        0x0300 => "SSL 3.0",
        0x0301 => "TLS 1.0",
        0x0302 => "TLS 1.1",
        0x0303 => "TLS 1.2",
        0x0304 => "TLS 1.3",
        _ => Unknown(value),
    };

    public static string CipherSuite(ushort value) => value == 0x00ff ? "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"
        : Enum.IsDefined((TlsCipherSuite)value) ? ((TlsCipherSuite)value).ToString() : Unknown(value);

    public static string ExtensionType(ushort value) => ExtensionTypes.GetValueOrDefault(value) ?? Unknown(value);

    public static string Group(ushort value) => Groups.GetValueOrDefault(value) ?? Unknown(value);

    public static string Signature(ushort value) => Signatures.GetValueOrDefault(value) ?? OldSignature(value) ?? Unknown(value);

    // Before TLS 1.3, the number had two parts: a hash algorithm and a signature algorithm (RFC 5246, section 7.4.1.4.1).
    private static string? OldSignature(ushort value)
    {
        string[] hashes = ["", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"];
        string[] signatures = ["", "rsa", "dsa", "ecdsa"];
        var (hash, signature) = (value >> 8, value & 0xff);
        return hash is > 0 and < 7 && signature is > 0 and < 4 ? $"{signatures[signature]}_{hashes[hash]}, for TLS 1.2" : null;
    }

    public static string PskMode(byte value) => value switch
    {
        0 => "psk_ke",
        1 => "psk_dhe_ke",
        _ => Unknown(value),
    };

    /// <summary>
    /// Describes the compression methods: since TLS 1.3, only <i>none</i> is allowed (RFC 3749 defines the other that was in
    /// use).
    /// </summary>
    public static string Compression(ReadOnlyMemory<byte> methods)
    {
        var names = methods.ToArray().Select(method => method switch
        {
            0 => "none: compression leaks the content through its length",
            1 => "DEFLATE",
            _ => InvariantText.Format($"method {method}"),
        });
        return string.Join(", ", names);
    }

    /// <summary>
    /// Tells whether a number has its registered meaning, and is not one of the reserved values that clients send so that servers
    /// learn to tolerate unknown values (GREASE; RFC 8701).
    /// </summary>
    public static bool IsMeant(ushort value) => (value & 0x0f0f) != 0x0a0a || value >> 8 != (value & 0xff);

    private static string Unknown(ushort value) => IsMeant(value) ? $"0x{value:x4}" : "GREASE";
}
