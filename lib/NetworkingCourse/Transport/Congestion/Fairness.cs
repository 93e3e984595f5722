namespace NetworkingCourse.Transport;

/// <summary>How evenly something is shared out.</summary>
public static class Fairness
{
    /// <summary>
    /// Jain's index: the square of the sum, by n times the sum of the squares. 1 if all n have the same, k/n if k of them have the same and the others nothing (R. Jain, D. Chiu, W. Hawe, 1984).
    /// </summary>
    /// <param name="shares">What each has; 0 or more, and one of them more than 0.</param>
    public static double Jain(params IReadOnlyList<double> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        var (sum, squares) = (shares.Sum(), shares.Sum(share => share * share));
        return squares > 0 ? sum * sum / (shares.Count * squares) : throw new ArgumentException("Nobody has anything: there is no fairness to speak of.", nameof(shares));
    }
}
