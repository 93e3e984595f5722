using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A tunnel as the proxy sees it: its two ends, how much passed through it and when, and bytes that the proxy cannot read.
/// </summary>
public sealed class Tunnel
{
    internal Tunnel(string target) => Target = target;

    /// <summary>The host and port that the client asked for.</summary>
    public string Target { get; }

    /// <summary>The bytes that the client sent.</summary>
    public TunnelBytes Up { get; } = new();

    /// <summary>The bytes that the server sent.</summary>
    public TunnelBytes Down { get; } = new();

    /// <summary>Returns the tunnel as one line.</summary>
    public override string ToString() =>
        $"{Target}: {InvariantText.Count(Up.Count, "byte")} up, {InvariantText.Count(Down.Count, "byte")} down; "
        + $"first bytes: {Up.Beginning()}";
}

/// <summary>The bytes that passed through a tunnel in one direction.</summary>
public sealed class TunnelBytes
{
    /// <summary>The number of bytes that are kept, counted from the first: enough for a ClientHello.</summary>
    public const int Kept = 4096;

    private readonly Lock _gate = new();
    private readonly List<byte> _first = [];
    private long _count;

    internal TunnelBytes()
    {
    }

    /// <summary>The number of bytes.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>A copy of the first bytes.</summary>
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

    /// <summary>Returns the first five bytes, which are a record header if this is TLS (RFC 8446, section 5.1).</summary>
    internal string Beginning() => First is { Length: >= 5 } first ? Convert.ToHexStringLower(first[..5]) + "…" : "none";
}
