namespace NetworkingCourse.ServerArchitecture;

/// <summary>What a rude or unlucky client can do to a server. Each is named once, here; <see cref="RudeClient"/> does them.</summary>
public enum Fault
{
    /// <summary>Connects and closes at once, without a byte.</summary>
    ClosesAtOnce,

    /// <summary>Sends part of a question and closes (FIN).</summary>
    CutOff,

    /// <summary>Sends part of a question and breaks the connection off (RST).</summary>
    Resets,

    /// <summary>Sends a whole question, one byte to a segment. Slow, but right: it is owed an answer.</summary>
    OneByteAtATime,

    /// <summary>Sends a byte now and then and never comes to the end.</summary>
    Dribbles,

    /// <summary>Sends 10 MB without a <c>?</c>.</summary>
    Floods,

    /// <summary>Sends random bytes, a <c>?</c> here and there, and closes.</summary>
    Garbage,

    /// <summary>Sends many questions in one segment. Unusual, but right: each is owed an answer, in order.</summary>
    ManyInOneSegment,

    /// <summary>Sends questions without end and never takes an answer, until the buffers between the two are full.</summary>
    NeverReads,

    /// <summary>Asks, closes its sending half, and waits. Right: a half-closed connection still carries answers.</summary>
    HalfCloses,

    /// <summary>Connects and says nothing.</summary>
    StaysIdle,
}
