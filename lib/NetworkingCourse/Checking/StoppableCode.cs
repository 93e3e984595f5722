namespace NetworkingCourse.Checking;

/// <summary>
/// Code of a cell that can be stopped while it runs, if the kernel offers that. The course's own kernel does: it has put stop
/// points into the code. Others do not, and the runtime's own way (<c>ControlledExecution</c>) is no substitute: on Linux, in
/// .NET 10, it ends the whole process now and then, and with it the learner's variables.
/// </summary>
public static class StoppableCode
{
    /// <summary>
    /// The name under which a kernel offers it in <see cref="AppContext"/>: a function that takes code and a token, and returns
    /// the same code, which ends with an exception once the token is cancelled.
    /// </summary>
    public const string Name = "NetworkingCourse.StoppableCode";

    /// <summary>Whether this kernel can stop code.</summary>
    internal static bool IsOffered => AppContext.GetData(Name) is not null;

    /// <summary>Makes code stoppable. To be called where the cell runs; the result may run on any thread.</summary>
    /// <param name="body">The code.</param>
    /// <param name="stop">Stops it.</param>
    internal static Action Of(Action body, CancellationToken stop) =>
        AppContext.GetData(Name) is Func<Action, CancellationToken, Action> kernel ? kernel(body, stop) : body;
}
