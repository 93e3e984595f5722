namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The bug that <see cref="ServerOptions.CrashOn"/> switches on. No conversation handles it, so that the worker dies of it: what becomes of the
/// server then is the architecture's business.
/// </summary>
public sealed class WorkerCrashException() : Exception("a bug in the server crashed this worker");
