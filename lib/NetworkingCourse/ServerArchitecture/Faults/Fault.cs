namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The ways in which a misbehaving or unlucky client can trouble a server. This is the only list of them;
/// <see cref="FaultyClient"/> carries them out.
/// </summary>
public enum Fault
{
    /// <summary>Connects and closes at once, without sending a byte.</summary>
    ClosesAtOnce,

    /// <summary>Sends part of a question and closes (FIN).</summary>
    CutOff,

    /// <summary>Sends part of a question and aborts the connection (RST).</summary>
    Resets,

    /// <summary>Sends a whole question, one byte per segment. Slow but valid: the server owes it an answer.</summary>
    OneByteAtATime,

    /// <summary>Sends a byte now and then and never finishes the question.</summary>
    Dribbles,

    /// <summary>Sends 10 MB without a <c>?</c>.</summary>
    Floods,

    /// <summary>Sends random bytes, with a <c>?</c> here and there, and closes.</summary>
    Garbage,

    /// <summary>Sends many questions in one segment. Unusual but valid: the server owes an answer to each, in order.</summary>
    ManyInOneSegment,

    /// <summary>
    /// Sends questions without end and never reads an answer, until the buffers between client and server are full.
    /// </summary>
    NeverReads,

    /// <summary>Asks, closes its sending half, and waits. Valid: a half-closed connection still carries answers.</summary>
    HalfCloses,

    /// <summary>Connects and sends nothing.</summary>
    StaysIdle,
}
