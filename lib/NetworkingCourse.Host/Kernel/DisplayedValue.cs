namespace NetworkingCourse.Host.Kernel;

/// <summary>What <c>display</c> put below a cell, to be replaced later.</summary>
public sealed class DisplayedValue
{
    internal string Id { get; }
    private readonly string[] _mimeTypes;

    internal DisplayedValue(string displayId, string[] mimeTypes) => (Id, _mimeTypes) = (displayId, mimeTypes);

    /// <summary>Shows <paramref name="value"/> in place of what was shown before.</summary>
    public void Update(object? value)
    {
        if (CellContext.Current is { } context)
        {
            context.Publish(new KernelEvent.DisplayUpdate(context.Cell, ValueFormatter.Format(value, _mimeTypes), Id));
        }
    }
}
