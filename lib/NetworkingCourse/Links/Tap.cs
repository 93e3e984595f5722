using NetworkingCourse.Display;

namespace NetworkingCourse.Links;

/// <summary>
/// A tap on streams: it records everything that is written to them and read from them, with its time, and passes it on unchanged.
/// Between a program and its socket, it sees the bytes on the wire; above TLS, it sees the decrypted data.
/// </summary>
public sealed class Tap : Shown
{
    private readonly string _here;
    private readonly string _there;

    /// <summary>Creates a tap with an empty recording.</summary>
    /// <param name="here">The name of the party that writes to the streams and reads from them.</param>
    /// <param name="there">The name of the party at their other end.</param>
    /// <param name="maxBytes">The number of bytes that it keeps.</param>
    public Tap(string here = "client", string there = "server", int maxBytes = Recording.DefaultBytes)
    {
        (_here, _there) = (here, there);
        Recording = new Recording(here, there, maxBytes);
    }

    /// <summary>The recorded traffic.</summary>
    public Recording Recording { get; }

    /// <summary>The bytes written on all streams, in order, as far as they are kept.</summary>
    public byte[] Sent => Recording.BytesFrom(_here);

    /// <summary>The bytes read on all streams, in order, as far as they are kept.</summary>
    public byte[] Received => Recording.BytesFrom(_there);

    /// <summary>
    /// Taps a stream. Each stream counts as a connection of its own. Disposing of the result also disposes of the stream.
    /// </summary>
    /// <returns>A stream to use instead.</returns>
    public Stream On(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new TapStream(stream, Recording);
    }

    /// <inheritdoc cref="Recording.Ladder(string?, LadderSpacing, Func{StreamEvent, string?}?)"/>
    public LadderDiagram Ladder(
        string? title = null, LadderSpacing spacing = LadderSpacing.Even, Func<StreamEvent, string?>? label = null) =>
        Recording.Ladder(title, spacing, label);

    /// <inheritdoc/>
    protected override IShown ShownAs => Recording;
}
