using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using NetworkingCourse.Application;

namespace NetworkingCourse.Host.Commands;

/// <summary>The options of <c>serve</c>. Each server names those that it takes.</summary>
internal static class ServeOptions
{
    public static Option<int> Port { get; } = NumberOption.Create(
        "--port", "N", 0, 0, IPEndPoint.MaxPort, "a port number", "The port on 127.0.0.1; 0 lets the system choose.");

    public static Option<double> Think { get; } = NumberOption.Create(
        "--think", "MS", 1000, 0, TimeSpan.FromHours(1).TotalMilliseconds, "a think time in milliseconds",
        "The think time in milliseconds: the time that the server needs for one answer.");

    public static Option<int> Workers { get; } = NumberOption.Create(
        "--workers", "N", 4, 1, 1000, "a number of workers", "The number of workers, if the architecture has a fixed number.");

    public static Option<int> TlsPort { get; } = NumberOption.Create(
        "--tls-port", "N", 0, 0, IPEndPoint.MaxPort, "a port number", "The origin's port for HTTPS; 0 lets the system choose.");

    public static Option<ProxyCredentials?> User { get; } = new("--user")
    {
        HelpName = "NAME:PASSWORD",
        Description = "The credentials for the proxy; without them, everyone on this machine can use it.",
        CustomParser = argument => CredentialsOf(argument),
    };

    public static Option<string?> Root { get; } = new("--root")
    {
        HelpName = "FILE",
        Description = "Write the course's root certificate to this file, for clients that are to trust it (curl --cacert FILE).",
    };

    public static Option<bool> Quiet { get; } = new("--quiet")
    {
        Description = "Print only the line that says that the server is ready, and no log. "
            + "Under load, the log has a line for every event.",
    };

    private static ProxyCredentials? CredentialsOf(ArgumentResult argument)
    {
        var typed = argument.Tokens[0].Value;
        if (typed.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            return new ProxyCredentials(typed[..colon], typed[(colon + 1)..]);
        }

        // Don't repeat the input: it may be a password.
        argument.AddError("--user: give a name and a password separated by a colon, as in --user li:secret.");
        return null;
    }
}
