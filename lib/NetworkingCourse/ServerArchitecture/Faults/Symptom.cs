namespace NetworkingCourse.ServerArchitecture;

/// <summary>A likely defect in a server's code, inferred from the fault that it did not survive.</summary>
internal enum Symptom
{
    /// <summary>Nothing typical.</summary>
    None,

    /// <summary>It waits for ever for a question.</summary>
    NoDeadline,

    /// <summary>Its deadline starts anew with each byte.</summary>
    DeadlineForEachRead,

    /// <summary>It waits for ever to send an answer.</summary>
    NoSendDeadline,

    /// <summary>It does not close the connection of a client that has gone, or is owed nothing more.</summary>
    LeavesOpen,
}

/// <summary>Reads symptoms from the results of a fault matrix.</summary>
internal static class Symptoms
{
    /// <summary>The symptom that the first failure shows: the story of an exercise's check ends there.</summary>
    public static Symptom OfFirstFailure(IReadOnlyList<FaultResult> results)
    {
        var isSilenceEnded = results.FirstOrDefault(result => result.Fault == Fault.StaysIdle)?.EndedInTime != false;
        return results.FirstOrDefault(result => !result.Passed) switch
        {
            // A deadline that ends the conversation, but not the connection, looks to the client like none. Without a deadline,
            // the server notices at the latest that the client has closed.
            { EndedInTime: false, NothingLeft: false } => Symptom.LeavesOpen,
            { Fault: Fault.Dribbles, EndedInTime: false } => isSilenceEnded ? Symptom.DeadlineForEachRead : Symptom.NoDeadline,
            { Fault: Fault.StaysIdle, EndedInTime: false } => Symptom.NoDeadline,
            { Fault: Fault.NeverReads, EndedInTime: false } => Symptom.NoSendDeadline,
            { Fault: Fault.ClosesAtOnce or Fault.CutOff or Fault.Resets, NothingLeft: false } => Symptom.LeavesOpen,
            { Fault: Fault.OneByteAtATime or Fault.HalfCloses, EndedInTime: false } => Symptom.LeavesOpen,
            _ => Symptom.None,
        };
    }
}
