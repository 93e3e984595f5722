using System.CommandLine;

namespace NetworkingCourse.Host.Commands;

/// <summary>Something that <c>serve</c> can run: a name, half a sentence, the options it takes, and how it is started.</summary>
/// <param name="name">What is typed after <c>serve</c>, in lower case.</param>
/// <param name="summary">What it is, in half a sentence, for <c>serve --list</c>.</param>
internal abstract class Served(string name, string summary)
{
    /// <summary>All of them, in the order of <c>serve --list</c>. What is new to serve is a short file beside this one, and an entry here.</summary>
    public static IReadOnlyList<Served> All { get; } =
    [
        .. ServedArchitecture.All,
        new ServedSixteen(),
        new ServedDns(),
    ];

    public string Name { get; } = name;

    public string Summary { get; } = summary;

    /// <summary>The options it takes, <see cref="ServeOptions.Port"/> included: any other is refused.</summary>
    public abstract IReadOnlyList<Option> Options { get; }

    /// <summary>Starts it. When this returns, clients can connect.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value of an option makes no sense; the parameter's name is the option's.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or may not be used.</exception>
    public abstract Serving Start(ParseResult parsed);

    /// <summary>Finds one by its name; null if there is none.</summary>
    public static Served? Find(string name) => All.FirstOrDefault(served => string.Equals(served.Name, name, StringComparison.OrdinalIgnoreCase));
}
