namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The exception thrown by the deliberate bug that <see cref="ServerOptions.CrashOn"/> enables. No conversation handles it, so
/// the worker dies; what happens to the server then depends on the architecture.
/// </summary>
public sealed class WorkerCrashException() : Exception("a bug in the server crashed this worker");
