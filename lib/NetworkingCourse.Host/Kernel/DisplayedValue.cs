namespace NetworkingCourse.Host.Kernel;

/// <summary>A value shown below a cell by <c>display</c>, which can be replaced later.</summary>
public sealed class DisplayedValue
{
    internal string Id { get; }
    private readonly string[] _mimeTypes;

    internal DisplayedValue(string displayId, string[] mimeTypes) => (Id, _mimeTypes) = (displayId, mimeTypes);

    /// <summary>Shows <paramref name="value"/> in place of the previous value.</summary>
    public void Update(object? value)
    {
        if (CellContext.Current is { } context)
        {
            context.Publish(new KernelEvent.DisplayUpdate(context.Cell, ValueFormatter.Format(value, _mimeTypes), Id));
        }
    }
}
