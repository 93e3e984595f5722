using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A network as a drawing: nodes, links, which of them are used, and where a packet was dropped and why.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class NetworkDiagram : IShown
{
    /// <summary>How many nodes can be drawn.</summary>
    public const int MaxNodes = 60;

    private IReadOnlyDictionary<string, Place>? _places;

    /// <summary>A drawing.</summary>
    /// <param name="title">What stands above it.</param>
    /// <param name="nodes">The nodes, each with a name of its own.</param>
    /// <param name="links">The links, between nodes that there are.</param>
    /// <exception cref="ArgumentException">A name is there twice, or a link ends at a node that is not there.</exception>
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

    /// <summary>What stands above it.</summary>
    public string Title { get; init; }

    /// <summary>A sentence below it; none if it is empty.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The nodes.</summary>
    public IReadOnlyList<DiagramNode> Nodes { get; }

    /// <summary>The links.</summary>
    public IReadOnlyList<DiagramLink> Links { get; }

    /// <summary>Where packets were dropped.</summary>
    public IReadOnlyList<DiagramDrop> Drops { get; init; } = [];

    /// <summary>Where the nodes stand; found from the links alone, unless told otherwise. The same network always stands the same way.</summary>
    /// <exception cref="ArgumentException">A node has no place.</exception>
    public IReadOnlyDictionary<string, Place> Places
    {
        get => _places ??= ForceLayout.Of([.. Nodes.Select(node => node.Name)], Links.Select(link => (link.A, link.B)), seed: 1);
        init => _places = Nodes.FirstOrDefault(node => !value.ContainsKey(node.Name)) is { } lost
            ? throw new ArgumentException($"'{lost.Name}' has no place in this drawing.", nameof(value))
            : value;
    }

    /// <inheritdoc/>
    public string ToHtml() => DiagramSvg.Of(this);

    /// <summary>The drawing in words: a line a link, and a line for each packet that was dropped.</summary>
    public override string ToString() => string.Join('\n', (string[])
    [
        Title,
        .. Links.Select(link => $"  {Told(link.A)} – {Told(link.B)}{(link.Label.Length > 0 ? $": {link.Label}" : "")}{Told(link)}"),
        .. Drops.Select(drop => $"  ✕ {(drop.Link is null ? $"at {drop.At}" : $"between {drop.At} and {drop.Link}")}: {drop.Reason}"),
    ]);

    internal DiagramNode Known(string name) => Nodes.FirstOrDefault(node => node.Name == name)
        ?? throw new ArgumentException($"There is no node '{name}' in this drawing. There is: {string.Join(", ", Nodes.Select(node => node.Name))}.", nameof(name));

    private string Told(string node) => Known(node).Detail is { Length: > 0 } detail ? $"{node} ({detail.ReplaceLineEndings(", ")})" : node;

    private static string Told(DiagramLink link) => link.State switch
    {
        DiagramLinkState.Cut => " [cut]",
        DiagramLinkState.OnRoute => link.Towards is { } end ? $" [used, towards {end}]" : " [used]",
        _ => "",
    };
}
