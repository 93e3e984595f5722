namespace NetworkingCourse.Transport;

/// <summary>Measures how evenly a resource is shared.</summary>
public static class Fairness
{
    /// <summary>
    /// Jain's index: the square of the sum, divided by n times the sum of the squares. It is 1 if all n shares are equal, and k/n
    /// if k of them are equal and the others zero (R. Jain, D. Chiu, W. Hawe, 1984).
    /// </summary>
    /// <param name="shares">The shares; none is negative, and at least one is positive.</param>
    public static double Jain(params IReadOnlyList<double> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        var (sum, squares) = (shares.Sum(), shares.Sum(share => share * share));
        return squares > 0
            ? sum * sum / (shares.Count * squares)
            : throw new ArgumentException("All shares are 0, so fairness is undefined.", nameof(shares));
    }
}
