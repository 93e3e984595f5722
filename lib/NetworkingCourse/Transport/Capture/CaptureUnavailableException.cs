namespace NetworkingCourse.Transport;

/// <summary>Thrown where packets cannot be captured. The message says in one line why, and what would help.</summary>
/// <param name="reason">The reason.</param>
/// <param name="cause">The underlying exception, if any.</param>
internal sealed class CaptureUnavailableException(string reason, Exception? cause = null) : Exception(reason, cause);
