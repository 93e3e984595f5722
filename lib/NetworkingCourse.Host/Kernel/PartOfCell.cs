using NetworkingCourse.Checking;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Offers the library to run code of a cell so that this part can be stopped, while the cell itself goes on: the learner's code
/// in a check, for example. The library may have been loaded by a cell, from another file, so the two meet in <see
/// cref="AppContext"/>.
/// </summary>
internal static class PartOfCell
{
    public static void Offer() =>
        AppContext.SetData(StoppableCode.Name, (Func<Action, CancellationToken, Action>)Stoppable);

    // Called where the cell runs. The result may run where no cell does, such as on a server's thread.
    private static Action Stoppable(Action body, CancellationToken stop) =>
        CellContext.Current is { } cell ? () => Run(body, cell.Part(), stop) : body;

    private static void Run(Action body, CellContext part, CancellationToken stop)
    {
        var before = CellFlow.Current;
        CellFlow.Current = part.Code;
        // Not on the cancelling thread, because this waits until the part has ended. Also after the body: threads that it has
        // started may go on.
        stop.Register(() => Task.Run(() => part.StopAndWait()));
        try
        {
            body();
        }
        finally
        {
            CellFlow.Current = before;
        }
    }
}
