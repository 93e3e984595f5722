namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What a conversation on an event loop is waiting for. A thread that serves one client knows where it stands by the line it is at; a
/// loop that serves all of them has to write it down.
/// </summary>
internal enum ConversationState
{
    /// <summary>Just accepted; nothing has been tried yet.</summary>
    New,

    /// <summary>It waits for bytes: for a question, or for the rest of one.</summary>
    Readable,

    /// <summary>It has a question, and waits for the think time to be over.</summary>
    Thinking,

    /// <summary>It has an answer, and waits for room to send it.</summary>
    Writable,

    /// <summary>It is over.</summary>
    Closed,
}
