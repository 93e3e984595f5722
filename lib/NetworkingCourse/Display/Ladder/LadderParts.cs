namespace NetworkingCourse.Display;

/// <summary>Something that one party sends to another: an arrow.</summary>
/// <param name="From">Who sends it.</param>
/// <param name="To">Whom it is for.</param>
/// <param name="Sent">When, counted from the ladder's beginning.</param>
/// <param name="Received">When it arrives; for a lost one, when it would have. Equal to <paramref name="Sent"/> if nobody measured how long it took.</param>
/// <param name="Label">What it is, in a word or two.</param>
/// <param name="Kind">How it is drawn.</param>
public sealed record LadderMessage(string From, string To, TimeSpan Sent, TimeSpan Received, string Label, MessageKind Kind = MessageKind.Ordinary)
{
    /// <summary>More, for whoever points at the arrow; and in the text.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Where a lost message was lost and a corrupted one corrupted, as a share of its way from 0 to 1.</summary>
    public double Share { get; init; } = 0.6;

    /// <summary>
    /// Whether it is worth seeing when most of a long ladder is folded. What is lost, corrupted or sent again always is.
    /// </summary>
    public bool IsNotable { get; init; }
}

/// <summary>What becomes of a message, or what kind of one it is.</summary>
public enum MessageKind
{
    /// <summary>It carries data, and arrives.</summary>
    Ordinary,

    /// <summary>It carries no data of the layer above: a handshake, an acknowledgement, an end. Dashed.</summary>
    Control,

    /// <summary>It has been sent before. Dash and dot.</summary>
    Repeated,

    /// <summary>It is encrypted: who stands in between sees bytes and no more. A double line.</summary>
    Opaque,

    /// <summary>It arrives, but not as it was sent. A zigzag where it was changed.</summary>
    Corrupted,

    /// <summary>It does not arrive. A cross where it was lost.</summary>
    Lost,
}

/// <summary>A remark on a party at a moment: a timer that ran out, a state entered.</summary>
/// <param name="Party">Whose.</param>
/// <param name="At">When, counted from the ladder's beginning.</param>
/// <param name="Text">What.</param>
public sealed record LadderNote(string Party, TimeSpan At, string Text);

/// <summary>A time during which something is so at a party: a timer runs, it waits, it is in a state.</summary>
/// <param name="Party">Whose.</param>
/// <param name="From">Since when, counted from the ladder's beginning.</param>
/// <param name="Until">Until when.</param>
/// <param name="Text">What.</param>
public sealed record LadderInterval(string Party, TimeSpan From, TimeSpan Until, string Text);

/// <summary>How far apart moments are drawn.</summary>
public enum LadderSpacing
{
    /// <summary>In proportion to the time between them.</summary>
    ToScale,

    /// <summary>All alike, in order: for moments that are microseconds apart and then seconds.</summary>
    Even,
}
