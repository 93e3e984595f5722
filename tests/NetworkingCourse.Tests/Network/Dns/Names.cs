using NetworkingCourse.Network;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>A tree of names for a single test, whose servers have names of their own.</summary>
internal sealed class Names : IAsyncDisposable
{
    private Names(NameHierarchy tree) => Tree = tree;

    public NameHierarchy Tree { get; }

    /// <summary>How many queries the servers have logged.</summary>
    public int Asked => Tree.Servers.Sum(server => server.Log.Count(DnsEventKind.Asked));

    /// <summary>The course's tree, with records added to its zones.</summary>
    public static Names Start(
        string root = "",
        string test = "",
        string example = "",
        params (string Name, string Address, string Zone)[] more)
    {
        var tree = NameHierarchy.Start(
        [
            (TestServers.FreshName("root"), "127.53.0.1", [$"{CourseZones.Root}\n{root}"]),
            (TestServers.FreshName("tld"), "127.53.1.1", [$"{CourseZones.Test}\n{test}", CourseZones.Reverse]),
            (TestServers.FreshName("ns1"), "127.53.2.1",
                [$"{CourseZones.Example}\n{example}", CourseZones.ReverseExample, CourseZones.Lame]),
            (TestServers.FreshName("ns2"), "127.53.2.2", [$"{CourseZones.Example}\n{example}"]),
            .. more.Select(server => (TestServers.FreshName(server.Name), server.Address, (IReadOnlyList<string>)[server.Zone])),
        ]);
        return new Names(tree);
    }

    /// <summary>
    /// A resolver that starts from the root of the tree. It waits so long for an answer that only a dead server costs a timeout.
    /// </summary>
    public RecursiveResolver NewResolver(TimeProvider? clock = null) => new(new ResolverOptions
    {
        Roots = Tree.Roots,
        WhereIs = Tree.WhereIs,
        Clock = clock ?? TimeProvider.System,
        Asking = new AskOptions { Timeout = TimeSpan.FromSeconds(10), RecursionDesired = false },
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Tree.Servers)
        {
            await server.DisposeAsync();
        }
    }
}
