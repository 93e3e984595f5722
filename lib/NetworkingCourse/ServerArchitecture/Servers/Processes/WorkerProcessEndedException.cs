namespace NetworkingCourse.ServerArchitecture;

/// <summary>The exception thrown when a worker process ends unexpectedly.</summary>
/// <param name="message">How the process ended.</param>
internal sealed class WorkerProcessEndedException(string message) : Exception(message);
