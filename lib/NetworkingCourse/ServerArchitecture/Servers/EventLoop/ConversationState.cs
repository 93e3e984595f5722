namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What a conversation on an event loop is waiting for. A thread that serves one client keeps this state in its program counter;
/// a loop that serves all clients has to store it.
/// </summary>
internal enum ConversationState
{
    /// <summary>Just accepted; nothing has been tried yet.</summary>
    New,

    /// <summary>Waiting for bytes: for a question or the rest of one.</summary>
    Readable,

    /// <summary>Has a question and is waiting for the think time to elapse.</summary>
    Thinking,

    /// <summary>Has an answer and is waiting for room in the send buffer.</summary>
    Writable,

    /// <summary>The conversation has ended.</summary>
    Closed,
}
