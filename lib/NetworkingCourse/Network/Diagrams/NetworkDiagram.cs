using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A drawing of a network: nodes, links, which links are in use, and where and why packets were dropped.</summary>
public sealed class NetworkDiagram : Shown
{
    /// <summary>The maximum number of nodes that can be drawn.</summary>
    public const int MaxNodes = 60;

    private IReadOnlyDictionary<string, Place>? _places;

    /// <summary>Creates a drawing.</summary>
    /// <param name="title">The heading above the drawing.</param>
    /// <param name="nodes">The nodes, with unique names.</param>
    /// <param name="links">The links between these nodes.</param>
    /// <exception cref="ArgumentException">Two nodes have the same name, or a link ends at an unknown node.</exception>
    public NetworkDiagram(string title, IEnumerable<DiagramNode> nodes, IEnumerable<DiagramLink> links)
    {
        (Title, Nodes, Links) = (title, [.. nodes], [.. links]);
        if (Nodes.CountBy(node => node.Name).FirstOrDefault(pair => pair.Value > 1).Key is { } twice)
        {
            throw new ArgumentException($"There are two nodes '{twice}' in this drawing.", nameof(nodes));
        }

        foreach (var link in Links)
        {
            Known(link.A);
            Known(link.B);
        }
    }

    /// <summary>The heading above the drawing.</summary>
    public string Title { get; init; }

    /// <summary>The caption below the drawing; none if empty.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The nodes.</summary>
    public IReadOnlyList<DiagramNode> Nodes { get; }

    /// <summary>The links.</summary>
    public IReadOnlyList<DiagramLink> Links { get; }

    /// <summary>The places where packets were dropped.</summary>
    public IReadOnlyList<DiagramDrop> Drops { get; init; } = [];

    /// <summary>
    /// The positions of the nodes; by default they are computed from the links, always in the same way for the same network.
    /// </summary>
    /// <exception cref="ArgumentException">A node has no position.</exception>
    public IReadOnlyDictionary<string, Place> Places
    {
        get => _places ??= ForceLayout.Of([.. Nodes.Select(node => node.Name)], Links.Select(link => (link.A, link.B)), seed: 1);
        init => _places = Nodes.FirstOrDefault(node => !value.ContainsKey(node.Name)) is { } lost
            ? throw new ArgumentException($"'{lost.Name}' has no place in this drawing.", nameof(value))
            : value;
    }

    /// <inheritdoc/>
    public override string ToHtml() => DiagramSvg.Of(this);

    /// <summary>The drawing as text: one line per link, and one per dropped packet.</summary>
    public override string ToString() => string.Join('\n', (string[])
    [
        Title,
        .. Links.Select(link =>
            $"  {Told(link.A)} – {Told(link.B)}{(link.Label.Length > 0 ? $": {link.Label}" : "")}{Told(link)}"),
        .. Drops.Select(drop =>
            $"  ✕ {(drop.Link is null ? $"at {drop.At}" : $"between {drop.At} and {drop.Link}")}: {drop.Reason}"),
    ]);

    internal DiagramNode Known(string name) => Nodes.FirstOrDefault(node => node.Name == name)
        ?? throw new ArgumentException(
            $"There is no node '{name}' in this drawing. Its nodes: {string.Join(", ", Nodes.Select(node => node.Name))}.",
            nameof(name));

    private string Told(string node) =>
        Known(node).Detail is { Length: > 0 } detail ? $"{node} ({detail.ReplaceLineEndings(", ")})" : node;

    private static string Told(DiagramLink link) => link.State switch
    {
        DiagramLinkState.Cut => " [cut]",
        DiagramLinkState.OnRoute => link.Towards is { } end ? $" [used, towards {end}]" : " [used]",
        _ => "",
    };
}
