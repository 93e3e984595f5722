namespace NetworkingCourse.Host.Notebooks;

/// <summary>Thrown when notebooks cannot be found, read or written. The message is one line and says what to do.</summary>
internal sealed class NotebookException(string message) : Exception(message);
