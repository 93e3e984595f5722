namespace NetworkingCourse.ServerArchitecture;

/// <summary>An action performed at a given point of a run while requests continue.</summary>
/// <param name="Request">The number of the request before which the action is performed, counted from 1.</param>
/// <param name="What">The label of the action on charts, for example <c>B is killed</c>.</param>
/// <param name="Do">The action.</param>
public sealed record Moment(int Request, string What, Func<Task> Do);
