using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>A tunnel as the proxy knows it: its two ends, how much went through and when, and bytes that it cannot read.</summary>
public sealed class Tunnel
{
    internal Tunnel(string target) => Target = target;

    /// <summary>The host and port that the client asked for.</summary>
    public string Target { get; }

    /// <summary>What the client sent.</summary>
    public TunnelBytes Up { get; } = new();

    /// <summary>What the server sent.</summary>
    public TunnelBytes Down { get; } = new();

    /// <summary>The tunnel as one line.</summary>
    public override string ToString() => InvariantText.Format($"{Target}: {Up.Count:N0} bytes up, {Down.Count:N0} bytes down; it began {Up.Beginning()}");
}

/// <summary>What went through a tunnel in one direction.</summary>
public sealed class TunnelBytes
{
    /// <summary>How many bytes are kept, from the first on: enough for a TLS client's first message.</summary>
    public const int Kept = 4096;

    private readonly Lock _gate = new();
    private readonly List<byte> _first = [];
    private long _count;

    internal TunnelBytes()
    {
    }

    /// <summary>How many bytes.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The first of them: a copy.</summary>
    public byte[] First
    {
        get
        {
            lock (_gate)
            {
                return [.. _first];
            }
        }
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Interlocked.Add(ref _count, bytes.Length);
        lock (_gate)
        {
            if (_first.Count < Kept)
            {
                _first.AddRange(bytes[..Math.Min(bytes.Length, Kept - _first.Count)]);
            }
        }
    }

    /// <summary>The first five bytes, which are the head of a record if this is TLS (RFC 8446, section 5.1).</summary>
    internal string Beginning() => First is { Length: >= 5 } first ? Convert.ToHexStringLower(first[..5]) + "…" : "with nothing";
}
