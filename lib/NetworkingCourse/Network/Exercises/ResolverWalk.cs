using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

/// <summary>How a resolver went from server to server to find the addresses of a name.</summary>
public sealed class ResolverWalk : Shown
{
    private const int MaxRows = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // As the course's resolver asks.
    private static readonly AskOptions Asking = new ResolverOptions { Roots = [], WhereIs = _ => null }.Asking;

    private readonly IReadOnlyList<NameQuery> _asked;

    internal ResolverWalk(DnsName name, NameServers servers, string result) =>
        (Name, _asked, Result) = (name, [.. servers.Asked], result);

    /// <summary>The name.</summary>
    public DnsName Name { get; }

    /// <summary>The number of queries.</summary>
    public int Queries => _asked.Count;

    /// <summary>The result in words.</summary>
    public string Result { get; }

    /// <summary>The servers asked, in order.</summary>
    internal IEnumerable<string> Servers =>
        _asked.Select(query => query.Server.Length == 0 ? $"{query.Address}" : query.Server);

    /// <summary>Lets a resolver find a name in a running tree, and records the way it takes.</summary>
    /// <param name="answer">The resolver.</param>
    /// <param name="tree">The tree.</param>
    /// <param name="name">The name.</param>
    /// <returns>Its queries and its result. Whatever goes wrong in the resolver, an exception too, is a result.</returns>
    /// <exception cref="FormatException">The text is not a domain name.</exception>
    public static ResolverWalk Of(ResolveExercise.Answer answer, NameHierarchy tree, string name)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(tree);
        var (wanted, result) = (DnsName.Parse(name), "it did not come to an end");
        var servers = new NameServers(tree.Roots[0].Address, (address, question) => AskIn(tree, address, question));
        Sandbox.Run(
            () =>
            {
                try
                {
                    result = Words(answer(servers, wanted));
                }
                catch (Exception exception) when (!Trial.IsStop(exception))
                {
                    result = exception is NotImplementedException ? "not written yet" : Present.Line(exception);
                }
            },
            Patience,
            () => { });
        return new ResolverWalk(wanted, servers, result);
    }

    /// <summary>Compares a resolver with the course's. Each name is looked up with an empty cache.</summary>
    /// <param name="answer">The resolver.</param>
    /// <param name="tree">A running tree.</param>
    /// <param name="names">The names.</param>
    /// <exception cref="FormatException">A text is not a domain name.</exception>
    public static async Task<Table> CompareAsync(
        ResolveExercise.Answer answer, NameHierarchy tree, params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(names);
        var rows = new List<IReadOnlyList<object?>>();
        foreach (var name in names)
        {
            var walk = Of(answer, tree, name);
            var course = await tree.NewResolver().ResolveAsync(name).ConfigureAwait(false);
            rows.Add([name, walk.Result, walk.Queries, Words((course.Code, course.Addresses)), course.Queries]);
        }

        return new Table(["name", "your resolver", "queries", "the course's", "its queries"], rows);
    }

    /// <summary>The queries and responses, as a ladder diagram. Queries to addresses that have no server are not in it.</summary>
    public LadderDiagram Ladder() => DnsLadder.Of(
        InvariantText.Format($"{Name} A, {Count(Queries)}: {Result}"),
        "resolver",
        [.. _asked.Where(query => query.Exchange is not null).Select(query => (query.Server, query.Exchange!))]);

    /// <summary>The queries as a table.</summary>
    public Table Table() => new(
        ["query", "question", "asked", "a server of", "response"],
        _asked.Select(IReadOnlyList<object?> (query, i) =>
        [
            i + 1,
            query.Question,
            query.Server.Length == 0 ? query.Address : $"{query.Server} ({query.Address})",
            query.Zone?.ToString() ?? "",
            query.Outcome,
        ]),
        $"{Count(Queries)}: {Result}.");

    /// <summary>The first queries as a narrow table, of which two fit side by side.</summary>
    /// <param name="note">A sentence below the table.</param>
    internal Table NarrowTable(string note)
    {
        var rows = _asked.Take(MaxRows).Select(IReadOnlyList<object?> (query) =>
        [
            query.Server.Length == 0 ? query.Address : query.Server,
            query.Question.Name,
            query.Outcome.Replace("ask the ", "", StringComparison.Ordinal),
        ]);
        var more = Queries - MaxRows;
        return new Table(
            ["asked", "for", "response"],
            more > 0 ? rows.Append([InvariantText.Format($"… {more} more"), "", ""]) : rows,
            note);
    }

    /// <inheritdoc/>
    protected override IShown ShownAs => Table();

    internal static string Count(int queries) => InvariantText.Format($"{queries} {(queries == 1 ? "query" : "queries")}");

    /// <summary>The result of a resolver in words.</summary>
    internal static string Words((ResponseCode Code, IReadOnlyList<Address> Addresses) found) => found switch
    {
        (_, null) => "null",
        (ResponseCode.NoError, []) => "the name exists, and has no address",
        (ResponseCode.NoError, var addresses) => string.Join(", ", addresses.Order()),
        (ResponseCode.NameError, []) => "there is no such name",
        (ResponseCode.ServerFailure, []) => "given up (server failure)",
        var (code, addresses) => $"{InvariantText.Of(code)} {string.Join(", ", addresses.Order())}".TrimEnd(),
    };

    private static NameQuery AskIn(NameHierarchy tree, Address address, DnsQuestion question)
    {
        if (tree.WhereIs(address) is not { } endPoint)
        {
            return new NameQuery(question, address, "", null, null);
        }

        var server = tree.Servers.First(server => server.EndPoint.Equals(endPoint));
        var exchange = StubResolver
            .AskAsync(endPoint, question.Name, question.Type, Asking, CancellationToken.None)
            .GetAwaiter().GetResult();
        var zone = server.Zones.Select(zone => zone.Origin).Where(question.Name.IsWithin).MaxBy(origin => origin.Labels.Count);
        return new NameQuery(question, address, server.Name, zone, exchange.Response) { Exchange = exchange };
    }
}
