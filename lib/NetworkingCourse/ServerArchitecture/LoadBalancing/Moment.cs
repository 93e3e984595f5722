namespace NetworkingCourse.ServerArchitecture;

/// <summary>Something that is done in the middle of a run. Requests go on meanwhile.</summary>
/// <param name="Request">Before which request: 1 for the first.</param>
/// <param name="What">What is done, as it is written on charts: <c>B is killed</c>.</param>
/// <param name="Do">Does it.</param>
public sealed record Moment(int Request, string What, Func<Task> Do);
