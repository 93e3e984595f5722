using Microsoft.DotNet.Interactive.Formatting;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Shows below the cell the values that code displays through the formatting package alone, as libraries do with
/// <c>DisplayAs</c> and <c>DisplayTable</c>.
/// </summary>
internal static class CellDisplays
{
    private static readonly Lazy<IDisposable> Subscription = new(() => Formatter.SubscribeToDisplayedValues(Show));

    /// <summary>Subscribes to displayed values, once for the life of the process.</summary>
    public static void Install() => _ = Subscription.Value;

    private static void Show(Microsoft.DotNet.Interactive.Formatting.DisplayedValue shown)
    {
        if (CellContext.Current is not { } context)
        {
            Formatter.WriteToConsole(shown);
            return;
        }

        var data = ValueFormatter.Bundle(shown.FormattedValues, shown.Value);
        context.Publish(shown.IsUpdated
            ? new KernelEvent.DisplayUpdate(context.Cell, data, shown.DisplayId)
            : new KernelEvent.Display(context.Cell, data, shown.DisplayId));
    }
}
