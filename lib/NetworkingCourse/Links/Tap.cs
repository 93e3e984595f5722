using NetworkingCourse.Display;

namespace NetworkingCourse.Links;

/// <summary>
/// Listens in on streams: whatever is written to them and read from them is recorded, with its time, and passed on unchanged. Put between a program and its
/// socket it sees what goes over the wire; put above TLS, what TLS makes of it.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Tap : IShown
{
    private readonly string _here;
    private readonly string _there;

    /// <summary>Makes a tap that has heard nothing yet.</summary>
    /// <param name="here">Who writes to the streams and reads from them.</param>
    /// <param name="there">Who is at their other end.</param>
    /// <param name="mostBytes">How many bytes it keeps.</param>
    public Tap(string here = "client", string there = "server", int mostBytes = Recording.DefaultBytes)
    {
        (_here, _there) = (here, there);
        Recording = new Recording(here, there, mostBytes);
    }

    /// <summary>What passed.</summary>
    public Recording Recording { get; }

    /// <summary>What was written, as far as it is kept, in order; on all streams.</summary>
    public byte[] Sent => Recording.BytesFrom(_here);

    /// <summary>What was read, as far as it is kept, in order; on all streams.</summary>
    public byte[] Received => Recording.BytesFrom(_there);

    /// <summary>Listens in on a stream. Each is a connection of its own; disposing of the result disposes of the stream.</summary>
    /// <returns>A stream to use in its place.</returns>
    public Stream On(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new TapStream(stream, Recording);
    }

    /// <inheritdoc cref="Recording.Ladder(string?, LadderSpacing, Func{StreamEvent, string?}?)"/>
    public LadderDiagram Ladder(string? title = null, LadderSpacing spacing = LadderSpacing.Even, Func<StreamEvent, string?>? label = null) => Recording.Ladder(title, spacing, label);

    /// <inheritdoc/>
    public string ToHtml() => Recording.ToHtml();

    /// <summary>What passed, as a list of lines.</summary>
    public override string ToString() => Recording.ToString();
}
