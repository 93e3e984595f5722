namespace NetworkingCourse.Host.Doctor;

/// <summary>What a check of the machine has found.</summary>
/// <param name="Check">What was checked, in a few words.</param>
/// <param name="State">How it stands.</param>
/// <param name="Found">What is there, in one line.</param>
/// <param name="Advice">What to do about it; empty if nothing has to be done.</param>
internal sealed record Finding(string Check, FindingState State, string Found, string Advice = "")
{
    public static Finding Ok(string check, string found) => new(check, FindingState.Ok, found);

    public static Finding Missing(string check, string found, string advice) =>
        new(check, FindingState.Missing, found, advice);

    public static Finding Note(string check, string found, string advice) =>
        new(check, FindingState.Note, found, advice);
}

/// <summary>How a machine stands in one respect.</summary>
internal enum FindingState
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>Something is missing that the course needs.</summary>
    Missing,

    /// <summary>Something is missing that the course does without.</summary>
    Note,
}
