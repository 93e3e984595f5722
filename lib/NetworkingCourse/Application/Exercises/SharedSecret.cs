using System.Globalization;
using System.Numerics;
using NetworkingCourse.Checking;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.7: the secret that two sides compute from what everyone can read.</summary>
    public static SharedSecretExercise SharedSecret { get; } = new();
}

/// <summary>The learner computes one side of a Diffie–Hellman key exchange.</summary>
public sealed class SharedSecretExercise : CaseExercise<SharedSecretExercise.Answer, SharedSecretExercise.Exchange>
{
    private const int RandomCases = 60;

    // As long as the numbers of Curve25519, whose prime it is: too long for any shortcut.
    private static readonly BigInteger LongPrime = BigInteger.Pow(2, 255) - 19;
    private static readonly int[] Primes = [23, 47, 59, 83, 107, 1019, 10_007, 1_000_003];

    internal SharedSecretExercise()
        : base(new ExerciseText(
            "1-application/7-a-key-agreed-in-public.ipynb", "1.7", 1, nameof(Exercises.SharedSecret),
            "One side of the exchange",
            "Return the secret that this side shares with the other: the number that the other side has sent, `theirs`, to the "
                + "power of this side's own secret exponent, `mine`, modulo the prime `p`. Return null if `theirs` is not one "
                + "of the numbers from 2 to p − 2: the secret would then be known to everyone.",
            [
                "`BigInteger.ModPow` takes three numbers: the base, the exponent, and the modulus. Which of them is public, "
                    + "and which is yours alone?",
                "Check first: `if (theirs < 2 || theirs > p - 2) return null;`. What are 0, 1 and p − 1 to any power?",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="p">A prime that everyone knows.</param>
    /// <param name="theirs">What the other side has sent.</param>
    /// <param name="mine">This side's secret exponent.</param>
    /// <returns>The shared secret; null if what the other side has sent must not be used.</returns>
    public delegate BigInteger? Answer(BigInteger p, BigInteger theirs, BigInteger mine);

    /// <inheritdoc/>
    public override int Minutes => 5;

    internal override Answer Reference => (p, theirs, mine) =>
        theirs < 2 || theirs > p - 2 ? null : BigInteger.ModPow(theirs, mine, p);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes whatever comes",
            "Your method used a number that it should refuse. 0 and 1 stay what they are to every power, and p − 1 becomes 1 "
                + "or p − 1. An attacker on the path who sends such a number to both sides knows their secret without any "
                + "exponent.",
            (p, theirs, mine) => BigInteger.ModPow(theirs, mine, p)),
        new(
            "refuses only what is outside of 1 to p − 1",
            "Your method accepts 1 or p − 1. Both are numbers below p, but their powers are only 1, or 1 and p − 1: a secret "
                + "that anyone can guess.",
            (p, theirs, mine) => theirs < 1 || theirs > p - 1 ? null : BigInteger.ModPow(theirs, mine, p)),
        new(
            "refuses only small numbers",
            "Your method refuses 0 and 1, and accepts p − 1 or what is larger. A number from p on is the same as its "
                + "remainder, so that p + 1 is 1 in disguise.",
            (p, theirs, mine) => theirs < 2 ? null : BigInteger.ModPow(theirs, mine, p)),
        new(
            "exchanges base and exponent",
            "Your method raises its own secret to the power of the other's number. The other side does the same with *its* "
                + "secret, and the two results have nothing to do with each other.",
            (p, theirs, mine) => theirs < 2 || theirs > p - 2 ? null : BigInteger.ModPow(mine, theirs, p)),
        new(
            "multiplies",
            "Your method multiplies the two numbers. The other side would have to multiply the same ones, but it does not know "
                + "your secret. Exponents can be swapped: (g to the a) to the b is (g to the b) to the a.",
            (p, theirs, mine) => theirs < 2 || theirs > p - 2 ? null : theirs * mine % p),
        new(
            "forgets the modulus",
            "Your method computes the power itself, without `p`. Even for small numbers it has thousands of digits, and an "
                + "eavesdropper can undo it with an ordinary logarithm. Only the remainder modulo `p` is hard to undo.",
            (p, theirs, mine) => theirs < 2 || theirs > p - 2 ? null : BigInteger.Pow(theirs, (int)mine)),
        new(
            "computes the whole power first",
            "Your method computes the whole power, and its remainder afterwards, or it makes an `int` of the exponent. Both work "
                + "for small numbers only. The exponents of real exchanges have hundreds of digits. They fit into no `int`, and "
                + "the power has more digits than there is memory for. `BigInteger.ModPow` takes exponents of any length, and "
                + "the remainder at each step.",
            (p, theirs, mine) => theirs < 2 || theirs > p - 2 ? null : BigInteger.Pow(theirs, (int)mine) % p),
        new(
            "reduces the number before it looks at it",
            "Your method takes the remainder of the other's number first, and tests that. A number from p on is no honest "
                + "number: refuse it as it came.",
            (p, theirs, mine) => theirs < 0 || theirs % p < 2 || theirs % p > p - 2 ? null : BigInteger.ModPow(theirs, mine, p)),
        new(
            "computes what it should send",
            "Your method raises 5, or another fixed number, to the power of its secret. That is what this side *sends*. The "
                + "secret comes from what the other side has sent.",
            (p, theirs, mine) => theirs < 2 || theirs > p - 2 ? null : BigInteger.ModPow(5, mine, p)),
        new(
            "accepts p − 1",
            "Your method accepts p − 1. Its powers are only 1 and p − 1: everyone knows that the secret is one of the two. The "
                + "largest number to accept is p − 2.",
            (p, theirs, mine) => theirs < 2 || theirs > p - 1 ? null : BigInteger.ModPow(theirs, mine, p)),
        new(
            "tests the secret and not the number",
            "Your method looks at the secret, and not at the number that has come. A secret of 1 can come from an honest number, "
                + "as 2 to the power of 11 modulo 23 does, and numbers above p are invalid, whatever the power. Test `theirs`.",
            (p, theirs, mine) =>
            {
                var secret = BigInteger.ModPow(theirs, mine, p);
                return secret < 2 || secret > p - 2 ? null : secret;
            }),
        new(
            "takes `^` for a power",
            "In C#, `^` is not a power but *exclusive or*: it compares two numbers bit by bit. `BigInteger.ModPow(theirs, mine, "
                + "p)` is the power modulo `p`.",
            (p, theirs, mine) => theirs < 2 || theirs > p - 2 ? null : (theirs ^ mine) % p),
    ];

    private protected override IEnumerable<Exchange> Cases(Random random)
    {
        yield return new(23, 8, 15);
        yield return new(23, 19, 6);
        yield return new(23, 2, 11); // an honest number whose power is 1
        (int P, int Theirs)[] edges =
            [(23, 1), (23, 22), (23, 0), (47, 46), (23, 24), (47, -3), (47, 45), (47, 2), (23, 25)];
        foreach (var (p, theirs) in edges)
        {
            yield return new(p, theirs, random.Next(3, 20));
        }

        yield return new(LongPrime, LongNumber(random), random.Next(3, 20));
        yield return new(LongPrime, LongNumber(random), LongNumber(random));

        for (var i = 0; i < RandomCases; i++)
        {
            var p = Primes[random.Next(Primes.Length)];
            var theirs = random.Next(8) == 0 ? p + random.Next(-1, 3) : random.Next(0, p);
            yield return new(p, theirs, random.Next(3, Math.Min(p, 200)));
        }
    }

    private static BigInteger LongNumber(Random random)
    {
        var bytes = new byte[31];
        random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true) + 2;
    }

    private protected override object? Apply(Answer answer, Exchange arguments) =>
        answer(arguments.P, arguments.Theirs, arguments.Mine)?.ToString(CultureInfo.InvariantCulture);

    private protected override string Describe(Exchange arguments) => string.Create(
        CultureInfo.InvariantCulture,
        $"p is {arguments.P}, the other side sent {arguments.Theirs}, and this side's secret is {arguments.Mine}");

    /// <summary>What one side knows.</summary>
    /// <param name="P">The prime.</param>
    /// <param name="Theirs">What the other side has sent.</param>
    /// <param name="Mine">Its own secret.</param>
    public sealed record Exchange(BigInteger P, BigInteger Theirs, BigInteger Mine);
}
