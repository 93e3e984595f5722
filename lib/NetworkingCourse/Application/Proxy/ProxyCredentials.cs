using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace NetworkingCourse.Application;

/// <summary>
/// Who may use the proxy: a name and a password, by the Basic scheme (RFC 7617). On the way to the proxy they are not encrypted, only
/// written in another alphabet.
/// </summary>
/// <param name="User">The name; it holds no colon.</param>
/// <param name="Password">The password.</param>
public sealed record ProxyCredentials(string User, string Password)
{
    /// <summary>What the proxy answers to those who have not said who they are.</summary>
    internal const string Challenge = "Basic realm=\"Networking Course\", charset=\"UTF-8\"";

    private const string Scheme = "Basic ";

    /// <summary>The name, checked when it is set.</summary>
    /// <exception cref="ArgumentException">It is empty, or holds a colon, which could not be told from the one that ends it.</exception>
    public string User { get; init; } = User.Length > 0 && !User.Contains(':', StringComparison.Ordinal)
        ? User
        : throw new ArgumentException("A name without a colon is wanted.", nameof(User));

    /// <summary>The value of the field <c>Proxy-Authorization</c> that they make.</summary>
    public string Field => Scheme + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    /// <summary>The same for <see cref="HttpClient"/>: for <see cref="IWebProxy.Credentials"/>.</summary>
    public NetworkCredential ForClients() => new(User, Password);

    /// <summary>Not the password.</summary>
    public override string ToString() => $"{User}, with a password";

    /// <summary>Whether the value of a field <c>Proxy-Authorization</c> holds them.</summary>
    internal bool Match(string field)
    {
        var given = new byte[field.Length];
        return field.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(field[Scheme.Length..].Trim(' '), given, out var length)
            // In a time that does not tell how much of it was right.
            && CryptographicOperations.FixedTimeEquals(given.AsSpan(0, length), Encoding.UTF8.GetBytes($"{User}:{Password}"));
    }
}
