using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Keeps the kernel alive after an unhandled exception on a background thread, and attributes the exception to its cell.
/// The runtime accepts one such handler for the life of the process, so the state here is static.
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
    /// Records the cell of an exception when it is thrown. Once it turns out to be unhandled, the cell may no longer be known:
    /// the runtime takes a timer's callback, for example, out of its execution context before it reports the exception.
    /// </summary>
    private static void Remember(Exception exception)
    {
        if (CellContext.Current is not { } context)
        {
            return;
        }

        try
        {
            Origins.TryAdd(exception, context);
        }
        catch (ThreadInterruptedException)
        {
            // The table has a lock, and an interrupt that was pending has ended the wait for it. An exception that leaves this
            // handler would end the process. What the thread does next finds the interrupt instead.
            Thread.CurrentThread.Interrupt();
        }
    }

    private static bool Handle(Exception exception)
    {
        var error = ExceptionReport.For(exception);
        if (CellContext.Current is { } context || Origins.TryGetValue(exception, out context))
        {
            // In work that a stopped cell started, the exception is merely how that work ends.
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
