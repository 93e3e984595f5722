using System.Security.Authentication;

namespace NetworkingCourse.Application;

/// <summary>The versions of TLS that this system offers to .NET.</summary>
public static class TlsVersion
{
    /// <summary>Whether clients and servers can speak a version here.</summary>
    /// <param name="version">One version.</param>
    public static bool IsAvailable(SslProtocols version) => version != SslProtocols.Tls13 || SystemFeatures.Tls13;
}
