namespace NetworkingCourse.Network;

/// <summary>
/// The theory of a queue before one link, if packets arrive by chance (a Poisson process) and have lengths by chance (exponentially distributed): in Kendall's notation M/M/1, or with room for K packets M/M/1/K.
/// </summary>
public static class Mm1
{
    /// <summary>The mean time from a packet's arrival until its last bit has left: S / (1 − ρ).</summary>
    /// <param name="service">The mean time that the link takes for a packet, S.</param>
    /// <param name="load">The load ρ, from 0 to below 1.</param>
    public static TimeSpan MeanTime(TimeSpan service, double load)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(load);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(load, 1);
        return service / (1 - load);
    }

    /// <summary>The share of packets that find no room: (1 − ρ)·ρ^K / (1 − ρ^(K+1)).</summary>
    /// <param name="load">The load that arrives, ρ; 1 and more are possible.</param>
    /// <param name="room">For how many packets there is room, the one being sent included: K.</param>
    public static double Loss(double load, int room) => Share(load, room, room);

    /// <summary>The mean time of those packets that found room.</summary>
    /// <param name="service">The mean time that the link takes for a packet, S.</param>
    /// <param name="load">The load that arrives, ρ; 1 and more are possible.</param>
    /// <param name="room">For how many packets there is room, the one being sent included: K.</param>
    public static TimeSpan MeanTime(TimeSpan service, double load, int room)
    {
        // Who is let in finds n before him with the share of n among all but the full state, and waits for those and himself.
        var found = Enumerable.Range(0, room).Sum(n => (n + 1) * Share(load, room, n));
        return service * found / (1 - Loss(load, room));
    }

    // How much of the time there are n packets.
    private static double Share(double load, int room, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(load);
        ArgumentOutOfRangeException.ThrowIfLessThan(room, 1);
        return Math.Abs(load - 1) < 1e-9 ? 1.0 / (room + 1) : (1 - load) * Math.Pow(load, n) / (1 - Math.Pow(load, room + 1));
    }
}
