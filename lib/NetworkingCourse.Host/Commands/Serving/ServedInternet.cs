using System.CommandLine;
using NetworkingCourse.Application;

namespace NetworkingCourse.Host.Commands;

/// <summary>Chapter 1's origin server without the proxy, for clients that are told the addresses of its sites.</summary>
internal sealed class ServedOrigin()
    : Served("origin", "the sites of chapter 1 over HTTP and HTTPS, with the course's own certificates")
{
    public override IReadOnlyList<Option> Options { get; } = [ServeOptions.Port, ServeOptions.TlsPort, ServeOptions.Root];

    public override Serving Start(ParseResult parsed)
    {
        var origin = WebOrigin.Start(port: parsed.GetValue(ServeOptions.Port), tlsPort: parsed.GetValue(ServeOptions.TlsPort));
        ServedProxy.WriteRoot(origin.Authority, parsed);
        var raw = Sites.Raw;
        var sites = string.Join(", ", origin.Names.Hosts.Except([raw.Host]));
        var description =
            $"{Name} of {sites}; https at {origin.TlsEndPoint}; {raw.Host} at {origin.Names.Find(raw.Host, raw.Port)}";
        return new Serving(origin, description, origin.Log.Began, ServedProxy.LinesAsync(origin.Log));
    }
}

/// <summary>Chapter 1's forward proxy, and behind it the origin server, the only one that it connects to.</summary>
internal sealed class ServedProxy()
    : Served("proxy", "a forward proxy, for HTTP and for tunnels, to the sites of chapter 1 and nowhere else")
{
    public override IReadOnlyList<Option> Options { get; } = [ServeOptions.Port, ServeOptions.User, ServeOptions.Root];

    public override Serving Start(ParseResult parsed)
    {
        var internet = LittleInternet.Start(new ProxyOptions
        {
            Port = parsed.GetValue(ServeOptions.Port),
            Credentials = parsed.GetValue(ServeOptions.User),
        });
        WriteRoot(internet.Authority, parsed);
        var users = internet.Proxy.Options.Credentials?.ToString() ?? "everyone on this machine";
        var description = $"{Name} to {string.Join(", ", internet.Names.Hosts)}; for {users}";
        return new Serving(internet.Proxy, description, internet.Proxy.Log.Began, LinesAsync(internet.Proxy.Log))
        {
            Besides = [internet.Origin],
        };
    }

    /// <summary>
    /// Writes the root certificate that clients have to trust, for <c>curl --cacert</c> and the like. The key is not written.
    /// </summary>
    internal static void WriteRoot(CertificateAuthority authority, ParseResult parsed)
    {
        if (parsed.GetValue(ServeOptions.Root) is { } file)
        {
            File.WriteAllText(file, authority.Certificate.ExportCertificatePem() + "\n");
        }
    }

    internal static async IAsyncEnumerable<LogLine> LinesAsync(WebLog log)
    {
        await foreach (var entry in log.FollowAsync().ConfigureAwait(false))
        {
            yield return new LogLine(entry.Timestamp, entry.ToString());
            if (entry.Kind == WebEventKind.Stopped)
            {
                yield break;
            }
        }
    }
}
