using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>What a node of a drawing stands for.</summary>
public enum DiagramNodeKind
{
    /// <summary>Just a node.</summary>
    Plain,

    /// <summary>A machine that programs run on.</summary>
    Host,

    /// <summary>Passes on frames, by their link-layer addresses.</summary>
    Switch,

    /// <summary>Passes on packets, by their network-layer addresses.</summary>
    Router,
}

/// <summary>A node of a drawing.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Detail">A line below the name; none if it is empty.</param>
public sealed record DiagramNode(string Name, DiagramNodeKind Kind = DiagramNodeKind.Plain, string Detail = "")
{
    /// <summary>Whether it is filled.</summary>
    public bool IsMarked { get; init; }
}

/// <summary>How a link is drawn.</summary>
public enum DiagramLinkState
{
    /// <summary>Thin: it is there.</summary>
    Idle,

    /// <summary>Thick: it is used.</summary>
    OnRoute,

    /// <summary>Dotted, with a cross: it is cut.</summary>
    Cut,
}

/// <summary>A link of a drawing.</summary>
/// <param name="A">One end.</param>
/// <param name="B">The other end.</param>
/// <param name="Label">What stands on it, for instance its cost; nothing if it is empty.</param>
public sealed record DiagramLink(string A, string B, string Label = "")
{
    /// <summary>How it is drawn.</summary>
    public DiagramLinkState State { get; init; }

    /// <summary>Towards which end it is used, if there is an arrow; null if there is none.</summary>
    public string? Towards { get; init; }
}

/// <summary>Where a packet's way ended before its time.</summary>
/// <param name="At">The node where it was dropped.</param>
/// <param name="Reason">Why, in a few words.</param>
/// <param name="Link">The other end of the link, if it was lost between the two; null if the node has dropped it.</param>
public sealed record DiagramDrop(string At, string Reason, string? Link = null);

/// <summary>Where a node stands: from 0 to 1 in both directions, x to the right, y down.</summary>
/// <param name="X">How far to the right.</param>
/// <param name="Y">How far down.</param>
public readonly record struct Place(double X, double Y)
{
    /// <summary>Reads places from text: <c>A 0 0.5, B 0.5 0, C 1 0.5</c>.</summary>
    /// <exception cref="FormatException">It is not understood; the message says where, and what was expected.</exception>
    public static IReadOnlyDictionary<string, Place> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var places = new Dictionary<string, Place>();
        foreach (var entry in text.Split([',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            places[entry.Split(' ')[0]] = entry.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var x, var y] && IsShare(x, out var across) && IsShare(y, out var down)
                ? new Place(across, down)
                : throw new FormatException($"'{entry}' is no place. Expected: a name and two numbers from 0 to 1, for instance 'A 0 0.5'.");
        }

        return places;
    }

    /// <summary>The place as text.</summary>
    public override string ToString() => InvariantText.Format($"({X:0.##}, {Y:0.##})");

    private static bool IsShare(string text, out double value) =>
        Digits.TryParse(text, out value, System.Globalization.NumberStyles.AllowDecimalPoint) && value is >= 0 and <= 1;
}
