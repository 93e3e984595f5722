using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace NetworkingCourse.Application;

/// <summary>
/// The user name and password for the proxy, in the Basic scheme (RFC 7617). On the way to the proxy they are not encrypted,
/// but only encoded.
/// </summary>
/// <param name="User">The name; it must not contain a colon.</param>
/// <param name="Password">The password.</param>
public sealed record ProxyCredentials(string User, string Password)
{
    /// <summary>The challenge that the proxy sends to clients without valid credentials.</summary>
    internal const string Challenge = "Basic realm=\"Networking Course\", charset=\"UTF-8\"";

    private const string Scheme = "Basic ";

    /// <summary>The name, validated when it is set.</summary>
    /// <exception cref="ArgumentException">The name is empty, or contains a colon, which would end it.</exception>
    public string User { get; init; } = User.Length > 0 && !User.Contains(':', StringComparison.Ordinal)
        ? User
        : throw new ArgumentException("The name must not be empty, and must not contain a colon.", nameof(User));

    /// <summary>The value of the <c>Proxy-Authorization</c> field for these credentials.</summary>
    public string Field => Scheme + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    /// <summary>Returns the credentials for <see cref="HttpClient"/>, for <see cref="IWebProxy.Credentials"/>.</summary>
    public NetworkCredential ForClients() => new(User, Password);

    /// <summary>Returns the name, but not the password.</summary>
    public override string ToString() => $"{User}, with a password";

    /// <summary>Tells whether the value of a <c>Proxy-Authorization</c> field holds these credentials.</summary>
    internal bool Match(string field)
    {
        var given = new byte[field.Length];
        return field.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(field[Scheme.Length..].Trim(' '), given, out var length)
            // In constant time, which does not reveal how much of it was right.
            && CryptographicOperations.FixedTimeEquals(given.AsSpan(0, length), Encoding.UTF8.GetBytes($"{User}:{Password}"));
    }
}
