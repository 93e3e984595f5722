using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Lets a kernel outlive an exception that nothing catches on a background thread, and says whose it was.
/// The runtime takes one such handler for the life of the process, hence the state here is static.
/// </summary>
internal static class BackgroundExceptions
{
    private static readonly Lock Changing = new();
    private static readonly List<EmbeddedKernel> Kernels = [];
    private static readonly ConditionalWeakTable<Exception, CellContext> Origins = [];
    private static bool _handlerIsSet;

    public static void Watch(EmbeddedKernel kernel)
    {
        lock (Changing)
        {
            Kernels.Add(kernel);
            if (!_handlerIsSet)
            {
                ExceptionHandling.SetUnhandledExceptionHandler(Handle);
                AppDomain.CurrentDomain.FirstChanceException += (_, thrown) => Remember(thrown.Exception);
                _handlerIsSet = true;
            }
        }
    }

    public static void Unwatch(EmbeddedKernel kernel)
    {
        lock (Changing)
        {
            Kernels.Remove(kernel);
        }
    }

    /// <summary>
    /// Where an exception was thrown, the cell is known. Where nothing has caught it, it may be no more: the runtime takes a timer's
    /// callback, for one, out of its execution context before it says so.
    /// </summary>
    private static void Remember(Exception exception)
    {
        if (CellContext.Current is { } context)
        {
            Origins.TryAdd(exception, context);
        }
    }

    private static bool Handle(Exception exception)
    {
        var error = ExceptionReport.For(exception);
        if (CellContext.Current is { } context || Origins.TryGetValue(exception, out context))
        {
            // In what a stopped cell had begun, the exception is how that stops.
            if (!context.IsStopped)
            {
                context.Publish(new KernelEvent.BackgroundFailure(context.Cell, error));
            }

            return true;
        }

        EmbeddedKernel[] open;
        lock (Changing)
        {
            open = [.. Kernels];
        }

        foreach (var kernel in open)
        {
            kernel.PublishUnattributed(new KernelEvent.BackgroundFailure(null, error));
        }

        return open.Length > 0;
    }
}
