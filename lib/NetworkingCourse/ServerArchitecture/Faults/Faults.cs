using System.Globalization;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What a server owes a client that commits a fault.</summary>
internal static class Faults
{
    // The whole text of the faulty clients that ask something: part of a question and its end.
    private const string Whole = FaultyClient.PartOfAQuestion + " end";

    /// <summary>All faults.</summary>
    public static IReadOnlyList<Fault> All { get; } = Enum.GetValues<Fault>();

    /// <summary>The answers owed to a client that does nothing wrong; null if it is owed none.</summary>
    public static string? ExpectedAnswers(Fault fault) => fault switch
    {
        Fault.OneByteAtATime or Fault.HalfCloses => Whole + ".",
        Fault.ManyInOneSegment => string.Concat(
            Enumerable.Range(1, FaultyClient.ManyQuestions).Select(i => i.ToString(CultureInfo.InvariantCulture) + ".")),
        _ => null,
    };

    /// <summary>Whether the client keeps its connection until the server ends it.</summary>
    public static bool WaitsForTheServer(Fault fault) => fault is not (Fault.ClosesAtOnce or Fault.CutOff or Fault.Resets);

    /// <summary>What the client does, as a continuation of "a client"; null stands for a polite client.</summary>
    public static string Describe(Fault? fault) => fault switch
    {
        null => "asks a question and closes, then another one does",
        Fault.ClosesAtOnce => "connects and closes at once",
        Fault.CutOff => "closes in the middle of a question",
        Fault.Resets => "resets its connection in the middle of a question",
        Fault.OneByteAtATime => "sends a question byte by byte",
        Fault.Dribbles => "sends a byte now and then, and never a whole question",
        Fault.Floods => "sends 10 MB without a `?`",
        Fault.Garbage => "sends random bytes and closes",
        Fault.ManyInOneSegment => "sends a hundred questions at once",
        Fault.NeverReads => "asks without end and never reads an answer",
        Fault.HalfCloses => "asks, closes its sending half, and waits for the answer",
        Fault.StaysIdle => "connects and sends nothing",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
