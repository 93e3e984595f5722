using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using NetworkingCourse.Application;

namespace NetworkingCourse.Host.Commands;

/// <summary>The options of <c>serve</c>. Whatever is served names those that it takes.</summary>
internal static class ServeOptions
{
    public static Option<int> Port { get; } = NumberOption.Create(
        "--port", "N", 0, 0, IPEndPoint.MaxPort, "a port number", "The port on 127.0.0.1; 0 lets the system choose.");

    public static Option<double> Think { get; } = NumberOption.Create(
        "--think", "MS", 1000, 0, TimeSpan.FromHours(1).TotalMilliseconds, "a think time in milliseconds", "The think time in milliseconds: what one answer costs.");

    public static Option<int> Workers { get; } = NumberOption.Create(
        "--workers", "N", 4, 1, 1000, "a number of workers", "How many workers, where the architecture has a fixed number.");

    public static Option<int> TlsPort { get; } = NumberOption.Create(
        "--tls-port", "N", 0, 0, IPEndPoint.MaxPort, "a port number", "The origin's port for https; 0 lets the system choose.");

    public static Option<ProxyCredentials?> User { get; } = new("--user")
    {
        HelpName = "NAME:PASSWORD",
        Description = "Who may use the proxy; everybody on this machine, if it is left out.",
        CustomParser = argument => CredentialsOf(argument),
    };

    public static Option<string?> Root { get; } = new("--root")
    {
        HelpName = "FILE",
        Description = "Write the course's root certificate to this file, for clients that are to believe it (curl --cacert FILE).",
    };

    public static Option<bool> Quiet { get; } = new("--quiet")
    {
        Description = "Print the line that says that the server is ready, and no log. A server under load writes a line for everything that happens.",
    };

    private static ProxyCredentials? CredentialsOf(ArgumentResult argument)
    {
        var typed = argument.Tokens[0].Value;
        if (typed.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            return new ProxyCredentials(typed[..colon], typed[(colon + 1)..]);
        }

        // Not what was typed: it may be a password.
        argument.AddError("--user: give a name and a password with a colon between them, as in --user li:secret.");
        return null;
    }
}
