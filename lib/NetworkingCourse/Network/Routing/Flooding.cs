using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A link-state advertisement: what a router says about its own links (RFC 2328, section 12).</summary>
/// <param name="Origin">The router that has issued it.</param>
/// <param name="Number">Its sequence number: a newer advertisement of the same router has a higher one.</param>
public sealed record LinkStateAdvertisement(string Origin, int Number)
{
    /// <summary>The advertisement as text: <c>A #2</c>.</summary>
    public override string ToString() => InvariantText.Format($"{Origin} #{Number}");
}

/// <summary>What a router does with advertisements. A learner derives a class from this one.</summary>
public abstract class Flooder
{
    /// <summary>Receives an advertisement.</summary>
    /// <param name="advertisement">The advertisement.</param>
    /// <param name="from">The neighbour that has sent it; null if the router itself has issued it.</param>
    /// <returns>The neighbours to which the router sends it now.</returns>
    public abstract IReadOnlyList<string> Receive(LinkStateAdvertisement advertisement, string? from);
}

/// <summary>
/// The rule of flooding (RFC 2328, section 13.3, without acknowledgments): what is newer than all that is known of its origin
/// goes to all neighbours but the one it came from; everything else is ignored.
/// </summary>
/// <param name="neighbours">The router's neighbours.</param>
public sealed class NewestOnly(IReadOnlyList<string> neighbours) : Flooder
{
    private readonly Dictionary<string, int> _newest = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Receive(LinkStateAdvertisement advertisement, string? from)
    {
        ArgumentNullException.ThrowIfNull(advertisement);
        if (_newest.TryGetValue(advertisement.Origin, out var known) && known >= advertisement.Number)
        {
            return [];
        }

        _newest[advertisement.Origin] = advertisement.Number;
        return [.. neighbours.Where(neighbour => neighbour != from)];
    }
}
