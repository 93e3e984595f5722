using System.Globalization;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What is to be expected of a server when a client commits a fault.</summary>
internal static class Faults
{
    // The whole text of the rude clients that ask something: part of a question and its end.
    private const string Whole = RudeClient.PartOfAQuestion + " end";

    /// <summary>All faults.</summary>
    public static IReadOnlyList<Fault> All { get; } = Enum.GetValues<Fault>();

    /// <summary>The answers owed to a client that does nothing wrong; null if it is owed none.</summary>
    public static string? Owed(Fault fault) => fault switch
    {
        Fault.OneByteAtATime or Fault.HalfCloses => Whole + ".",
        Fault.ManyInOneSegment => string.Concat(
            Enumerable.Range(1, RudeClient.ManyQuestions).Select(i => i.ToString(CultureInfo.InvariantCulture) + ".")),
        _ => null,
    };

    /// <summary>Whether the client keeps its connection until the server ends it.</summary>
    public static bool WaitsForTheServer(Fault fault) => fault is not (Fault.ClosesAtOnce or Fault.CutOff or Fault.Resets);
}
