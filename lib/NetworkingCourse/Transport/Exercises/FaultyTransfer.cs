using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

/// <summary>Transfers over a link with scripted faults, in which a learner's sender or receiver takes part.</summary>
internal static class FaultyTransfer
{
    /// <summary>The options of a transfer in which these faults happen.</summary>
    /// <param name="options">The other options.</param>
    /// <param name="there">The script of the link that carries data.</param>
    /// <param name="back">The script of the link that carries acknowledgments.</param>
    public static TransferOptions With(TransferOptions options, string there, string back) => options with
    {
        Forward = options.Forward with { Script = LinkScript.Of(there) },
        Reverse = options.Reverse with { Script = LinkScript.Of(back) },
        MaxTries = 1000,
    };

    /// <summary>Describes such a transfer, for a story.</summary>
    public static string Describe(TransferOptions options, string there, string back)
    {
        var faults = (there, back) switch
        {
            ("", "") => "a perfect link",
            (_, "") => $"data: `{there}`",
            ("", _) => $"acknowledgments: `{back}`",
            _ => $"data: `{there}`, acknowledgments: `{back}`",
        };
        return InvariantText.Format($"window {options.Window}, {options.SequenceBits}-bit numbers from ")
            + InvariantText.Format($"{options.FirstNumber} on, {faults}");
    }

    /// <summary>A script of two faults; now and then an empty one.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="oneEmptyOf">One script of so many is empty.</param>
    /// <param name="verbs">What may happen to a segment.</param>
    public static string Faults(Random random, int oneEmptyOf, string[] verbs)
    {
        string[] early = ["1st", "2nd", "3rd"];
        return random.Next(oneEmptyOf) == 0
            ? ""
            : InvariantText.Format($"{verbs[random.Next(verbs.Length)]} the {early[random.Next(3)]} and {random.Next(4, 9)}th");
    }
}
