namespace NetworkingCourse.Network;

/// <summary>
/// Positions for networks in a drawing: customers below their providers, each as close as possible to the providers it pays.
/// </summary>
internal static class ProviderTiers
{
    private const int MaxInTier = 5; // more do not fit side by side

    /// <summary>
    /// The positions; null if a tier is too wide for one row, or a network pays itself through a cycle of providers.
    /// </summary>
    public static IReadOnlyDictionary<string, Place>? Of(
        IReadOnlyList<string> networks,
        IReadOnlyCollection<(string Upper, string Lower, bool IsPeering)> relations)
    {
        var providers = networks.ToDictionary(
            network => network,
            network => relations
                .Where(relation => !relation.IsPeering && relation.Lower == network)
                .Select(relation => relation.Upper)
                .ToList());
        var tiers = TiersOf(networks, providers);
        if (tiers is null || tiers.Max(tier => tier.Count) > MaxInTier)
        {
            return null;
        }

        var places = new Dictionary<string, Place>();
        foreach (var (depth, tier) in tiers.Index())
        {
            var ordered = tier
                .OrderBy(network => providers[network].Select(provider => places[provider].X).DefaultIfEmpty(0).Average())
                .ToList();
            foreach (var (i, network) in ordered.Index())
            {
                places[network] = new Place((i + 0.5) / ordered.Count, tiers.Count == 1 ? 0.5 : depth / (tiers.Count - 1.0));
            }
        }

        return places;
    }

    // The networks of the first tier have no providers; those of any other tier have providers in the tiers above only.
    private static List<List<string>>? TiersOf(IReadOnlyList<string> networks, Dictionary<string, List<string>> providers)
    {
        var (tiers, placed) = (new List<List<string>>(), new HashSet<string>());
        while (placed.Count < networks.Count)
        {
            var tier = networks.Where(network => !placed.Contains(network) && providers[network].All(placed.Contains)).ToList();
            if (tier.Count == 0)
            {
                return null;
            }

            tiers.Add(tier);
            placed.UnionWith(tier);
        }

        return tiers;
    }
}
