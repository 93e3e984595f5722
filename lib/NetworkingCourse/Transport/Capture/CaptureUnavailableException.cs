namespace NetworkingCourse.Transport;

/// <summary>Packets cannot be captured here. The message says why, in one line, and what would help.</summary>
/// <param name="reason">Why.</param>
/// <param name="cause">What the system said; null if it said nothing.</param>
public sealed class CaptureUnavailableException(string reason, Exception? cause = null) : Exception(reason, cause);
