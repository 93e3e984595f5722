using System.Globalization;

namespace NetworkingCourse.Testing;

/// <summary>
/// The sockets that listen on an IPv4 port, each identified by its inode: a released port may belong to another test the
/// next moment, but an inode does not. Only Linux tells; on other systems this finds none.
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
        return new Listeners(All()
            .Where(socket => local.Exists(end => socket.Address.EndsWith(end, StringComparison.Ordinal)))
            .Select(socket => socket.Inode));
    }

    /// <summary>How many of them are still listening.</summary>
    public int Left() => All().Count(socket => _inodes.Contains(socket.Inode));

    private static IEnumerable<(string Address, string Inode)> All() => !OperatingSystem.IsLinux()
        ? []
        : File.ReadLines("/proc/self/net/tcp")
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == Listening)
            .Select(fields => (fields[1], fields[9]));
}
