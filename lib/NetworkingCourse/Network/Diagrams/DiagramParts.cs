using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>The kind of node that a drawing shows.</summary>
public enum DiagramNodeKind
{
    /// <summary>A node of no particular kind.</summary>
    Plain,

    /// <summary>A host, on which programs run.</summary>
    Host,

    /// <summary>A switch, which forwards frames by their link-layer addresses.</summary>
    Switch,

    /// <summary>A router, which forwards packets by their network-layer addresses.</summary>
    Router,
}

/// <summary>A node in a drawing.</summary>
/// <param name="Name">The name of the node.</param>
/// <param name="Kind">The kind of the node.</param>
/// <param name="Detail">Text below the name; none if empty.</param>
public sealed record DiagramNode(string Name, DiagramNodeKind Kind = DiagramNodeKind.Plain, string Detail = "")
{
    /// <summary>Whether the node is drawn filled.</summary>
    public bool IsMarked { get; init; }
}

/// <summary>The state of a link, which determines how it is drawn.</summary>
public enum DiagramLinkState
{
    /// <summary>Up but not in use: a thin line.</summary>
    Idle,

    /// <summary>In use: a thick line.</summary>
    OnRoute,

    /// <summary>Cut: a dotted line with a cross.</summary>
    Cut,
}

/// <summary>A link in a drawing.</summary>
/// <param name="A">One end.</param>
/// <param name="B">The other end.</param>
/// <param name="Label">The text on the link, for instance its cost; none if empty.</param>
public sealed record DiagramLink(string A, string B, string Label = "")
{
    /// <summary>The state of the link.</summary>
    public DiagramLinkState State { get; init; }

    /// <summary>The end to which an arrow points; null if there is no arrow.</summary>
    public string? Towards { get; init; }
}

/// <summary>The place where a packet was dropped.</summary>
/// <param name="At">The node at which it was dropped.</param>
/// <param name="Reason">The reason, in a few words.</param>
/// <param name="Link">
/// The other end of the link, if the packet was lost on it; null if the node itself dropped the packet.
/// </param>
public sealed record DiagramDrop(string At, string Reason, string? Link = null);

/// <summary>The position of a node: from 0 to 1 in both directions, with x to the right and y down.</summary>
/// <param name="X">The distance from the left edge.</param>
/// <param name="Y">The distance from the top edge.</param>
public readonly record struct Place(double X, double Y)
{
    /// <summary>Parses positions, for instance <c>A 0 0.5, B 0.5 0, C 1 0.5</c>.</summary>
    /// <exception cref="FormatException">The text is invalid; the message says where, and what was expected.</exception>
    public static IReadOnlyDictionary<string, Place> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var places = new Dictionary<string, Place>();
        foreach (var entry in text.Split(
            [',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            places[entry.Split(' ')[0]] = entry.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var x, var y]
                && IsShare(x, out var across)
                && IsShare(y, out var down)
                ? new Place(across, down)
                : throw new FormatException(
                    $"'{entry}' is not a place. Expected: a name and two numbers from 0 to 1, for instance 'A 0 0.5'.");
        }

        return places;
    }

    /// <summary>The position as text.</summary>
    public override string ToString() => InvariantText.Format($"({X:0.##}, {Y:0.##})");

    private static bool IsShare(string text, out double value) =>
        Digits.TryParse(text, out value, System.Globalization.NumberStyles.AllowDecimalPoint) && value is >= 0 and <= 1;
}
