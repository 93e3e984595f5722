using System.CommandLine;

namespace NetworkingCourse.Host.Commands;

/// <summary>A server that <c>serve</c> can run: its name, its summary, its options, and how to start it.</summary>
/// <param name="name">The name to type after <c>serve</c>, in lower case.</param>
/// <param name="summary">A short description for <c>serve --list</c>.</param>
internal abstract class Served(string name, string summary)
{
    /// <summary>
    /// All servers, in the order of <c>serve --list</c>. To add one, write a short file beside this one, and an entry here.
    /// </summary>
    public static IReadOnlyList<Served> All { get; } =
    [
        .. ServedArchitecture.All,
        new ServedOrigin(),
        new ServedProxy(),
        new ServedSixteen(),
        new ServedUdpTime(),
        new ServedLossy(),
        new ServedBroadcast(),
        new ServedDns(),
    ];

    public string Name { get; } = name;

    public string Summary { get; } = summary;

    /// <summary>The options that the server takes, including <see cref="ServeOptions.Port"/>. All others are refused.</summary>
    public abstract IReadOnlyList<Option> Options { get; }

    /// <summary>Starts the server. When this returns, clients can connect.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An option has an invalid value. The parameter's name is that of the option.
    /// </exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is in use or not allowed.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public abstract Serving Start(ParseResult parsed);

    /// <summary>Finds a server by its name; null if there is none.</summary>
    public static Served? Find(string name) =>
        All.FirstOrDefault(served => string.Equals(served.Name, name, StringComparison.OrdinalIgnoreCase));
}
