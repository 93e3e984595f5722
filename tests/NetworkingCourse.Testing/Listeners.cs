using System.Globalization;

namespace NetworkingCourse.Testing;

/// <summary>
/// The sockets that listen on a port of IPv4, each known by its inode: a port that is given back may be another test's at the next
/// moment, an inode is not. Only Linux tells; elsewhere there are none to be seen.
/// </summary>
public sealed class Listeners
{
    private const string Listening = "0A"; // tcp_states.h

    private readonly HashSet<string> _inodes;

    private Listeners(IEnumerable<string> inodes) => _inodes = [.. inodes];

    /// <summary>How many there are.</summary>
    public int Count => _inodes.Count;

    /// <summary>Those that listen on any of these ports now.</summary>
    public static Listeners On(params int[] ports)
    {
        var local = ports.Select(port => ":" + port.ToString("X4", CultureInfo.InvariantCulture)).ToList();
        return new Listeners(All().Where(socket => local.Exists(end => socket.Address.EndsWith(end, StringComparison.Ordinal))).Select(socket => socket.Inode));
    }

    /// <summary>How many of them still listen.</summary>
    public int Left() => All().Count(socket => _inodes.Contains(socket.Inode));

    private static IEnumerable<(string Address, string Inode)> All() => !OperatingSystem.IsLinux() ? [] : File.ReadLines("/proc/self/net/tcp").Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields[3] == Listening)
        .Select(fields => (fields[1], fields[9]));
}
