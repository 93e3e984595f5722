using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

/// <summary>
/// The name servers of a tree, as a resolver sees them. It knows the address of one, and its queries are counted.
/// </summary>
public sealed class NameServers
{
    /// <summary>The number of queries after which a resolver has to give up a name.</summary>
    public const int MaxQueries = 30;

    private readonly Func<Address, DnsQuestion, NameQuery> _ask;
    private readonly List<NameQuery> _asked = [];

    internal NameServers(Address root, Func<Address, DnsQuestion, NameQuery> ask) => (Root, _ask) = (root, ask);

    /// <summary>The address of a server of the root zone.</summary>
    public Address Root { get; }

    /// <summary>The number of queries so far.</summary>
    public int Queries => _asked.Count;

    internal IReadOnlyList<NameQuery> Asked => _asked;

    /// <summary>Whether a query too many was tried.</summary>
    internal bool IsExhausted { get; private set; }

    /// <summary>Asks a server for the IPv4 addresses (type A) of a name.</summary>
    /// <param name="server">The address of the server.</param>
    /// <param name="name">The name.</param>
    /// <returns>The response; null if none came, or no server has this address.</returns>
    public DnsMessage? Ask(Address server, DnsName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Queries == MaxQueries)
        {
            IsExhausted = true;
            throw new ExhaustedException();
        }

        var query = _ask(server, new DnsQuestion(name, DnsType.A));
        _asked.Add(query);
        return query.Response;
    }

    internal sealed class ExhaustedException()
        : Exception(InvariantText.Format($"A query too many: after {MaxQueries}, a resolver gives up."));
}

/// <summary>A query, and what came of it.</summary>
/// <param name="Question">The question.</param>
/// <param name="Address">The address that was asked.</param>
/// <param name="Server">The name of the server; empty if no server has the address.</param>
/// <param name="Zone">The zone of the server in which the name is; null if it has none.</param>
/// <param name="Response">The response; null if none came.</param>
internal sealed record NameQuery(DnsQuestion Question, Address Address, string Server, DnsName? Zone, DnsMessage? Response)
{
    /// <summary>The messages as they were on the network; null if there was none.</summary>
    public DnsExchange? Exchange { get; init; }

    /// <summary>The response in a few words.</summary>
    public string Outcome => Response is not null ? DnsLadder.Summary(Response)
        : Server.Length == 0 ? "there is no server" : "no response";
}
