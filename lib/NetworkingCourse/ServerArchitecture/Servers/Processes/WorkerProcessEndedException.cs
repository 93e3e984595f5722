namespace NetworkingCourse.ServerArchitecture;

/// <summary>A worker process ended without having been told to.</summary>
/// <param name="message">How.</param>
internal sealed class WorkerProcessEndedException(string message) : Exception(message);
