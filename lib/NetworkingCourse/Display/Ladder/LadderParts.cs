namespace NetworkingCourse.Display;

/// <summary>A message from one party to another, drawn as an arrow.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Sent">When the message is sent, measured from the start of the ladder.</param>
/// <param name="Received">
/// When the message arrives, or would have arrived if it is lost. Equal to <paramref name="Sent"/>
/// if the transit time was not measured.
/// </param>
/// <param name="Label">A short description, in a word or two.</param>
/// <param name="Kind">The kind of message, which determines how it is drawn.</param>
public sealed record LadderMessage(
    string From, string To, TimeSpan Sent, TimeSpan Received, string Label, MessageKind Kind = MessageKind.Ordinary)
{
    /// <summary>Additional text, shown in the arrow's tooltip.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Where a message was lost or corrupted, as a share of its way from 0 to 1.</summary>
    public double Share { get; init; } = 0.6;

    /// <summary>
    /// Whether the message should remain visible when most of a long ladder is folded. Lost, corrupted and
    /// repeated messages always count as notable.
    /// </summary>
    public bool IsNotable { get; init; }
}

/// <summary>The kind of a message, or its fate.</summary>
public enum MessageKind
{
    /// <summary>The message carries data, and arrives. Drawn as a solid line.</summary>
    Ordinary,

    /// <summary>
    /// The message carries no data of the layer above: a handshake, an acknowledgment, the end of a
    /// connection. Drawn as a dashed line.
    /// </summary>
    Control,

    /// <summary>The message is a retransmission. Drawn as a dash-dotted line.</summary>
    Repeated,

    /// <summary>The message is encrypted: an intermediary sees only bytes. Drawn as a double line.</summary>
    Opaque,

    /// <summary>The message arrives, but not as it was sent. Drawn with a zigzag where it was changed.</summary>
    Corrupted,

    /// <summary>The message does not arrive. Drawn with a cross where it was lost.</summary>
    Lost,
}

/// <summary>A note on a party at one moment: a timer that expired, a state entered.</summary>
/// <param name="Party">The party.</param>
/// <param name="At">The moment, measured from the start of the ladder.</param>
/// <param name="Text">The text of the note.</param>
public sealed record LadderNote(string Party, TimeSpan At, string Text);

/// <summary>An interval at a party: a running timer, a wait, a state.</summary>
/// <param name="Party">The party.</param>
/// <param name="From">The start of the interval, measured from the start of the ladder.</param>
/// <param name="Until">The end of the interval.</param>
/// <param name="Text">The text that describes it.</param>
public sealed record LadderInterval(string Party, TimeSpan From, TimeSpan Until, string Text);

/// <summary>How moments are spaced in a ladder.</summary>
public enum LadderSpacing
{
    /// <summary>In proportion to the time between them.</summary>
    ToScale,

    /// <summary>At equal distances, in order: for moments of which some are microseconds apart and others seconds.</summary>
    Even,
}
