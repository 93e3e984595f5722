using System.CommandLine;
using NetworkingCourse.Application;

namespace NetworkingCourse.Host.Commands;

/// <summary>Chapter 1's origin, alone: for clients that are told where its names lead.</summary>
internal sealed class ServedOrigin() : Served("origin", "the sites of chapter 1 over http and https, with certificates of the course's own")
{
    public override IReadOnlyList<Option> Options { get; } = [ServeOptions.Port, ServeOptions.TlsPort, ServeOptions.Root];

    public override Serving Start(ParseResult parsed)
    {
        var origin = WebOrigin.Start(port: parsed.GetValue(ServeOptions.Port), tlsPort: parsed.GetValue(ServeOptions.TlsPort));
        ServedProxy.WriteRoot(origin.Authority, parsed);
        var raw = Sites.Raw;
        return new Serving(
            origin, $"{Name} of {string.Join(", ", origin.Names.Hosts.Except([raw.Host]))}; https at {origin.TlsEndPoint}; {raw.Host} at {origin.Names.Find(raw.Host, raw.Port)}",
            origin.Log.Began, ServedProxy.LinesAsync(origin.Log));
    }
}

/// <summary>Chapter 1's forward proxy, and behind it the origin, which is all that it leads to.</summary>
internal sealed class ServedProxy() : Served("proxy", "a forward proxy, for http and for tunnels, that leads to the sites of chapter 1 and nowhere else")
{
    public override IReadOnlyList<Option> Options { get; } = [ServeOptions.Port, ServeOptions.User, ServeOptions.Root];

    public override Serving Start(ParseResult parsed)
    {
        var internet = LittleInternet.Start(new ProxyOptions { Port = parsed.GetValue(ServeOptions.Port), Credentials = parsed.GetValue(ServeOptions.User) });
        WriteRoot(internet.Authority, parsed);
        return new Serving(internet.Proxy, $"{Name} to {string.Join(", ", internet.Names.Hosts)}; for {internet.Proxy.Options.Credentials?.ToString() ?? "everybody on this machine"}", internet.Proxy.Log.Began, LinesAsync(internet.Proxy.Log))
        {
            Besides = [internet.Origin],
        };
    }

    /// <summary>Writes the certificate that clients have to believe, for <c>curl --cacert</c> and its like; the key stays here.</summary>
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
