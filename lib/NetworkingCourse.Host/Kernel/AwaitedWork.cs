using System.Reflection;

namespace NetworkingCourse.Host.Kernel;

/// <summary>The origin of the work that an <c>await</c> waits for, which determines when a stop ends the wait.</summary>
internal enum AwaitedWork
{
    /// <summary>The system or a library, which are unaware of the stop.</summary>
    Outside,

    /// <summary>A combination of tasks, such as <c>Task.WhenAll</c>: possibly cell code, which will end by itself.</summary>
    Perhaps,

    /// <summary>Cell code, which the stop ends too. It should clean up before the code that waits for it does.</summary>
    OfCells,
}

/// <summary>Determines the origin of awaited work. Only a stop needs it, so it need not be fast.</summary>
internal static class AwaitedWorks
{
    /// <summary>The maximum depth of a task in its awaiter: <c>ConfiguredValueTaskAwaiter</c>, <c>ValueTask</c>, task.</summary>
    private const int Deepest = 3;

    private static readonly string[] Combinations =
        ["WhenAll", "WhenAny", "TwoTaskWhenAny", "CompleteOnInvoke", "Unwrap", "Continuation", "Cancellation"];

    public static AwaitedWork Of(object awaiter)
    {
        if (TaskIn(awaiter, Deepest) is not { } task)
        {
            return AwaitedWork.Outside;
        }

        var type = task.GetType();
        var runs = task.Status is TaskStatus.Running or TaskStatus.WaitingToRun;
        return runs || type.GetGenericArguments().Any(IsOfCells) ? AwaitedWork.OfCells
            : Combinations.Any(name => type.Name.StartsWith(name, StringComparison.Ordinal)) ? AwaitedWork.Perhaps
            : AwaitedWork.Outside;
    }

    private static Task? TaskIn(object? holder, int depth) => holder as Task ?? (holder is null || depth == 0 ? null
        : holder.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(field => CanHoldTask(field.FieldType))
            .Select(field => TaskIn(field.GetValue(holder), depth - 1))
            .FirstOrDefault(task => task is not null));

    private static bool CanHoldTask(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type == typeof(object) || (type.IsValueType && !type.IsPrimitive);

    // An async method's task holds the method's state, whose type is in the method's assembly. Compiled cells have no file.
    private static bool IsOfCells(Type type) => type.Assembly is { IsDynamic: false, Location.Length: 0 };
}
