using System.Text;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>The expected outcome of each fault: the ending that the log names, and the number of answers before it.</summary>
internal static class FaultExpectations
{
    /// <summary>The event that ends the conversation.</summary>
    public static ServerEventKind Ending(Fault fault) => fault switch
    {
        Fault.ClosesAtOnce or Fault.OneByteAtATime or Fault.ManyInOneSegment or Fault.HalfCloses => ServerEventKind.Closed,
        Fault.CutOff or Fault.Garbage => ServerEventKind.CutOff,
        Fault.Resets => ServerEventKind.Reset,
        Fault.Floods => ServerEventKind.TooLong,
        Fault.Dribbles or Fault.NeverReads or Fault.StaysIdle => ServerEventKind.TimedOut,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Say here how a server is to name this fault."),
    };

    /// <summary>The number of questions answered before the end; null if it depends on the buffers in between.</summary>
    public static int? Answers(Fault fault) => fault switch
    {
        Fault.OneByteAtATime or Fault.HalfCloses => 1,
        Fault.ManyInOneSegment => 100,
        Fault.NeverReads or Fault.Garbage => null,
        _ => 0,
    };

    /// <summary>Whether the client holds its connection until the server's patience ends.</summary>
    public static bool Lasts(Fault fault) => Ending(fault) == ServerEventKind.TimedOut;

    public static string Text(byte[] received) => Encoding.ASCII.GetString(received);
}
