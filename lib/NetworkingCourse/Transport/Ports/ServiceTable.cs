using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A service and the port at which it is usually found.</summary>
/// <param name="Name">Its name, for instance <c>domain</c>.</param>
/// <param name="Port">The port.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>, or another that has ports.</param>
/// <param name="Aliases">What it is called besides.</param>
public sealed record Service(string Name, int Port, string Protocol, IReadOnlyList<string> Aliases)
{
    /// <summary>As the file writes it: <c>domain 53/udp</c>.</summary>
    public override string ToString() => InvariantText.Format($"{Name} {Port}/{Protocol}");
}

/// <summary>
/// Which service is usually found at which port: the system's own table (services(5)), which is a file, and a short one of the library's where there is none. The numbers are
/// given out by IANA (RFC 6335). It is a convention and no more: any program may listen at any port that its system lets it have.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class ServiceTable : IShown
{
    private const int MaxRows = 30;

    private ServiceTable(IReadOnlyList<Service> services, string source) => (Services, Source) = (services, source);

    /// <summary>What it says, in its order.</summary>
    public IReadOnlyList<Service> Services { get; }

    /// <summary>Where it comes from.</summary>
    public string Source { get; }

    /// <summary>The system's table; the library's where the system has none, or one that cannot be read.</summary>
    public static ServiceTable Load() => Load(!SystemFeatures.ServicesFile ? null
        : OperatingSystem.IsWindows() ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "services")
        : "/etc/services");

    /// <summary>Reads a table: a line a service, its name, its port and protocol, and its aliases; after <c>#</c> comes a remark. Lines that are nothing of the kind are passed over.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="source">Where it comes from.</param>
    public static ServiceTable Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ServiceTable([.. text.Split('\n').Select(ParseLine).OfType<Service>()], source);
    }

    /// <summary>The port of a service.</summary>
    /// <param name="name">Its name, or an alias of it.</param>
    /// <param name="protocol"><c>udp</c> or <c>tcp</c>; whichever is there, unless told otherwise.</param>
    /// <exception cref="ArgumentException">It is not in the table.</exception>
    public int Port(string name, string? protocol = null) =>
        Services.FirstOrDefault(service => (service.Name == name || service.Aliases.Contains(name)) && (protocol is null || service.Protocol == protocol))?.Port
        ?? throw new ArgumentException($"There is no service '{name}{(protocol is null ? "" : "/" + protocol)}' in the table ({Source}).", nameof(name));

    /// <summary>What is usually found at a port.</summary>
    public IReadOnlyList<Service> At(int port) => [.. Services.Where(service => service.Port == port)];

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => AsTable().ToString();

    /// <param name="path">The system's table; null where it has none.</param>
    internal static ServiceTable Load(string? path)
    {
        try
        {
            var table = Parse(path is null ? "" : File.ReadAllText(path), "the system's file 'services'");
            if (table.Services.Count > 0)
            {
                return table;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Small systems have none.
        }

        return Parse(WellKnownServices.Text, "the library's own, because this system has no file 'services'");
    }

    private static Service? ParseLine(string line)
    {
        var fields = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields is [var name, var at, .. var aliases] && at.Split('/') is [var digits, var protocol] && protocol.Length > 0
            && Digits.TryParse(digits, out int port) && port <= ushort.MaxValue
            ? new Service(name, port, protocol, aliases)
            : null;
    }

    private Table AsTable() => new(
        ["service", "port", "protocol", "also called"],
        Services.Take(MaxRows).Select(IReadOnlyList<object?> (service) => [service.Name, service.Port, service.Protocol, string.Join(", ", service.Aliases)]),
        InvariantText.Format($"{(Services.Count > MaxRows ? $"The first {MaxRows} of " : "")}{Services.Count:N0} entries; {Source}."));
}
