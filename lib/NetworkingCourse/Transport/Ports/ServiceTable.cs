using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A service and its usual port.</summary>
/// <param name="Name">The service's name, for instance <c>domain</c>.</param>
/// <param name="Port">The port.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c>, or another protocol with ports.</param>
/// <param name="Aliases">Alternative names.</param>
public sealed record Service(string Name, int Port, string Protocol, IReadOnlyList<string> Aliases)
{
    /// <summary>The service in the format of the file: <c>domain 53/udp</c>.</summary>
    public override string ToString() => InvariantText.Format($"{Name} {Port}/{Protocol}");
}

/// <summary>
/// Lists services and their usual ports: the system's own table (services(5)), which is a file, or a short built-in one
/// where there is none. IANA assigns the numbers (RFC 6335). They are only a convention: a program may listen on any
/// port that its system lets it have.
/// </summary>
public sealed class ServiceTable : Shown
{
    private const int MaxRows = 30;

    private ServiceTable(IReadOnlyList<Service> services, string source) => (Services, Source) = (services, source);

    /// <summary>The entries, in the order of the table.</summary>
    public IReadOnlyList<Service> Services { get; }

    /// <summary>The source of the table.</summary>
    public string Source { get; }

    /// <summary>Loads the system's table, or the built-in one if the system's is missing or unreadable.</summary>
    public static ServiceTable Load() => Load(!SystemFeatures.ServicesFile ? null
        : OperatingSystem.IsWindows() ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "services")
        : "/etc/services");

    /// <summary>
    /// Parses a table with one service per line: name, port and protocol, and aliases; <c>#</c> starts a
    /// comment. Other lines are ignored.
    /// </summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="source">The source of the text.</param>
    public static ServiceTable Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ServiceTable([.. text.Split('\n').Select(ParseLine).OfType<Service>()], source);
    }

    /// <summary>Finds the port of a service.</summary>
    /// <param name="name">The service's name or alias.</param>
    /// <param name="protocol"><c>udp</c> or <c>tcp</c>; by default the first one in the table.</param>
    /// <exception cref="ArgumentException">The service is not in the table.</exception>
    public int Port(string name, string? protocol = null) =>
        Services.FirstOrDefault(service =>
            (service.Name == name || service.Aliases.Contains(name)) && (protocol is null || service.Protocol == protocol))?.Port
        ?? throw new ArgumentException(
            $"There is no service '{name}{(protocol is null ? "" : "/" + protocol)}' in the table ({Source}).",
            nameof(name));

    /// <summary>Finds the services that usually use a port.</summary>
    public IReadOnlyList<Service> At(int port) => [.. Services.Where(service => service.Port == port)];

    /// <param name="path">The path of the system's table; null if it has none.</param>
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
            // Small systems may lack the file.
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

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["service", "port", "protocol", "also called"],
        Services.Take(MaxRows).Select(IReadOnlyList<object?> (service) =>
            [service.Name, service.Port, service.Protocol, string.Join(", ", service.Aliases)]),
        InvariantText.Format(
            $"{(Services.Count > MaxRows ? $"The first {MaxRows} of " : "")}{Services.Count:N0} entries; {Source}."));
}
