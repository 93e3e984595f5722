namespace NetworkingCourse.Host.Notebooks;

/// <summary>A file cannot be run as a notebook. The message is one line, and says what to do.</summary>
internal sealed class NotebookException(string message) : Exception(message);
