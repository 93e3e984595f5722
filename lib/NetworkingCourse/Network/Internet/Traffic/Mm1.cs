namespace NetworkingCourse.Network;

/// <summary>
/// The theory of a queue in front of a single link. Packets arrive at random (a Poisson process) and have random, exponentially
/// distributed lengths. In Kendall's notation this is M/M/1, or M/M/1/K with room for K packets.
/// </summary>
public static class Mm1
{
    /// <summary>The mean time from the arrival of a packet until its last bit has left: S / (1 − ρ).</summary>
    /// <param name="service">The mean time to send a packet, S.</param>
    /// <param name="load">The load ρ, at least 0 and less than 1.</param>
    public static TimeSpan MeanTime(TimeSpan service, double load)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(load);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(load, 1);
        return service / (1 - load);
    }

    /// <summary>The share of packets lost because there is no room: (1 − ρ)·ρ^K / (1 − ρ^(K+1)).</summary>
    /// <param name="load">The offered load ρ; it may be 1 or more.</param>
    /// <param name="room">The number of packets there is room for, including the one being sent: K.</param>
    public static double Loss(double load, int room) => Share(load, room, room);

    /// <summary>The mean time of the packets that found room.</summary>
    /// <param name="service">The mean time to send a packet, S.</param>
    /// <param name="load">The offered load ρ; it may be 1 or more.</param>
    /// <param name="room">The number of packets there is room for, including the one being sent: K.</param>
    public static TimeSpan MeanTime(TimeSpan service, double load, int room)
    {
        // An admitted packet finds n others with the probability of n among all states but the full one, and waits for those and
        // for itself.
        var found = Enumerable.Range(0, room).Sum(n => (n + 1) * Share(load, room, n));
        return service * found / (1 - Loss(load, room));
    }

    // The share of time during which there are n packets.
    private static double Share(double load, int room, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(load);
        ArgumentOutOfRangeException.ThrowIfLessThan(room, 1);
        return Math.Abs(load - 1) < 1e-9 ? 1.0 / (room + 1) : (1 - load) * Math.Pow(load, n) / (1 - Math.Pow(load, room + 1));
    }
}
