using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>
/// Assigns the lifelines in the ladder of a capture. If there are few programs, each has one; otherwise each host has one; and if
/// there are too many hosts, those that exchange the most packets have one each, and all others share one.
/// </summary>
internal sealed class CaptureParties
{
    /// <summary>The number of lifelines that fit on a page, including their labels and addresses.</summary>
    public const int MaxLifelines = 4;

    private const string Server = "server";
    private const string Client = "client";
    private const string Everybody = "broadcast";
    private const string Others = "others";
    private const int FirstOfMany = 1024; // clients get ports from here upwards (RFC 6335, section 6)

    private readonly Dictionary<PacketEnd, string> _names = [];
    private readonly Dictionary<string, string> _details = [];
    private readonly HashSet<PacketEnd> _servers;
    private readonly List<string> _parties = [];

    public CaptureParties(IReadOnlyList<CapturedPacket> packets)
    {
        var talks = new List<Talk>();
        foreach (var packet in packets)
        {
            if (packet.Ends is var (from, to) && from != to)
            {
                talks.Add(new Talk(packet, from, to));
            }
        }

        _servers = ServersIn(talks);
        var ends = talks.SelectMany(talk => new[] { talk.From, talk.To }).Distinct().ToList();
        if (!NamePrograms(ends))
        {
            AreHosts = true;
            NameHosts(ends, talks);
        }
    }

    private readonly record struct Talk(CapturedPacket Packet, PacketEnd From, PacketEnd To);

    /// <summary>The names of the lifelines, from left to right.</summary>
    public IReadOnlyList<string> Names => _parties;

    /// <summary>The addresses of the lifelines whose names do not already show them.</summary>
    public IReadOnlyDictionary<string, string> Details => _details;

    /// <summary>Whether the lifelines stand for hosts rather than programs.</summary>
    public bool AreHosts { get; }

    /// <summary>
    /// Gets the lifelines of a packet's sender and receiver; null if the packet does not name them, if one of them has no
    /// lifeline, or if both have the same.
    /// </summary>
    public (string From, string To)? Of(CapturedPacket packet) => packet.Ends is { } ends
        && _names.TryGetValue(ends.From, out var from) && _names.TryGetValue(ends.To, out var to) && from != to
        ? (from, to) : null;

    /// <summary>
    /// Describes what the lifelines do not show of a packet's endpoints: the ports, and the address of an endpoint under
    /// "others"; <c>4000 → 53</c>. Empty if there is nothing to add.
    /// </summary>
    public string Rest(CapturedPacket packet)
    {
        if (!AreHosts || packet.Ends is not var (from, to))
        {
            return "";
        }

        string RestOf(PacketEnd end) => _names[end] == Others ? end.ToString() : InvariantText.Format($"{end.Port}");
        var rest = $"{RestOf(from)} → {RestOf(to)}".Trim();
        return rest == "→" ? "" : rest;
    }

    // The server is the end that receives a SYN; failing that, the one with a known server port; failing that,
    // the sender of the first packet.
    private static HashSet<PacketEnd> ServersIn(IEnumerable<Talk> talks)
    {
        var called = new Dictionary<(PacketEnd, PacketEnd), PacketEnd>();
        var ports = new HashSet<int>();
        foreach (var (packet, from, to) in talks.Where(talk => talk.Packet.HasPorts))
        {
            var conversation = called.ContainsKey((to, from)) ? (to, from) : (from, to);
            if (packet.Tcp is { } tcp && tcp.Has(ControlBits.Syn))
            {
                called[conversation] = tcp.IsCall ? to : from;
            }
            else if (!called.ContainsKey(conversation))
            {
                var isFrom = ports.Contains(from.Port!.Value) || (from.Port < FirstOfMany && to.Port >= FirstOfMany);
                called[conversation] = isFrom ? from : to;
            }

            ports.Add(called[conversation].Port!.Value);
        }

        return [.. called.Values];
    }

    // Each program is named after its role. An endpoint without ports stands for the host's only
    // program, if there is exactly one.
    private bool NamePrograms(List<PacketEnd> ends)
    {
        var programs = ends.Where(end => end.Port is not null).ToLookup(HostOf);
        var hosts = ends.Where(end => end.Port is null)
            .ToDictionary(end => end, end => programs[HostOf(end)].Take(2).ToList() is [var program] ? program : end);
        var lifelines = ends.Select(end => hosts.GetValueOrDefault(end, end)).Distinct().ToList();
        if (lifelines.Count > MaxLifelines)
        {
            return false;
        }

        string[] order = [Everybody, Client, "", Server]; // a broadcast comes from one side and the replies from the other
        var roles = lifelines.ToDictionary(end => end, RoleOf);
        foreach (var end in lifelines.OrderBy(end => Array.IndexOf(order, roles[end])))
        {
            var (role, alike) = (roles[end], lifelines.Where(other => roles[other] == roles[end]).ToList());
            var name = role.Length == 0 ? end.Host
                : alike.Count == 1 ? role
                : end.Port is { } port && alike.Count(other => other.Port == port) == 1 ? InvariantText.Format($"{role} :{port}")
                : $"{role} {end}";
            _parties.Add(name);
            _names[end] = name;
            if (name != end.Host && !(end.IsEverybody && end.Port is null))
            {
                _details[name] = end.ToString();
            }
        }

        foreach (var (host, program) in hosts)
        {
            _names[host] = _names[program];
        }

        return true;
    }

    private string RoleOf(PacketEnd end) =>
        end.IsEverybody ? Everybody : end.Port is null ? "" : _servers.Contains(end) ? Server : Client;

    private void NameHosts(List<PacketEnd> ends, List<Talk> talks)
    {
        // A host that talks to itself, as every host does on loopback, has two lifelines.
        var own = talks.Where(talk => HostOf(talk.From) == HostOf(talk.To)).Select(talk => HostOf(talk.From)).ToHashSet();
        string NameOf(PacketEnd end) =>
            own.Contains(HostOf(end)) ? $"{(_servers.Contains(end) ? Server : Client)}s on {HostOf(end)}" : HostOf(end);
        var chosen = Choose(talks.Select(talk => (NameOf(talk.From), NameOf(talk.To))));
        var named = ends.Select(end => (End: end, Name: chosen.Contains(NameOf(end)) ? NameOf(end) : Others)).ToList();
        _parties.AddRange(named.Select(each => each.Name).Distinct()
            .OrderBy(name => name switch { Everybody => 0, Others => 2, _ => 1 }));
        foreach (var (end, name) in named)
        {
            _names[end] = name;
        }

        foreach (var group in named.GroupBy(each => each.Name, each => each.End))
        {
            var hosts = group.Select(HostOf).Distinct().Count();
            var ports = group.Where(end => end.Port is not null).Select(end => end.Port).Distinct().ToList();
            if (group.Key == Others || ports.Count > 0)
            {
                _details[group.Key] = group.Key == Others
                    ? InvariantText.Count(hosts, "host")
                    : ports.Count == 1 ? InvariantText.Format($"port {ports[0]}")
                    : InvariantText.Format($"{ports.Count:N0} ports");
            }
        }
    }

    // All of them if there are enough lifelines; otherwise, pair by pair, those that exchanged the most packets.
    private static HashSet<string> Choose(IEnumerable<(string From, string To)> talks)
    {
        var pairs = talks.Where(pair => pair.From != pair.To)
            .CountBy(pair => string.CompareOrdinal(pair.From, pair.To) < 0 ? pair : (From: pair.To, To: pair.From)).ToList();
        var all = pairs.SelectMany(pair => new[] { pair.Key.From, pair.Key.To }).ToHashSet();
        if (all.Count <= MaxLifelines)
        {
            return all;
        }

        var chosen = new HashSet<string>();
        foreach (var ((one, other), _) in pairs.OrderByDescending(pair => pair.Value))
        {
            if (chosen.Count + (chosen.Contains(one) ? 0 : 1) + (chosen.Contains(other) ? 0 : 1) < MaxLifelines)
            {
                chosen.UnionWith([one, other]);
            }
        }

        return chosen;
    }

    private static string HostOf(PacketEnd end) => end.IsEverybody ? Everybody : end.Host;
}
